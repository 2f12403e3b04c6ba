//! A FIFO queue: the one the function sends to, or its dead-letter queue.

use super::support::{document_change, found, gone, parse_document, required, touches_tags};
use crate::engine::{Change, Cx, Error, Owner, Ref, Resource};
use crate::names::Tags;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

/// A FIFO queue as the stack wants it.
pub struct Queue {
    pub kind: &'static str,
    pub name: String,
    /// Seconds.
    pub visibility_timeout: i32,
    /// Seconds.
    pub retention: i32,
    pub kms_key: Option<String>,
    /// Who may send; everybody with permission where there is none.
    pub policy: Option<Value>,
    pub dead_letters: Option<DeadLetters>,
    pub tags: Tags,
    /// Whether the stage is being deleted: then a queue that is on its way out is no hindrance.
    pub leaving: bool,
}

/// Where a message goes that was received too often.
pub struct DeadLetters {
    pub queue: Ref<Queue>,
    pub arn: String,
    pub max_receives: i32,
}

/// What SQS holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub url: String,
    attributes: HashMap<String, String>,
    tags: HashMap<String, String>,
}

/// The tag that a queue gets just before it is deleted, with the time in seconds since 1970. For up
/// to 60 s after DeleteQueue SQS may still show the queue and take messages that are lost with it
/// (SQS API reference, DeleteQueue): a deploy in that time must not take it for the stage's own.
const DELETING_TAG: &str = "gatewayq:deleting";
/// After this the queue is gone, or was not deleted after all.
const DELETING: u64 = 75;

/// Attributes whose values are JSON documents.
const DOCUMENTS: [&str; 2] = ["Policy", "RedrivePolicy"];

impl Queue {
    /// The attributes that are set. High throughput is the pair of DeduplicationScope and
    /// FifoThroughputLimit (SQS developer guide, "High throughput for FIFO queues").
    fn attributes(&self) -> BTreeMap<&'static str, String> {
        let mut wanted = BTreeMap::from([
            ("FifoQueue", "true".to_owned()),
            ("ContentBasedDeduplication", "false".to_owned()),
            ("DeduplicationScope", "messageGroup".to_owned()),
            ("FifoThroughputLimit", "perMessageGroupId".to_owned()),
            ("VisibilityTimeout", self.visibility_timeout.to_string()),
            ("MessageRetentionPeriod", self.retention.to_string()),
        ]);
        match &self.kms_key {
            Some(key) => wanted.insert("KmsMasterKeyId", key.clone()),
            None => wanted.insert("SqsManagedSseEnabled", "true".to_owned()),
        };
        if let Some(policy) = &self.policy {
            wanted.insert("Policy", policy.to_string());
        }
        if let Some(dead) = &self.dead_letters {
            let redrive =
                json!({"deadLetterTargetArn": dead.arn, "maxReceiveCount": dead.max_receives});
            wanted.insert("RedrivePolicy", redrive.to_string());
        }
        wanted
    }

    fn attribute_change(&self, state: &State, name: &str, wanted: &str) -> Option<Change> {
        let have = state.attributes.get(name).filter(|value| !value.is_empty());
        if DOCUMENTS.contains(&name) {
            return document_change(
                name,
                have.map(|text| parse_document(text)).as_ref(),
                &parse_document(wanted),
            );
        }
        let change = Change::between(name, have, &wanted.to_owned())?;
        // Whether a queue is FIFO is fixed when it is made.
        Some(if name == "FifoQueue" {
            change.replacing()
        } else {
            change
        })
    }

    async fn tag(&self, cx: &Cx, url: &str) -> Result<(), Error> {
        let request = cx
            .sqs
            .tag_queue()
            .queue_url(url)
            .set_tags(Some(self.tags.map()));
        cx.call("TagQueue", request.send()).await?;
        Ok(())
    }
}

impl Resource for Queue {
    type State = State;

