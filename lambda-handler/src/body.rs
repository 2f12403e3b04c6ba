//! The request's JSON body, its values kept as the text they came in.

use std::fmt;

pub use gatewayq_routes::options::Fields;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
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
    let Tasks(tasks) = serde_json::from_str(raw.get())
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

/// The first tasks of an array, at most one beyond [`TASK_LIMIT`]: what follows is read over, as millions of them have
/// room in a request and would not have in the function's memory.
struct Tasks(Vec<Box<RawValue>>);

impl<'de> Deserialize<'de> for Tasks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FirstTasks)
    }
}

struct FirstTasks;

impl<'de> Visitor<'de> for FirstTasks {
    type Value = Tasks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Tasks, A::Error> {
        let mut tasks = Vec::new();
        while tasks.len() <= TASK_LIMIT {
            match array.next_element()? {
                Some(task) => tasks.push(task),
                None => return Ok(Tasks(tasks)),
            }
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Tasks(tasks))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{TASK_LIMIT, Tasks};

    #[test]
    fn no_more_tasks_are_kept_than_it_takes_to_refuse_them() {
        let read = |count: usize| {
            let text = format!("[0{}]", ",0".repeat(count - 1));
            let tasks: Tasks = serde_json::from_str(&text).unwrap();
            tasks.0.len()
        };
        assert_eq!([1, TASK_LIMIT].map(read), [1, TASK_LIMIT]);
        assert_eq!(read(100_000), TASK_LIMIT + 1);
        for wrong in ["{}", "[0", &format!("[0{}!]", ",0".repeat(TASK_LIMIT + 1))] {
            assert!(serde_json::from_str::<Tasks>(wrong).is_err(), "{wrong:.9}");
        }
    }
}
