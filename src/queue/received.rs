//! A message as it was received.

use super::task::{self, Task};
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName};
use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A message as it was received: it is hidden until its time is up or it is given back.
pub(crate) struct Received {
    /// SQS's id of the message. A dead letter keeps it.
    pub id: String,
    /// What it is deleted and given back by.
    pub handle: String,
    pub body: String,
    /// The MessageGroupId.
    pub group: String,
    /// Milliseconds since 1970.
    sent: u64,
    /// How often it was received, this time included.
    pub receives: u32,
    /// The sender's own attributes.
    pub attributes: HashMap<String, MessageAttributeValue>,
    /// The X-Ray header that the sender gave it.
    pub trace: Option<String>,
}

impl Received {
    /// `None` where SQS's answer has no id or no receipt handle, without which nothing can be done with it.
    pub(super) fn new(message: Message) -> Option<Self> {
        let mut system = message.attributes.unwrap_or_default();
        let mut take = |name| system.remove(&name);
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Some(Self {
            id: message.message_id?,
            handle: message.receipt_handle?,
            body: message.body.unwrap_or_default(),
            group: take(MessageSystemAttributeName::MessageGroupId).unwrap_or_default(),
            sent: number(take(MessageSystemAttributeName::SentTimestamp)).unwrap_or_default(),
            receives: take(MessageSystemAttributeName::ApproximateReceiveCount)
                .and_then(|count| count.parse().ok())
                .unwrap_or(1),
            attributes: message.message_attributes.unwrap_or_default(),
            trace: take(MessageSystemAttributeName::AwsTraceHeader),
        })
    }

    /// The task that it stands for; `None` where Celery did not write it.
    pub(crate) fn task(&self) -> Option<Task> {
        task::read(&self.body)
    }

    /// How long ago SQS took it, by this machine's clock.
    pub(crate) fn age(&self) -> Duration {
        let sent = UNIX_EPOCH + Duration::from_millis(self.sent);
        SystemTime::now().duration_since(sent).unwrap_or_default()
    }
}

#[cfg(test)]
impl Received {
    /// A message of a test, received so often.
    pub(super) fn of_tests(id: &str, body: &str, receives: u32) -> Self {
        Self {
            id: id.to_owned(),
            handle: String::new(),
            body: body.to_owned(),
            group: "g".to_owned(),
            sent: 0,
            receives,
            attributes: HashMap::new(),
            trace: None,
        }
    }
}
