//! One method as an operation.

use super::super::methods::Method;
use super::super::piece::set;
use super::body;
use super::security::Authorizers;
use crate::config::settings::{Action, Route};
use gatewayq_routes::{ACCEPTED_FIELDS, Task};
use serde_json::{Value, json};

/// As API Gateway's import takes it.
pub(super) fn for_import(method: &Method, authorizers: &Authorizers) -> Value {
    set([
        ("parameters", parameters(&method.path)),
        ("security", authorizers.requirement(method)),
        // The function's answer is passed on, whatever it is.
        (
            "responses",
            json!({"default": {"description": "the function's answer"}}),
        ),
        (
            "x-amazon-apigateway-integration",
            json!({
                "type": method.integration.kind.to_lowercase(),
                "httpMethod": method.integration.verb,
                "uri": method.integration.uri,
            }),
        ),
    ])
}

/// As a caller sees it. Without a route it answers preflights.
pub(super) fn for_callers(
    verb: &str,
    method: &Method,
    route: Option<&Route>,
    schema: Option<&str>,
    authorizers: &Authorizers,
) -> Value {
    let task = match route.map(|route| &route.action) {
        Some(Action::Task(task)) => Some(task),
        _ => None,
    };
    let takes_body = task.is_some_and(|task| !task.is_fixed()) && !matches!(verb, "GET" | "HEAD");
    set([
        ("summary", json!(summary(route))),
        ("parameters", parameters(&method.path)),
        ("security", authorizers.requirement(method)),
        (
            "requestBody",
            match takes_body {
                true => body::request(schema),
                false => Value::Null,
            },
        ),
        ("responses", responses(route)),
    ])
}

fn summary(route: Option<&Route>) -> String {
    match route.map(|route| &route.action) {
        None => "Answers preflights of browsers".to_owned(),
        Some(Action::Reply(_)) => "Answers always the same".to_owned(),
        Some(Action::Result) => "Answers what became of a task".to_owned(),
        Some(Action::Task(Task { names, .. })) => match names.as_slice() {
            [one] => format!("Sends the task {one}"),
            several => format!("Sends one of the tasks {}", several.join(", ")),
        },
    }
}

fn parameters(path: &str) -> Value {
    let names: Vec<&str> = gatewayq_routes::path::parameters(path).collect();
    if names.is_empty() {
        return Value::Null;
    }
    let parameter = |name: &&str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
    names.iter().map(parameter).collect()
}

fn responses(route: Option<&Route>) -> Value {
    let mut responses = json!({
        "default": answer("an error: of API Gateway with a `message`, of the function with a `reason`", &json!({"type": "object"})),
    });
    match route.map(|route| &route.action) {
        None => responses["204"] = json!({"description": "what pages of other origins may do"}),
        Some(Action::Reply(reply)) => {
            responses[reply.status.to_string()] =
                answer("the fixed answer", &json!({"const": reply.body}));
        }
        Some(Action::Result) => {
            let schema = json!({
                "type": "object",
                "required": ["task_id", "state"],
                "properties": {"task_id": {"type": "string"}, "state": {"type": "string"}, "result": {}},
            });
            responses["200"] = answer("the task is done: its result, or its error", &schema);
            responses["202"] = answer("nothing is known yet; ask again", &schema);
        }
        Some(Action::Task(task)) => {
            let fields = ACCEPTED_FIELDS.map(|field| (field.to_owned(), json!({"type": "string"})));
            let schema = json!({
                "type": "object",
                "properties": fields.into_iter().collect::<serde_json::Map<_, _>>(),
            });
            responses[task.accepted.status.to_string()] =
                answer("the task is on the queue", &schema);
        }
    }
    responses
}

fn answer(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}
