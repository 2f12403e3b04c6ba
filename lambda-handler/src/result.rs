//! The result of a task: what is asked, what Celery's DynamoDB backend has stored, and what is answered.

use gatewayq_routes::stored::{Lossy, StoredItem};
use gatewayq_routes::{TASK_ID, WAIT_MAX};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::{Answer, Refusal};
use crate::options::is_task_id;
use crate::request::ApiRequest;

/// Seconds after which a caller is asked to look again.
const RETRY_AFTER: &str = "1";

/// A question for a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The task's id.
    pub task_id: String,
    /// Seconds, at most [`WAIT_MAX`], that the answer may be held back.
    pub wait: u64,
}

impl Lookup {
    /// What a request of a result route asks for.
    ///
    /// # Errors
    /// A [`Refusal`] (400) where the id is one that no task has, or `wait` is not a number of seconds.
    pub fn of(request: &ApiRequest) -> Result<Self, Refusal> {
        let id = request.path_parameters.get(TASK_ID);
        let id = id.filter(|id| is_task_id(id));
        let id = id.ok_or_else(|| Refusal::bad("that is not the id of a task"))?;
        let wait = match request.query_string_parameters.get("wait") {
            None => 0,
            Some(text) => seconds(text)
                .ok_or_else(|| Refusal::bad(format!("`wait` must be 0 to {WAIT_MAX} seconds")))?,
        };
        Ok(Self {
            task_id: id.clone(),
            wait,
        })
    }
}

fn seconds(text: &str) -> Option<u64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| is_digits);
    seconds.filter(|seconds| *seconds <= WAIT_MAX)
}

/// What the backend has written, as far as it is answered.
#[derive(Debug, Deserialize)]
struct Stored {
    status: String,
    #[serde(default)]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    traceback: Option<Box<RawValue>>,
}

/// An exception as Celery's JSON has it.
#[derive(Debug, Deserialize)]
struct Exception {
    exc_type: String,
    #[serde(default)]
    exc_message: Option<Box<RawValue>>,
}

/// What is known of a task.
#[derive(Debug, Serialize)]
pub struct TaskResult {
    /// Celery's word: `PENDING`, `STARTED`, `RETRY`, `SUCCESS`, `FAILURE`, `REVOKED`, or one of the task's own.
    pub state: String,
    /// What the task returned, as the worker wrote it.
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<TaskError>,
}

/// Why a task failed, or is tried again.
#[derive(Debug, Serialize)]
struct TaskError {
    #[serde(rename = "type")]
    kind: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceback: Option<String>,
}

impl TaskResult {
    /// Nothing is stored: the task waits, or runs, or never was, or its result has expired.
    #[must_use]
    pub fn pending() -> Self {
        Self {
            state: "PENDING".to_owned(),
            result: None,
            error: None,
        }
    }

    /// What an item says. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with it, where it is none of Celery's.
    pub fn read(item: &StoredItem, now: u64, tracebacks: bool) -> Result<Self, String> {
        let stored = item.read(now)?;
        Ok(stored.map_or_else(Self::pending, |stored| Self::of(stored, tracebacks)))
    }

    fn of(stored: Stored, tracebacks: bool) -> Self {
        let (result, error) = match stored.status.as_str() {
            "FAILURE" | "RETRY" | "REVOKED" => {
                let traceback = stored.traceback.filter(|_| tracebacks);
                let traceback = traceback.map(|raw| word(&raw));
                let raw = stored.result.as_deref().map_or("null", RawValue::get);
                (None, Some(TaskError::of(raw, traceback)))
            }
            // Where it runs is nobody's business outside.
            "STARTED" | "PENDING" => (None, None),
            _ => (stored.result, None),
        };
        Self {
            state: stored.status,
            result,
            error,
        }
    }

    /// Whether nothing more will come of the task.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.state.as_str(), "SUCCESS" | "FAILURE" | "REVOKED")
    }

    /// 200 for what is done, 202 for what is not, with when to look again.
    #[must_use]
    pub fn answer(&self, task_id: &str) -> Answer {
        #[derive(Serialize)]
        struct Document<'a> {
            task_id: &'a str,
            #[serde(flatten)]
            result: &'a TaskResult,
        }
        let document = Document {
            task_id,
            result: self,
        };
        match self.is_done() {
            true => Answer::document(200, &document),
            false => Answer::document(202, &document).with("retry-after", RETRY_AFTER),
        }
    }
}

impl TaskError {
    fn of(raw: &str, traceback: Option<String>) -> Self {
        let read: Result<Exception, _> = serde_json::from_str(raw);
        let (kind, message) = match read {
            Ok(exception) => {
                let arguments = exception.exc_message.as_deref();
                (
                    exception.exc_type,
                    arguments.map_or_else(String::new, words),
                )
            }
            Err(_) => (String::new(), raw.to_owned()),
        };
        Self {
            kind,
            message,
            traceback,
        }
    }
}

/// The arguments of an exception as Python shows them: a single one by itself.
fn words(arguments: &RawValue) -> String {
    let several: Result<Vec<&RawValue>, _> = serde_json::from_str(arguments.get());
    match several {
        Ok(several) => several.into_iter().map(word).collect::<Vec<_>>().join(", "),
        Err(_) => word(arguments),
    }
}

