//! What the caller gets to read.

use std::collections::BTreeMap;

use gatewayq_routes::{Accepted, Reply};
use serde::Serialize;
use serde_json::{Value, json};

/// One HTTP answer in the form API Gateway's proxy integration wants it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The HTTP status.
    #[serde(rename = "statusCode")]
    pub status: u16,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body: JSON text, or nothing where the status has none.
    pub body: String,
}

/// A request, or one task of it, that is not put on the queue, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The HTTP status, 4xx.
    pub status: u16,
    /// The reason in words for the caller.
    pub reason: String,
}

/// What became of one task.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// SQS has accepted the message.
    Accepted {
        /// The task's id, for the caller to follow it.
        task_id: String,
    },
    /// Nothing was sent: the caller has to change the request.
    Refused(Refusal),
    /// SQS did not accept the message; the cause is in the log.
    Failed {
        /// The id that the task would have had; the log line has it too.
        task_id: String,
    },
}

impl Refusal {
    /// A refusal with any status.
    pub fn new(status: u16, reason: impl Into<String>) -> Self {
        Self {
            status,
            reason: reason.into(),
        }
    }

    /// A refusal with status 400.
    pub fn bad(reason: impl Into<String>) -> Self {
        Self::new(400, reason)
    }
}

impl Outcome {
    /// The HTTP status of this outcome alone: the route's (202 unless it says otherwise), 4xx or
    /// 503.
    fn status(&self, accepted: &Accepted) -> u16 {
        match self {
            Self::Accepted { .. } => accepted.status,
            Self::Refused(refusal) => refusal.status,
            Self::Failed { .. } => 503,
        }
    }

    fn to_json(&self, accepted: &Accepted) -> Value {
        match self {
            Self::Accepted { task_id } => {
                let mut fields = accepted.fields.clone();
                fields.insert("message_status".to_owned(), json!("success"));
                fields.insert("task_id".to_owned(), json!(task_id));
                Value::Object(fields)
            }
            Self::Refused(refusal) => refused(&refusal.reason),
            // The walkthrough's own words; the cause stays in the log.
            Self::Failed { .. } => see_the_log(),
        }
    }

    fn to_json_in_batch(&self, accepted: &Accepted) -> Value {
        match self {
            Self::Failed { task_id } => json!({
                "message_status": "failed", "task_id": task_id,
                "error occurred": "check cloudwatch logs",
            }),
            other => other.to_json(accepted),
        }
    }
}

impl Answer {
    /// An answer with any JSON; without a body where HTTP has none for the status.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        let empty = Self {
            status,
            headers: BTreeMap::new(),
            body: String::new(),
        };
        if matches!(status, 204 | 205 | 304) {
            return empty;
        }
        Self {
            body: body.to_string(),
            ..empty.with("content-type", "application/json")
        }
    }

    /// An answer with what has a JSON form.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "texts, numbers and JSON always have a JSON form"
    )]
    pub(crate) fn document(status: u16, document: &impl Serialize) -> Self {
        let body = serde_json::to_string(document);
        Self {
            body: body.expect("texts, numbers and JSON always have a JSON form"),
            ..Self::json(status, &Value::Null)
        }
    }

    /// The answer where the cause of a failure is in the log.
    #[must_use]
    pub fn failed() -> Self {
        Self::json(503, &see_the_log())
    }

    /// The answer with a header, in the place of one of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers
            .insert(name.to_ascii_lowercase(), value.to_owned());
        self
    }

    /// The answer of a route with a fixed one.
    #[must_use]
    pub fn reply(reply: &Reply) -> Self {
        let answer = Self::json(reply.status, &reply.body);
        let headers = reply.headers.iter();
        headers.fold(answer, |answer, (name, value)| answer.with(name, value))
    }

    /// The answer for a request of one task.
    #[must_use]
    pub fn single(outcome: &Outcome, accepted: &Accepted) -> Self {
        Self::json(outcome.status(accepted), &outcome.to_json(accepted))
    }

    /// The answer for a request of several tasks, `{"results": [...]}` in the request's order.
    /// Its status is that of the tasks where they all have the same one (202 unless the route says
    /// otherwise: all are accepted), else 207: look at each result.
    #[must_use]
    pub fn batch(outcomes: &[Outcome], accepted: &Accepted) -> Self {
        let results = outcomes.iter();
        let results: Vec<_> = results
            .map(|outcome| outcome.to_json_in_batch(accepted))
            .collect();
        let status = common_status(outcomes, accepted);
        Self::json(status, &json!({ "results": results }))
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.status, &refused(&refusal.reason))
    }
}

fn see_the_log() -> Value {
    json!({"error occurred": "check cloudwatch logs"})
}

fn refused(reason: &str) -> Value {
    json!({"message_status": "refused", "reason": reason})
}

/// A request of several tasks has at least one: `body::tasks` refuses an empty list.
fn common_status(outcomes: &[Outcome], accepted: &Accepted) -> u16 {
    let statuses = outcomes.iter().map(|outcome| outcome.status(accepted));
    let mut statuses: Vec<_> = statuses.collect();
    statuses.dedup();
    match statuses.as_slice() {
        [status] => *status,
        _ => 207,
    }
}
