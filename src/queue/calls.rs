//! The calls on messages.

use super::Received;
use crate::engine::{Cx, Error, Retry, retry};
use crate::resources::required;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, MessageAttributeValue,
    MessageSystemAttributeNameForSends, MessageSystemAttributeValue, QueueAttributeName,
};
use gatewayq_routes::message::Message;
use std::collections::HashMap;
use uuid::Uuid;

/// The most messages of one receive and of one batch (SQS API reference).
pub(super) const BATCH: usize = 10;

/// How long a receive waits for a message, in seconds: without a wait SQS asks only some of its servers, and
/// an empty answer says nothing.
const WAIT: i32 = 1;

/// Receives up to ten messages, which are hidden for `hold` seconds. A receive whose answer was lost is
/// repeated as the same one: SQS then gives the same messages and does not count them again.
///
/// # Errors
/// What AWS answers.
pub(super) async fn receive(
    cx: &Cx,
    url: &str,
    most: usize,
    hold: i32,
) -> Result<Vec<Received>, Error> {
    use aws_sdk_sqs::types::MessageSystemAttributeName::All;
    let most = i32::try_from(most.min(BATCH)).unwrap_or(1);
    let request = cx.sqs.receive_message().queue_url(url);
    let request = request
        .max_number_of_messages(most)
        .visibility_timeout(hold)
        .wait_time_seconds(WAIT)
        .message_system_attribute_names(All)
        .message_attribute_names("All")
        .receive_request_attempt_id(Uuid::new_v4().to_string());
    let answer = retry(cx, async || {
        cx.call("ReceiveMessage", request.clone().send()).await
    });
    let messages = answer.await?.messages.unwrap_or_default();
    Ok(messages.into_iter().filter_map(Received::new).collect())
}

/// Gives messages back at once; gives the number of those that SQS did not take back, which come back by
/// themselves.
pub(super) async fn give_back(cx: &Cx, url: &str, messages: &[Received]) -> usize {
    let mut kept = 0;
    for batch in messages.chunks(BATCH) {
        let entries = batch.iter().enumerate().filter_map(|(place, message)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(place.to_string())
                .receipt_handle(&message.handle)
                .visibility_timeout(0);
            entry.build().ok()
        });
        let request = cx.sqs.change_message_visibility_batch().queue_url(url);
        let request = request.set_entries(Some(entries.collect()));
        let answer = cx.call("ChangeMessageVisibilityBatch", request.send());
        kept += match answer.await {
            Ok(answer) => answer.failed.len(),
            Err(_) => batch.len(),
        };
    }
    kept
}

/// Deletes a received message; one that is gone is not an error.
///
/// # Errors
/// What AWS answers, as where the time is over for which the message was received.
pub(super) async fn delete(cx: &Cx, url: &str, handle: &str) -> Result<(), Error> {
    let request = cx.sqs.delete_message().queue_url(url);
    let request = request.receipt_handle(handle);
    retry(cx, async || {
        cx.call("DeleteMessage", request.clone().send()).await?;
        Ok(())
    })
    .await
}

/// Puts a message on the queue and gives the id that SQS gave it. It may be tried twice: the
/// deduplication id makes one message of both.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn send(cx: &Cx, url: &str, message: &Message) -> Result<String, Error> {
    send_with(cx, url, message, HashMap::new(), None).await
}

/// The same with the sender's attributes and X-Ray header.
pub(super) async fn send_with(
    cx: &Cx,
    url: &str,
    message: &Message,
    attributes: HashMap<String, MessageAttributeValue>,
    trace: Option<&str>,
) -> Result<String, Error> {
    let mut request = cx
        .sqs
        .send_message()
        .queue_url(url)
        .message_body(&message.body)
        .message_group_id(&message.group_id)
        .message_deduplication_id(&message.deduplication_id);
    if !attributes.is_empty() {
        request = request.set_message_attributes(Some(attributes));
    }
    if let Some(trace) = trace {
        let value = MessageSystemAttributeValue::builder().data_type("String");
        let value = value.string_value(trace).build();
        if let Ok(value) = value {
            let name = MessageSystemAttributeNameForSends::AwsTraceHeader;
            request = request.message_system_attributes(name, value);
        }
    }
    retry(cx, async || {
        let sent = cx.call("SendMessage", request.clone().send()).await?;
        required(sent.message_id, "MessageId")
    })
    .await
}

/// What became of a purge.
pub(crate) enum Purged {
    Done,
    /// SQS purges a queue once in 60 s.
    TooSoon,
}

/// Deletes every message of a queue, those in flight included.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn purge(cx: &Cx, url: &str) -> Result<Purged, Error> {
    let request = cx.sqs.purge_queue().queue_url(url);
    let (mut tries, mut unclear) = (Retry::often(), false);
    loop {
        let answer = cx.call("PurgeQueue", request.clone().send()).await;
        match answer {
            Ok(_) => return Ok(Purged::Done),
            Err(Error::Aws(error)) if error.code.contains("PurgeQueueInProgress") => {
                // After a lost answer the purge in progress is our own.
                return Ok(if unclear {
                    Purged::Done
                } else {
                    Purged::TooSoon
                });
            }
            Err(error) => {
                unclear |= error.is_unclear();
                tries.after(error, cx).await?;
            }
        }
    }
}

/// How many messages a queue has: visible, in flight, delayed. SQS counts them approximately.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn counts(cx: &Cx, url: &str) -> Result<[u64; 3], Error> {
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let request = cx.sqs.get_queue_attributes().queue_url(url);
    let request = request.set_attribute_names(Some(names.to_vec()));
    let answer = retry(cx, async || {
        cx.call("GetQueueAttributes", request.clone().send()).await
    });
    let found = answer.await?.attributes.unwrap_or_default();
    Ok(names.map(|name| {
        let count = found.get(&name).and_then(|count| count.parse().ok());
        count.unwrap_or_default()
    }))
}
