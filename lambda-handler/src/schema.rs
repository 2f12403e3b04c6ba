//! Whether a request's body fits the schema that its route names.

use gatewayq_routes::Task;
use gatewayq_routes::schema::Schema;

use crate::answer::Refusal;
use crate::body::{self, Fields};
use crate::message::SIZE_LIMIT;
use crate::request::ApiRequest;

/// Checks the body, or in a request of several tasks each of `tasks` as if it were one. It comes before all else that
/// reads the body, so a task that does not fit refuses the whole request. Gives the body's fields, which are read by then;
/// `None` where the route has no schema.
///
/// # Errors
/// A [`Refusal`]: 400 with what does not fit and where, or where there is no body to check; 413 for one that no message
/// could hold; 500 for a schema that was written for a newer function.
pub fn check(task: &Task, request: &ApiRequest) -> Result<Option<Fields>, Refusal> {
    let Some(schema) = &task.body else {
        return Ok(None);
    };
    let schema = schema.schema().map_err(|fault| {
        Refusal::new(500, format!("the route's schema cannot be used: {fault}"))
    })?;
    let text = request.body_text()?;
    let fields = body::parse(&text)?;
    let Some(tasks) = fields.get("tasks") else {
        fits(schema, if fields.is_empty() { "{}" } else { &text }, "")?;
        return Ok(Some(fields));
    };
    check_beside_tasks(task, &fields)?;
    let tasks = body::tasks(tasks)?;
    for (place, one) in tasks.iter().enumerate() {
        fits(schema, one.get(), &format!("/tasks/{place}"))?;
    }
    Ok(Some(fields))
}

/// Refuses keys beside `tasks` that would count for none of them.
///
/// # Errors
/// A [`Refusal`] (400) that names the key.
pub fn check_beside_tasks(task: &Task, fields: &Fields) -> Result<(), Refusal> {
    let mut others = fields.keys().filter(|key| *key != "tasks");
    match others.find(|key| !task.is_group_key(key)) {
        Some(key) => Err(Refusal::bad(format!("`{key}` has no place beside `tasks`"))),
        None => Ok(()),
    }
}

fn fits(schema: &Schema, text: &str, place: &str) -> Result<(), Refusal> {
    match text.len() {
        length if length > SIZE_LIMIT => Err(Refusal::new(
            413,
            format!("the task has {length} bytes; the queue takes {SIZE_LIMIT}"),
        )),
        _ => schema.check(text, place).map_err(Refusal::bad),
    }
}
