//! What a KMS key of the stage's asks of those who use what it encrypts.

use crate::names::Names;
use serde_json::{Value, json};

/// The statement about the queues' key.
pub(crate) const QUEUES_KEY: &str = "UseTheQueuesKey";

/// The statement `sid` that allows `actions` with a key: an id, an ARN, or an alias (SQS
/// developer guide, "Key management": who sends decrypts and generates data keys, who receives
/// decrypts).
pub(crate) fn use_of_key(names: &Names, sid: &str, key: &str, actions: &[&str]) -> Value {
    let mut statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": if key.starts_with("arn:") { key.to_owned() } else { names.arn("kms", &format!("key/{key}")) },
    });
    if key.starts_with("alias/") || key.contains(":alias/") {
        // An alias is not a resource of these actions: it is named in a condition.
        let alias = key
            .rsplit_once(":alias/")
            .map_or(key.to_owned(), |(_, name)| format!("alias/{name}"));
        statement["Resource"] = json!(names.arn("kms", "key/*"));
        statement["Condition"] =
            json!({"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}});
    }
    statement
}
