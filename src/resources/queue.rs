//! A FIFO queue: the one the function sends to, or its dead-letter queue.

use super::support::{document, found, gone, parse_document, required, unknown_or};
use crate::engine::{Call, Cx, Error, Field, Owner, Resource, Set, changed};
use crate::names::LIVE;
use crate::policies::{self, SendPolicy};
use crate::tags::Tags;
use aws_sdk_sqs::types::QueueAttributeName;
use futures::FutureExt;
use gatewayq_routes::message::SIZE_LIMIT;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

/// A FIFO queue as the stack wants it.
pub(crate) struct Queue {
    pub kind: &'static str,
    pub name: String,
    /// Seconds.
    pub visibility_timeout: i32,
    /// Seconds.
    pub retention: i32,
    pub kms_key: Option<String>,
    /// Who may send; everybody with permission where there is none.
    pub policy: Option<SendPolicy>,
    /// The name of the function that sends.
    pub function: String,
    pub dead_letters: Option<DeadLetters>,
    pub tags: Tags,
    /// Not to be deployed: then a queue that is being deleted may stay as it is.
    pub deleting: bool,
}

/// Where a message goes that was received too often.
pub(crate) struct DeadLetters {
    pub arn: String,
    pub max_receives: i32,
}

/// The queue in SQS.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub url: String,
    /// By AWS's name; documents as their text.
    attributes: BTreeMap<String, String>,
    policy: Option<Value>,
    /// The role that the live version runs as, where the policy is not as wanted and that is not the function's role any more.
    pub(super) former_sender: Option<String>,
    redrive_policy: Option<Value>,
    tags: BTreeMap<String, String>,
}

/// The tag that a queue gets just before it is deleted, with the time in seconds since 1970. For up
/// to 60 s after DeleteQueue SQS may still show the queue and take messages that are lost with it
/// (SQS API reference, DeleteQueue): a deploy in that time must not take it for the stage's own.
const DELETING_TAG: &str = "gatewayq:deleting";
/// After this the queue is gone, or was not deleted after all.
const DELETING: u64 = 75;
/// SQS may show the attributes of a new queue, and with them its tags, up to this many seconds late
/// (SQS API reference, SetQueueAttributes: "up to 60 seconds").
const TAGS_ARE_LATE: u64 = 60;

const SET: Call<Queue> = Call {
    operation: "SetQueueAttributes",
    run: |_, cx, found, wanted| set_attributes(cx, found, wanted).boxed(),
};
const TAG: Call<Queue> = Call {
    operation: "TagQueue",
    run: |queue, cx, found, _| queue.tag(cx, &found.url).boxed(),
};

impl Queue {
    /// The attributes that are set. High throughput is the pair of DeduplicationScope and
    /// FifoThroughputLimit (SQS developer guide, "High throughput for FIFO queues").
    fn attributes(&self, former: Option<&str>) -> BTreeMap<String, String> {
        let mut wanted = BTreeMap::from([
            ("FifoQueue", "true".to_owned()),
            ("ContentBasedDeduplication", "false".to_owned()),
            ("DeduplicationScope", "messageGroup".to_owned()),
            ("FifoThroughputLimit", "perMessageGroupId".to_owned()),
            ("VisibilityTimeout", self.visibility_timeout.to_string()),
            ("MessageRetentionPeriod", self.retention.to_string()),
            // What the function takes. Queues from before August 2025 have a quarter of it.
            ("MaximumMessageSize", SIZE_LIMIT.to_string()),
        ]);
        match &self.kms_key {
            Some(key) => wanted.insert("KmsMasterKeyId", key.clone()),
            None => wanted.insert("SqsManagedSseEnabled", "true".to_owned()),
        };
        if let Some(policy) = &self.policy {
            let former =
                former.map_or_else(|| policy.document().clone(), |role| policy.admitting(role));
            wanted.insert("Policy", former.to_string());
        }
        if let Some(dead) = &self.dead_letters {
            let redrive =
                json!({"deadLetterTargetArn": dead.arn, "maxReceiveCount": dead.max_receives});
            wanted.insert("RedrivePolicy", redrive.to_string());
        }
        let owned = wanted
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        owned.collect()
    }