    fn kind(&self) -> &'static str {
        self.kind
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let url = cx
            .call(
                "GetQueueUrl",
                cx.sqs.get_queue_url().queue_name(&self.name).send(),
            )
            .await;
        let Some(url) = found(url)?.and_then(|answer| answer.queue_url) else {
            return Ok(None);
        };
        let all = cx
            .sqs
            .get_queue_attributes()
            .queue_url(&url)
            .attribute_names(QueueAttributeName::All);
        let (attributes, tags) = futures::join!(
            cx.call("GetQueueAttributes", all.send()),
            cx.call(
                "ListQueueTags",
                cx.sqs.list_queue_tags().queue_url(&url).send()
            ),
        );
        let (Some(attributes), Some(tags)) = (found(attributes)?, found(tags)?) else {
            return Ok(None);
        };
        let tags = tags.tags.unwrap_or_default();
        if !self.leaving && is_dying(&tags) {
            return Err(Error::NotYet("SQS to finish deleting the queue (60 s)"));
        }
        let attributes = attributes.attributes.unwrap_or_default();
        Ok(Some(State {
            url,
            attributes: attributes
                .into_iter()
                .map(|(name, value)| (name.as_str().to_owned(), value))
                .collect(),
            tags,
        }))
    }

    fn owner(&self, state: &State) -> Owner {
        self.tags.owner(&state.tags)
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.tags.diff(&state.tags);
        let wanted = self.attributes();
        changes.extend(
            wanted
                .iter()
                .filter_map(|(name, value)| self.attribute_change(state, name, value)),
        );
        if self.kms_key.is_none() {
            let key = state
                .attributes
                .get("KmsMasterKeyId")
                .filter(|key| !key.is_empty());
            changes.extend(key.map(|key| Change::removed("KmsMasterKeyId", key)));
        }
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        if let Some(dead) = &self.dead_letters {
            dead.queue.require()?;
        }
        let wanted = self.attributes();
        let attributes = wanted
            .iter()
            .map(|(name, value)| (QueueAttributeName::from(*name), value.clone()))
            .collect();
        let request = cx
            .sqs
            .create_queue()
            .queue_name(&self.name)
            .set_attributes(Some(attributes));
        let created = cx
            .call(
                "CreateQueue",
                request.set_tags(Some(self.tags.map())).send(),
            )
            .await?;
        Ok(State {
            url: required(created.queue_url, "QueueUrl")?,
            attributes: wanted
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            tags: self.tags.map(),
        })
    }

    async fn update(&self, cx: &Cx, mut state: State, changes: &[Change]) -> Result<State, Error> {
        let set = changes
            .iter()
            .filter(|change| !change.field.starts_with("tag "));
        let wanted = self.attributes();
        let value = |name: &str| wanted.get(name).cloned().unwrap_or_default();
        let set: HashMap<String, String> = set
            .map(|change| (change.field.clone(), value(&change.field)))
            .collect();
        if !set.is_empty() {
            let named = set
                .iter()
                .map(|(name, value)| (QueueAttributeName::from(name.as_str()), value.clone()));
            let request = cx
                .sqs
                .set_queue_attributes()
                .queue_url(&state.url)
                .set_attributes(Some(named.collect()));
            cx.call("SetQueueAttributes", request.send()).await?;
            state.attributes.extend(set);
        }
        if touches_tags(changes) {
            self.tag(cx, &state.url).await?;
            state.tags.extend(self.tags.map());
        }
        Ok(state)
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        let mark = cx.sqs.tag_queue().queue_url(&state.url);
        let mark = mark.tags(DELETING_TAG, now().to_string());
        gone(cx.call("TagQueue", mark.send()).await)?;
        gone(
            cx.call(
                "DeleteQueue",
                cx.sqs.delete_queue().queue_url(&state.url).send(),
            )
            .await,
        )
    }

    async fn adopt(&self, cx: &Cx, state: State) -> Result<(), Error> {
        self.tag(cx, &state.url).await
    }

    fn details(&self, state: &State) -> Vec<(&'static str, String)> {
        let count = |name: &str| {
            state
                .attributes
                .get(name)
                .cloned()
                .unwrap_or_else(|| "0".to_owned())
        };
        vec![
            ("waiting", count("ApproximateNumberOfMessages")),
            ("in flight", count("ApproximateNumberOfMessagesNotVisible")),
        ]
    }
}

/// True where a delete of the queue began less than [`DELETING`] seconds ago.
fn is_dying(tags: &HashMap<String, String>) -> bool {
    let since = tags
        .get(DELETING_TAG)
        .and_then(|time| time.parse::<u64>().ok());
    since.is_some_and(|since| now() < since + DELETING)
}

/// Seconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}
