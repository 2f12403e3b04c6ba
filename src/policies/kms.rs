//! What a queue's KMS key asks of those who use the queue.

use crate::names::Names;
use serde_json::{Value, json};

/// The statement that allows `actions` with the queue's key: an id, an ARN, or an alias (SQS
/// developer guide, "Key management": who sends decrypts and generates data keys, who receives
/// decrypts).
pub(crate) fn use_of_key(names: &Names, key: &str, actions: &[&str]) -> Value {
    let mut statement = json!({
        "Sid": "UseTheQueuesKey",
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