    /// Until another version is live, the one that is has to send. Where the policy is as wanted, nothing is asked; whoever
    /// looks at the queue alone need not be able to.
    async fn former_sender(&self, cx: &Cx, state: &State) -> Result<Option<String>, Error> {
        let Some(policy) = self.policy.as_ref().filter(|_| !self.deleting) else {
            return Ok(None);
        };
        let is = state.policy.as_ref();
        if is.is_some_and(|is| policies::same(is, policy.document())) {
            return Ok(None);
        }
        let request = cx.lambda.get_function().function_name(&self.function);
        let live = cx.call("GetFunction", request.qualifier(LIVE).send()).await;
        let role = found(live)?.and_then(|live| live.configuration?.role);
        Ok(role.filter(|role| !policy.is_for(role)))
    }

    async fn tag(&self, cx: &Cx, url: &str) -> Result<(), Error> {
        let request = cx.sqs.tag_queue().queue_url(url);
        let request = request.set_tags(Some(self.tags.to_sdk()));
        cx.call("TagQueue", request.send()).await?;
        Ok(())
    }

    /// A queue that is not what it seems: one that is being deleted, or one so new that its tags may
    /// not be seen yet.
    fn ready(&self, state: State) -> Result<State, Error> {
        if self.deleting {
            return Ok(state);
        }
        if is_dying(&state.tags) {
            return Err(Error::NotYet("SQS to finish deleting the queue (60 s)"));
        }
        let created = state.get("CreatedTimestamp").and_then(|at| at.parse().ok());
        let is_new = created.is_some_and(|at: u64| now() < at + TAGS_ARE_LATE);
        if state.tags.is_empty() && is_new {
            return Err(Error::NotYet("SQS to show the new queue's tags (60 s)"));
        }
        Ok(state)
    }
}

impl State {
    fn new(
        url: String,
        attributes: BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
    ) -> Self {
        let document = |name| {
            let text: Option<&String> = attributes.get(name);
            text.filter(|text| !text.is_empty())
                .map(|text| parse_document(text))
        };
        Self {
            url,
            policy: document("Policy"),
            former_sender: None,
            redrive_policy: document("RedrivePolicy"),
            attributes,
            tags,
        }
    }

    /// An attribute by SQS's name; `None` where there is none.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.get(name)
    }

    /// Receives of a message before it becomes a dead letter; `None` where it never does.
    pub(crate) fn max_receives(&self) -> Option<u32> {
        let count = &self.redrive_policy.as_ref()?["maxReceiveCount"];
        // SQS gives it back as it was set: a number or its text.
        let number = count.as_u64().and_then(|count| u32::try_from(count).ok());
        number.or_else(|| count.as_str()?.parse().ok())
    }

    /// Whose it is, by its tags.
    pub(crate) fn owner(&self, tags: &Tags) -> Owner {
        tags.owner(&self.tags)
    }

    /// An attribute; SQS gives one that was taken away as nothing or as an empty text.
    fn get(&self, name: &str) -> Option<String> {
        let value = self.attributes.get(name);
        value.filter(|value| !value.is_empty()).cloned()
    }
}

