//! What an answer says of a task.

use super::again::Again;
use crate::aws::Response;
use crate::commands::Failure;
use crate::output::Printer;
use gatewayq_routes::options::is_task_id;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// An answer, read as one about a task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TaskAnswer {
    /// It was sent, or is not done yet.
    Waiting {
        id: String,
        is_pending: bool,
    },
    Succeeded,
    /// Celery's word for how it ended.
    Failed(&'static str),
    /// The answer names no task, or several.
    NoTask,
}

/// What of the body counts. All else is skipped unread: a result may hold more than a parser takes, such as a number that is
/// out of range.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    task_id: Option<Box<RawValue>>,
    state: Option<Box<RawValue>>,
    message_status: Option<IgnoredAny>,
}

impl Body {
    fn read(json: &[u8]) -> Self {
        // A list would be taken for the fields in their order.
        let is_object = json.trim_ascii_start().starts_with(b"{");
        let read = is_object.then(|| serde_json::from_slice(json).ok());
        read.flatten().unwrap_or_default()
    }
}

/// A field's text, where it is one.
fn text(field: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(field?.get()).ok()
}

impl TaskAnswer {
    /// What the function answers for a sent task has a `message_status`, what it answers for a result has none.
    pub(crate) fn read(answer: &Response) -> Self {
        if !(200..300).contains(&answer.status) {
            return Self::NoTask;
        }
        let body = Body::read(&answer.body);
        let id = text(body.task_id.as_deref()).filter(|id| is_task_id(id));
        let state = text(body.state.as_deref());
        let is_result = body.message_status.is_none() && state.is_some();
        match (id, state.as_deref()) {
            (None, _) => Self::NoTask,
            (_, Some("FAILURE")) if is_result => Self::Failed("FAILURE"),
            (_, Some("REVOKED")) if is_result => Self::Failed("REVOKED"),
            (Some(_), _) if is_result && answer.status == 200 => Self::Succeeded,
            (Some(id), state) => Self::Waiting {
                id,
                is_pending: is_result && state == Some("PENDING"),
            },
        }
    }

    /// How a command ends that was to show a result, which `again` asks for.
    ///
    /// # Errors
    /// Exit code 1: the task failed, was not done in time, or the answer names none.
    pub(crate) fn end(&self, printer: &Printer, again: Again) -> Result<(), Failure> {
        match (self, again.arguments.wait) {
            (Self::Succeeded, _) => Ok(()),
            (Self::Failed(state), _) => {
                Err(Failure::Answered(format!("the task ended as {state}")))
            }
            (Self::NoTask, _) => Err(Failure::Answered(
                "the answer names no task to wait for, or several".to_owned(),
            )),
            (Self::Waiting { id, .. }, Some(seconds)) => Err(Failure::Answered(format!(
                "the task was not done after {seconds} s{}",
                again.waits_on(id)
            ))),
            (Self::Waiting { is_pending, .. }, None) => {
                if *is_pending {
                    printer.note(
                        "PENDING: nothing is stored. The task waits or runs, or no task ever had this id, or its result \
                         has expired",
                    );
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> TaskAnswer {
        TaskAnswer::read(&Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        })
    }

    fn waiting(is_pending: bool) -> TaskAnswer {
        let id = "t".to_owned();
        TaskAnswer::Waiting { id, is_pending }
    }

    #[test]
    fn a_task_is_waited_for_until_it_is_done() {
        let sent =
            r#"{"message_status": "success", "task_id": "t", "state": "of the route's answer"}"#;
        assert_eq!(read(202, sent), waiting(false));
        assert_eq!(read(200, sent), waiting(false));
        let result = |state: &str| format!(r#"{{"task_id": "t", "state": "{state}"}}"#);
        assert_eq!(read(202, &result("PENDING")), waiting(true));
        assert_eq!(read(202, &result("RETRY")), waiting(false));
        assert_eq!(read(200, &result("SUCCESS")), TaskAnswer::Succeeded);
        let failed = TaskAnswer::Failed("FAILURE");
        assert_eq!(read(200, &result("FAILURE")), failed);
    }

    #[test]
    fn what_a_task_returned_is_not_looked_at() {
        let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for result in ["1e400", r#""\udcff""#, nested.as_str()] {
            let body = format!(r#"{{"task_id": "t", "state": "SUCCESS", "result": {result}}}"#);
            assert_eq!(read(200, &body), TaskAnswer::Succeeded, "{result}");
        }
        let other = r#"{"message_status": "success", "task_id": "t", "state": 5}"#;
        assert_eq!(read(202, other), waiting(false));
    }

    #[test]
    fn what_names_no_task_is_not_waited_for() {
        let hostile = r#"{"task_id": "../../admin?x=", "message_status": "success"}"#;
        let sent = r#"{"task_id": "t", "message_status": "fail"}"#;
        for (status, body) in [
            (200, hostile),
            (503, sent),
            (202, "{}"),
            (200, "<html>"),
            (200, r#"["t", "SUCCESS"]"#),
        ] {
            assert_eq!(read(status, body), TaskAnswer::NoTask, "{body}");
        }
    }
}
