//! The queue: one message or a batch to SQS, with the cause in words when it is not accepted.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use lambda_handler::Message;

use crate::aws_json::{Connection, SQS, Service, in_words};
use crate::transport::Transport;

/// One queue.
pub(crate) struct Queue {
    sqs: Service,
    url: String,
}

/// What SQS said to the messages of a batch, by their place.
#[derive(Debug, Default)]
pub(crate) struct BatchResult {
    /// Those that are on the queue.
    pub accepted: Vec<usize>,
    /// Why another one is not, and whether a repeat can help.
    pub failure: Option<Failure>,
}

/// Why SQS did not accept a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    /// The cause, for the log.
    pub cause: String,
    /// False where SQS blames the message itself.
    pub is_transient: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage<'a> {
    queue_url: &'a str,
    #[serde(flatten)]
    message: Parameters<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessageBatch<'a> {
    queue_url: &'a str,
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    /// Its place in the batch.
    id: String,
    #[serde(flatten)]
    message: Parameters<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameters<'a> {
    message_body: &'a str,
    message_group_id: &'a str,
    message_deduplication_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    message_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchSent {
    #[serde(default)]
    successful: Vec<Successful>,
    #[serde(default)]
    failed: Vec<Refused>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Successful {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refused {
    code: String,
    message: Option<String>,
    #[serde(default)]
    sender_fault: bool,
}

impl Queue {
    /// Nothing is sent yet.
    pub(crate) fn new(url: String, transport: Rc<Transport>, connection: Connection) -> Self {
        let sqs = Service::new(&SQS, transport, connection);
        Self { sqs, url }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// The cause in words for the log.
    pub(crate) async fn send(&self, message: &Message) -> Result<(), String> {
        let call = SendMessage {
            queue_url: &self.url,
            message: parameters(message),
        };
        let sent: Sent = self.sqs.call("SendMessage", &call).await?;
        match sent.message_id {
            Some(_) => Ok(()),
            None => Err("SQS answered without a message id".to_owned()),
        }
    }

    /// Sends up to ten messages in one call.
    pub(crate) async fn send_batch(&self, messages: &[&Message]) -> BatchResult {
        let entries = messages.iter().enumerate().map(|(place, message)| Entry {
            id: place.to_string(),
            message: parameters(message),
        });
        let call = SendMessageBatch {
            queue_url: &self.url,
            entries: entries.collect(),
        };
        match self.sqs.call("SendMessageBatch", &call).await {
            Ok(sent) => read(&sent, messages.len()),
            Err(cause) => BatchResult::lost(cause),
        }
    }
}

impl BatchResult {
    /// Nothing is known to be on the queue. The call was repeated already.
    fn lost(cause: String) -> Self {
        Self {
            accepted: Vec::new(),
            failure: Some(Failure {
                cause,
                is_transient: false,
            }),
        }
    }
}

fn parameters(message: &Message) -> Parameters<'_> {
    Parameters {
        message_body: &message.body,
        message_group_id: &message.group_id,
        message_deduplication_id: &message.deduplication_id,
    }
}

/// A message that SQS names in neither list counts as not accepted.
fn read(sent: &BatchSent, count: usize) -> BatchResult {
    let accepted: Vec<usize> = sent
        .successful
        .iter()
        .filter_map(|entry| entry.id.parse().ok())
        .collect();
    let failure = match sent.failed.first() {
        Some(first) => Some(Failure {
            cause: in_words(&first.code, first.message.as_deref()),
            is_transient: sent.failed.iter().all(|entry| !entry.sender_fault),
        }),
        None if accepted.len() < count => Some(Failure {
            cause: "SQS did not mention every message of the batch".to_owned(),
            is_transient: true,
        }),
        None => None,
    };
    BatchResult { accepted, failure }
}