impl Resource for Queue {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        // Whether a queue is FIFO is fixed when it is made.
        Field::text("FifoQueue", |s| s.get("FifoQueue"), Set::Replace),
        Field::text(
            "ContentBasedDeduplication",
            |s| s.get("ContentBasedDeduplication"),
            Set::By(&SET),
        ),
        Field::text(
            "DeduplicationScope",
            |s| s.get("DeduplicationScope"),
            Set::By(&SET),
        ),
        Field::text(
            "FifoThroughputLimit",
            |s| s.get("FifoThroughputLimit"),
            Set::By(&SET),
        ),
        Field::text(
            "VisibilityTimeout",
            |s| s.get("VisibilityTimeout"),
            Set::By(&SET),
        ),
        Field::text(
            "MessageRetentionPeriod",
            |s| s.get("MessageRetentionPeriod"),
            Set::By(&SET),
        ),
        Field::text(
            "MaximumMessageSize",
            |s| s.get("MaximumMessageSize"),
            Set::By(&SET),
        ),
        Field::text("KmsMasterKeyId", |s| s.get("KmsMasterKeyId"), Set::By(&SET)),
        Field::text(
            "SqsManagedSseEnabled",
            |s| s.get("SqsManagedSseEnabled"),
            Set::By(&SET),
        ),
        document("Policy", |s| s.policy.as_ref(), Set::By(&SET)),
        document(
            "RedrivePolicy",
            |s| s.redrive_policy.as_ref(),
            Set::By(&SET),
        ),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        vec![("url".to_owned(), &mut state.url)]
    }

    fn kind(&self) -> &'static str {
        self.kind
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let request = cx.sqs.get_queue_url().queue_name(&self.name);
        let url = cx.call("GetQueueUrl", request.send()).await;
        let Some(url) = found(url)?.and_then(|answer| answer.queue_url) else {
            return Ok(None);
        };
        let all = cx.sqs.get_queue_attributes().queue_url(&url);
        let all = all.attribute_names(QueueAttributeName::All);
        let tags = cx.sqs.list_queue_tags().queue_url(&url);
        let (attributes, tags) = futures::join!(
            cx.call("GetQueueAttributes", all.send()),
            cx.call("ListQueueTags", tags.send()),
        );
        let (Some(attributes), Some(tags)) = (found(attributes)?, found(tags)?) else {
            return Ok(None);
        };
        let attributes = attributes.attributes.unwrap_or_default();
        let attributes = attributes
            .into_iter()
            .map(|(name, value)| (name.as_str().to_owned(), value));
        let tags = tags.tags.unwrap_or_default().into_iter().collect();
        let state = State::new(url, attributes.collect(), tags);
        let mut state = self.ready(state)?;
        state.former_sender = self.former_sender(cx, &state).await?;
        Ok(Some(state))
    }

    fn owner(&self, found: &State) -> Owner {
        self.tags.owner(&found.tags)
    }

    /// Attributes that are not the stack's business stay as they are found.
    fn wanted(&self, found: Option<&State>) -> State {
        let mut attributes = found
            .map(|found| found.attributes.clone())
            .unwrap_or_default();
        if self.kms_key.is_none() {
            attributes.remove("KmsMasterKeyId");
        }
        let former_sender = found.and_then(|found| found.former_sender.clone());
        attributes.extend(self.attributes(former_sender.as_deref()));
        let url = unknown_or(found.map(|found| found.url.clone()));
        State {
            former_sender,
            ..State::new(url, attributes, self.tags.map())
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let attributes = wanted
            .attributes
            .iter()
            .map(|(name, value)| (QueueAttributeName::from(name.as_str()), value.clone()));
        let request = cx.sqs.create_queue().queue_name(&self.name);
        let request = request.set_attributes(Some(attributes.collect()));
        let request = request.set_tags(Some(self.tags.to_sdk()));
        let created = cx.call("CreateQueue", request.send()).await?;
        let url = required(created.queue_url, "QueueUrl")?;
        Ok(State { url, ..wanted })
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        let mark = cx.sqs.tag_queue().queue_url(&found.url);
        let mark = mark.tags(DELETING_TAG, now().to_string());
        gone(cx.call("TagQueue", mark.send()).await)?;
        let request = cx.sqs.delete_queue().queue_url(&found.url);
        gone(cx.call("DeleteQueue", request.send()).await)
    }

    async fn adopt(&self, cx: &Cx, found: State) -> Result<(), Error> {
        self.tag(cx, &found.url).await
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let count = |name| found.get(name).unwrap_or_else(|| "0".to_owned());
        vec![
            ("waiting", count("ApproximateNumberOfMessages")),
            ("in flight", count("ApproximateNumberOfMessagesNotVisible")),
        ]
    }
}

/// Gives a queue this policy.
///
/// # Errors
/// What SQS answers.
pub(super) async fn set_policy(cx: &Cx, url: &str, policy: &Value) -> Result<(), Error> {
    let request = cx.sqs.set_queue_attributes().queue_url(url);
    let request = request.attributes(QueueAttributeName::Policy, policy.to_string());
    cx.call("SetQueueAttributes", request.send()).await?;
    Ok(())
}

/// What is to go is set to an empty text (SQS API reference, SetQueueAttributes).
async fn set_attributes(cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
    let differing = changed::<Queue>("SetQueueAttributes", found, wanted);
    let named = differing.into_iter().map(|differing| {
        let name = differing.change.field;
        let value = wanted.get(&name).unwrap_or_default();
        (QueueAttributeName::from(name.as_str()), value)
    });
    let named: HashMap<_, _> = named.collect();
    let request = cx.sqs.set_queue_attributes().queue_url(&found.url);
    let request = request.set_attributes(Some(named));
    cx.call("SetQueueAttributes", request.send()).await?;
    Ok(())
}

/// True where a delete of the queue began less than [`DELETING`] seconds ago.
fn is_dying(tags: &BTreeMap<String, String>) -> bool {
    let since = tags.get(DELETING_TAG).and_then(|time| time.parse().ok());
    since.is_some_and(|since: u64| now() < since + DELETING)
}

/// Seconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}
