//! One method as an operation.

use super::super::methods::Method;
use super::super::piece::set;
use super::answers::responses;
use super::body;
use super::security::Authorizers;
use crate::config::settings::{Action, Route};
use gatewayq_routes::{Task, WAIT_MAX};
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
        ("parameters", parameters_for_callers(&method.path, route)),
        ("security", authorizers.requirement(method)),
        (
            "requestBody",
            match takes_body {
                true => body::request(schema),
                false => Value::Null,
            },
        ),
        ("responses", responses(route, takes_body)),
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

/// With the one that is not API Gateway's but the function's: how long a result is waited for.
fn parameters_for_callers(path: &str, route: Option<&Route>) -> Value {
    let mut all = parameters(path);
    let is_result = route.is_some_and(|route| matches!(route.action, Action::Result));
    if let Some(all) = all.as_array_mut().filter(|_| is_result) {
        all.push(json!({
            "name": "wait",
            "in": "query",
            "required": false,
            "description": "seconds for which the answer may be held back until the task is done",
            "schema": {"type": "integer", "minimum": 0, "maximum": WAIT_MAX, "default": 0},
        }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use camino::Utf8Path;

    #[test]
    fn only_a_route_of_results_can_be_told_to_wait() {
        let file = "[app]\nname = \"shop\"\n[results]\n[[route]]\nmethod = \"GET\"\npath = \"/r/{task_id}\"\n\
            result = true\n[[route]]\nmethod = \"GET\"\npath = \"/a/{b}\"\nreply = 1\n";
        let settings = config::parse(Utf8Path::new("gatewayq.toml"), file, "dev").unwrap();
        let names = |path: &str| {
            let route = settings.routes.iter().find(|route| route.path == path);
            let parameters = parameters_for_callers(path, route);
            let all = parameters.as_array().unwrap().iter();
            all.map(|one| one["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("/r/{task_id}"), ["task_id", "wait"]);
        assert_eq!(names("/a/{b}"), ["b"]);
        let route = settings.routes.first();
        let wait = &parameters_for_callers("/r/{task_id}", route)[1];
        assert_eq!(wait["schema"]["maximum"], WAIT_MAX);
        // What API Gateway imports stays what a deploy makes.
        assert_eq!(parameters("/r/{task_id}").as_array().unwrap().len(), 1);
    }
}
