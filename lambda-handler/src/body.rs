//! The request's JSON body, its values kept as the text they came in.

pub use gatewayq_routes::options::Fields;
use serde_json::value::RawValue;

use crate::answer::Refusal;

/// The most tasks in one request.
pub const TASK_LIMIT: usize = 1000;

/// Reads a body. An empty one is an object without keys.
///
/// # Errors
/// A [`Refusal`] (400) when the text is not one JSON object.
pub fn parse(text: &str) -> Result<Fields, Refusal> {
    if text.trim().is_empty() {
        return Ok(Fields::new());
    }
    object(text).map_err(|error| Refusal::bad(format!("the body is not a JSON object: {error}")))
}

/// Reads the object that `raw` holds.
///
/// # Errors
/// `serde_json`'s own, when it is not an object.
pub fn object(raw: &str) -> serde_json::Result<Fields> {
    serde_json::from_str(raw)
}

/// Reads the value of the key `tasks`.
///
/// # Errors
/// A [`Refusal`]: 400 when it is not an array or an empty one, 413 beyond [`TASK_LIMIT`].
pub fn tasks(raw: &RawValue) -> Result<Vec<Box<RawValue>>, Refusal> {
    let tasks: Vec<_> = serde_json::from_str(raw.get())
        .map_err(|_| Refusal::bad("`tasks` must be an array of objects"))?;
    match tasks.len() {
        0 => Err(Refusal::bad("`tasks` is empty")),
        count if count > TASK_LIMIT => Err(Refusal::new(
            413,
            format!("more than {TASK_LIMIT} tasks in one request"),
        )),
        _ => Ok(tasks),
    }
}
