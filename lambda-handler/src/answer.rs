//! What the caller gets to read.

use serde::Serialize;
use serde_json::{Value, json};

/// One HTTP answer in the form API Gateway's proxy integration wants it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The HTTP status.
    #[serde(rename = "statusCode")]
    pub status: u16,
    headers: Headers,
    /// The body: JSON text.
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Headers {
    #[serde(rename = "content-type")]
    content_type: &'static str,
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
    /// The HTTP status of this outcome alone: 202, 4xx or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Accepted { .. } => 202,
            Self::Refused(refusal) => refusal.status,
            Self::Failed { .. } => 503,
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Accepted { task_id } => json!({"message_status": "success", "task_id": task_id}),
            Self::Refused(refusal) => refused(&refusal.reason),
            // The walkthrough's own words; the cause stays in the log.
            Self::Failed { .. } => json!({"error occurred": "check cloudwatch logs"}),
        }
    }

    fn to_json_in_batch(&self) -> Value {
        match self {
            Self::Failed { task_id } => json!({
                "message_status": "failed", "task_id": task_id,
                "error occurred": "check cloudwatch logs",
            }),
            other => other.to_json(),
        }
    }
}

impl Answer {
    /// An answer with any JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        let headers = Headers {
            content_type: "application/json",
        };
        Self {
            status,
            headers,
            body: body.to_string(),
        }
    }

    /// The answer for a request of one task.
    #[must_use]
    pub fn single(outcome: &Outcome) -> Self {
        Self::json(outcome.status(), &outcome.to_json())
    }

    /// The answer for a request of several tasks, `{"results": [...]}` in the request's order.
    /// Its status is that of the tasks where they all have the same one (202: all are accepted),
    /// else 207: look at each result.
    #[must_use]
    pub fn batch(outcomes: &[Outcome]) -> Self {
        let results: Vec<_> = outcomes.iter().map(Outcome::to_json_in_batch).collect();
        Self::json(common_status(outcomes), &json!({ "results": results }))
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.status, &refused(&refusal.reason))
    }
}

fn refused(reason: &str) -> Value {
    json!({"message_status": "refused", "reason": reason})
}

/// A request of several tasks has at least one: `body::tasks` refuses an empty list.
fn common_status(outcomes: &[Outcome]) -> u16 {
    let mut statuses: Vec<_> = outcomes.iter().map(Outcome::status).collect();
    statuses.dedup();
    match statuses.as_slice() {
        [status] => *status,
        _ => 207,
    }
}
