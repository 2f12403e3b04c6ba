//! What a route answers.

use crate::config::settings::{Action, Route};
use gatewayq_routes::{ACCEPTED_FIELDS, Reply, Task};
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";

/// Each answer by its status. With `takes_body` a request may have several tasks in it.
pub(super) fn responses(route: Option<&Route>, takes_body: bool) -> Value {
    let error = "an error: of API Gateway with a `message`, of the function with a `reason`";
    let mut responses = json!({"default": answer(JSON, error, &json!({"type": "object"}))});
    match route.map(|route| &route.action) {
        None => responses["204"] = json!({"description": "what pages of other origins may do"}),
        Some(Action::Reply(reply)) => responses[reply.status.to_string()] = fixed(reply),
        Some(Action::Result) => {
            responses["200"] = done();
            let pending = "nothing is known yet; ask again";
            responses["202"] = answer(JSON, pending, &result());
        }
        Some(Action::Task(task)) => {
            for (status, response) in of_task(task, takes_body) {
                responses[status] = response;
            }
        }
    }
    responses
}

/// The answer that is always the same: its body is JSON, whatever the route's headers call it.
fn fixed(reply: &Reply) -> Value {
    let description = "the fixed answer";
    if has_no_body(reply.status) {
        return json!({"description": description});
    }
    let mut headers = reply.headers.iter();
    let own = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = own.map_or(JSON, |(_, value)| value);
    answer(media_type, description, &json!({"const": reply.body}))
}

fn of_task(task: &Task, takes_body: bool) -> Vec<(String, Value)> {
    let mut schemas = vec![accepted(task)];
    if takes_body {
        schemas.push(several());
    }
    let (status, waits) = (task.accepted.status, task.wait.is_some());
    let is_one = waits && status == 200;
    if is_one {
        schemas.push(result());
    }
    let description = match is_one {
        true => "the task is on the queue, or done within the time that the route waits",
        false => "the task is on the queue",
    };
    let on_the_queue = match has_no_body(status) {
        true => json!({"description": description}),
        false => answer(JSON, description, &any_of(schemas)),
    };
    let mut responses = vec![(status.to_string(), on_the_queue)];
    if waits && !is_one {
        responses.push(("200".to_owned(), done()));
    }
    // A route whose accepted tasks have this status as well has said it.
    if takes_body && status != 207 {
        let mixed = "not all of several tasks are on the queue: each has its own answer";
        responses.push(("207".to_owned(), answer(JSON, mixed, &several())));
    }
    responses
}

/// Of one task that is on the queue.
fn accepted(task: &Task) -> Value {
    let fields = ACCEPTED_FIELDS.map(|field| (field.to_owned(), json!({"type": "string"})));
    let own = task.accepted.fields.iter();
    let own = own.map(|(field, value)| (field.clone(), json!({"const": value})));
    let properties: Map<String, Value> = fields.into_iter().chain(own).collect();
    json!({"type": "object", "required": ACCEPTED_FIELDS, "properties": properties})
}

/// Of several tasks, each of which is on the queue, refused or failed.
fn several() -> Value {
    let text = json!({"type": "string"});
    let one = json!({
        "type": "object",
        "properties": {"message_status": text, "task_id": text, "reason": text},
    });
    json!({
        "type": "object",
        "required": ["results"],
        "properties": {"results": {"type": "array", "items": one}},
    })
}

fn done() -> Value {
    answer(
        JSON,
        "the task is done: its result, or its error",
        &result(),
    )
}

/// What became of a task.
fn result() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "required": ["task_id", "state"],
        "properties": {
            "task_id": text,
            "state": text,
            "result": {},
            "error": {
                "type": "object",
                "properties": {"type": text, "message": text, "traceback": text},
            },
        },
    })
}

fn any_of(mut schemas: Vec<Value>) -> Value {
    match schemas.len() {
        1 => schemas.remove(0),
        _ => json!({"anyOf": schemas}),
    }
}

/// HTTP has none for these, and the function sends none.
fn has_no_body(status: u16) -> bool {
    matches!(status, 204 | 205 | 304)
}

fn answer(media_type: &str, description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {media_type: {"schema": schema}}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use camino::Utf8Path;

    const FILE: &str =
        "[app]\nname = \"shop\"\n[results]\n[[route]]\nmethod = \"POST\"\npath = \"/a\"\n";

    fn of(route: &str, takes_body: bool) -> Value {
        let text = format!("{FILE}{route}");
        let settings = config::parse(Utf8Path::new("gatewayq.toml"), &text, "dev").unwrap();
        responses(settings.routes.first(), takes_body)
    }

    fn statuses(responses: &Value) -> Vec<&str> {
        let all = responses.as_object().unwrap().keys();
        let mut all: Vec<&str> = all.map(String::as_str).collect();
        all.sort_unstable();
        all
    }

    fn schema<'a>(responses: &'a Value, status: &str) -> &'a Value {
        &responses[status]["content"][JSON]["schema"]
    }

    #[test]
    fn a_route_that_waits_answers_the_result_as_well() {
        let waits = of("task = \"tasks.add\"\nargs = []\nwait = 5\n", false);
        assert_eq!(statuses(&waits), ["200", "202", "default"]);
        assert_eq!(*schema(&waits, "200"), result());
        let both = of(
            "task = \"tasks.add\"\nargs = []\nwait = 5\nstatus = 200\n",
            false,
        );
        assert_eq!(statuses(&both), ["200", "default"]);
        let either = schema(&both, "200")["anyOf"].as_array().unwrap();
        assert!(either.contains(&result()), "{both}");
    }

    #[test]
    fn several_tasks_have_an_answer_each() {
        let responses = of(
            "task = \"tasks.add\"\nanswer = { queue = \"orders\" }\n",
            true,
        );
        assert_eq!(statuses(&responses), ["202", "207", "default"]);
        let [one, all] = &schema(&responses, "202")["anyOf"].as_array().unwrap()[..] else {
            panic!("{responses}");
        };
        assert_eq!(one["required"], json!(ACCEPTED_FIELDS));
        assert_eq!(one["properties"]["queue"], json!({"const": "orders"}));
        assert_eq!((all, schema(&responses, "207")), (&several(), &several()));
        // With fixed arguments there is one task.
        let fixed = of("task = \"tasks.add\"\nargs = []\n", false);
        assert_eq!(statuses(&fixed), ["202", "default"]);
        assert!(schema(&fixed, "202").get("anyOf").is_none());
    }

    #[test]
    fn an_answer_without_a_body_promises_none() {
        for status in [204, 205, 304] {
            let responses = of(&format!("reply = 1\nstatus = {status}\n"), false);
            let response = responses[status.to_string()].as_object().unwrap();
            assert!(!response.contains_key("content"), "{responses}");
        }
        let accepted = of("task = \"tasks.add\"\nargs = []\nstatus = 204\n", false);
        assert!(accepted["204"].get("content").is_none(), "{accepted}");
    }

    #[test]
    fn a_reply_is_called_what_its_headers_call_it() {
        let plain = of("reply = { a = 1 }\n", false);
        assert_eq!(*schema(&plain, "200"), json!({"const": {"a": 1}}));
        let headers = "headers = { Content-Type = \"application/problem+json\", x-a = \"b\" }\n";
        let own = of(&format!("reply = 1\nstatus = 400\n{headers}"), false);
        let content = json!({"application/problem+json": {"schema": {"const": 1}}});
        assert_eq!(own["400"]["content"], content);
    }
}
