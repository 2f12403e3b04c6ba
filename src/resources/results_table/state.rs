//! The table as DynamoDB holds it.

use crate::tags::Tags;
use serde_json::Value;
use std::collections::BTreeMap;

/// The status of a table that can be worked with.
pub(super) const ACTIVE: &str = "ACTIVE";
/// That of one on its way out.
pub(super) const DELETING: &str = "DELETING";
/// Our own word for one of which nothing but the API's tag is left.
const REMOVED: &str = "removed";
/// Its one key, as Celery's backend has it (celery/backends/dynamodb.py).
const KEY_SCHEMA: &str = "id HASH";
/// The attribute with the second in which an item expires (the same).
pub(super) const TTL_ATTRIBUTE: &str = "ttl";
pub(super) const BILLING_MODE: &str = "PAY_PER_REQUEST";

/// The table in DynamoDB.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(super) status: String,
    /// `id HASH`
    pub(super) key_schema: String,
    pub(super) billing_mode: String,
    /// ARN of a KMS key; `None` is a key of DynamoDB's own.
    pub(super) kms_key: Option<String>,
    /// By which its items expire, where they do.
    pub(super) ttl_attribute: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
}

impl State {
    /// Of the answers to DescribeTable and DescribeTimeToLive.
    pub(super) fn new(table: &Value, ttl: &Value, tags: BTreeMap<String, String>) -> Self {
        let (table, ttl) = (&table["Table"], &ttl["TimeToLiveDescription"]);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let is =
            |value: &Value, words: &[&str]| value.as_str().is_some_and(|it| words.contains(&it));
        let sse = &table["SSEDescription"];
        let has_key = is(&sse["Status"], &["ENABLED", "ENABLING", "UPDATING"]);
        let expires = is(&ttl["TimeToLiveStatus"], &["ENABLED", "ENABLING"]);
        let keys = table["KeySchema"].as_array().into_iter().flatten();
        let keys: Vec<String> = keys
            .filter_map(|key| {
                let (name, kind) = (key["AttributeName"].as_str()?, key["KeyType"].as_str()?);
                Some(format!("{name} {kind}"))
            })
            .collect();
        // A table that always was of the other mode is told without it.
        let billing_mode = text(&table["BillingModeSummary"]["BillingMode"]);
        Self {
            status: text(&table["TableStatus"]).unwrap_or_default(),
            key_schema: keys.join(", "),
            billing_mode: billing_mode.unwrap_or_else(|| "PROVISIONED".to_owned()),
            kms_key: text(&sse["KMSMasterKeyArn"]).filter(|_| has_key),
            ttl_attribute: text(&ttl["AttributeName"]).filter(|_| expires),
            tags,
        }
    }

    /// As the stack wants it.
    pub(super) fn wanted(kms_key: Option<String>, tags: &Tags) -> Self {
        Self {
            status: ACTIVE.to_owned(),
            key_schema: KEY_SCHEMA.to_owned(),
            billing_mode: BILLING_MODE.to_owned(),
            kms_key,
            ttl_attribute: Some(TTL_ATTRIBUTE.to_owned()),
            tags: tags.map(),
        }
    }

    /// Of a table that is gone, and whose tag on the API is not.
    pub(super) fn removed(tags: &Tags) -> Self {
        Self {
            status: REMOVED.to_owned(),
            ..Self::wanted(None, tags)
        }
    }

    pub(super) fn is_removed(&self) -> bool {
        self.status == REMOVED
    }
}
