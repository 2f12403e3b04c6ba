//! The routes file in the zip: how deploy tells the handler what each route does.

use crate::config::settings::{Action, Route, Settings, Task};
use serde_json::{Map, Value, json};

/// The file's name, beside `bootstrap`.
pub const NAME: &str = "routes.json";

/// The file for `settings`: the same bytes for the same settings.
pub fn render(settings: &Settings) -> Vec<u8> {
    let file = json!({
        "version": 1,
        "queue_visibility_timeout": settings.queue.visibility_timeout,
        "routes": settings.routes.iter().map(route).collect::<Vec<_>>(),
    });
    file.to_string().into_bytes()
}

fn route(route: &Route) -> Value {
    let mut entry = json!({"method": route.method, "path": route.path});
    match &route.action {
        Action::Reply(reply) => entry["reply"] = reply.clone(),
        Action::Task(wanted) => entry["task"] = task(wanted),
    }
    entry
}

fn task(task: &Task) -> Value {
    let mut entry = Map::from_iter([("names".to_owned(), json!(task.names))]);
    if let Some(args) = &task.args {
        entry.insert("args".to_owned(), json!(args));
    }
    if let Some(kwargs) = &task.kwargs {
        entry.insert("kwargs".to_owned(), json!(kwargs));
    }
    if !task.options.is_empty() {
        entry.insert("options".to_owned(), json!(task.options));
    }
    if let Some(group) = &task.group {
        entry.insert("group".to_owned(), json!(group));
    }
    Value::Object(entry)
}