/// A text by itself, anything else as JSON; as Python wrote it, where it is more than can be read here.
fn word(raw: &RawValue) -> String {
    let text: Result<Lossy, _> = serde_json::from_str(raw.get());
    let json = || match serde_json::from_str(raw.get()) {
        Ok::<Value, _>(value) => value.to_string(),
        Err(_) => raw.get().to_owned(),
    };
    text.map_or_else(|_| json(), |Lossy(text)| text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    const NOW: u64 = 1_800_000_000;

    fn item_of(text: &str, ttl: u64) -> StoredItem {
        let item = json!({"id": {"S": "b'celery-task-meta-t'"}, "result": {"B": STANDARD.encode(text)},
            "timestamp": {"N": "1.5"}, "ttl": {"N": ttl.to_string()}});
        serde_json::from_value(item).unwrap()
    }

    fn item(stored: &Value, ttl: u64) -> StoredItem {
        item_of(&stored.to_string(), ttl)
    }

    fn answered(stored: &Value, ttl: u64, tracebacks: bool) -> (u16, Value) {
        let read = TaskResult::read(&item(stored, ttl), NOW, tracebacks).unwrap();
        let answer = read.answer("t");
        assert_eq!(
            answer.headers.contains_key("retry-after"),
            answer.status == 202
        );
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    #[test]
    fn each_state_has_its_answer() {
        let exception = json!({"exc_type": "ValueError", "exc_message": ["no good: é", 2], "exc_module": "builtins"});
        let error = json!({"type": "ValueError", "message": "no good: é, 2"});
        for (status, result, code, wanted) in [
            ("SUCCESS", json!(5), 200, json!({"result": 5})),
            ("SUCCESS", json!(null), 200, json!({"result": null})),
            (
                "STARTED",
                json!({"pid": 1, "hostname": "h"}),
                202,
                json!({"result": null}),
            ),
            (
                "RETRY",
                exception.clone(),
                202,
                json!({"result": null, "error": error}),
            ),
            (
                "FAILURE",
                exception,
                200,
                json!({"result": null, "error": error}),
            ),
            (
                "PROGRESS",
                json!({"done": 3}),
                202,
                json!({"result": {"done": 3}}),
            ),
        ] {
            let stored = json!({"status": status, "result": result, "traceback": "File …"});
            let mut wanted = wanted;
            wanted["task_id"] = json!("t");
            wanted["state"] = json!(status);
            assert_eq!(answered(&stored, NOW + 1, false), (code, wanted));
        }
    }

    #[test]
    fn a_traceback_is_shown_where_that_is_wanted() {
        let stored = json!({"status": "FAILURE", "traceback": "File x",
            "result": {"exc_type": "TimeLimitExceeded", "exc_message": [2]}});
        let (_, shown) = answered(&stored, NOW + 1, true);
        assert_eq!(
            shown["error"],
            json!({"type": "TimeLimitExceeded", "message": "2", "traceback": "File x"})
        );
    }

    #[test]
    fn what_has_expired_is_as_if_it_never_was() {
        let stored = json!({"status": "SUCCESS", "result": 5});
        let pending = json!({"task_id": "t", "state": "PENDING", "result": null});
        assert_eq!(answered(&stored, NOW, false), (202, pending));
    }

    #[test]
    fn a_number_keeps_its_digits() {
        let text = r#"{"status": "SUCCESS", "result": [12345678901234567890123, 1.10]}"#;
        let read = TaskResult::read(&item_of(text, NOW + 1), NOW, false);
        let answer = read.unwrap().answer("t");
        assert!(
            answer.body.contains("[12345678901234567890123, 1.10]"),
            "{}",
            answer.body
        );
    }

    /// Python writes floats that JSON does not know, and halves of characters; neither is a reason for no answer.
    #[test]
    fn what_python_alone_writes_is_answered() {
        let answered = |text: &str, tracebacks| {
            let read = TaskResult::read(&item_of(text, NOW + 1), NOW, tracebacks);
            read.unwrap().answer("t").body
        };
        let floats =
            r#"{"status": "SUCCESS", "result": {"NaN": [NaN, -Infinity, 1e400, "Infinity"]}}"#;
        let wanted = r#"{"NaN": [null, null, 1e400, "Infinity"]}"#;
        assert!(answered(floats, false).contains(wanted));
        let halves = r#"{"status": "FAILURE", "traceback": "a\udcffb\n", "result":
            {"exc_type": "ValueError", "exc_message": ["no \udcff", [1e400], null]}}"#;
        for (tracebacks, traceback) in [
            (false, Value::Null),
            (true, json!("a\u{fffd}\u{fffd}\u{fffd}b\n")),
        ] {
            let answer: Value = serde_json::from_str(&answered(halves, tracebacks)).unwrap();
            let error = &answer["error"];
            assert_eq!(error["traceback"], traceback);
            assert_eq!(
                error["message"],
                "no \u{fffd}\u{fffd}\u{fffd}, [1e400], null"
            );
        }
    }

    #[test]
    fn what_is_not_celerys_is_told() {
        let no_status = item(&json!({"no": "status"}), NOW + 1);
        let no_base64 = json!({"result": {"B": "*"}});
        for item in [no_status, serde_json::from_value(no_base64).unwrap()] {
            assert!(TaskResult::read(&item, NOW, false).is_err());
        }
    }
}
