//! What the table of results asks of those who use it.

use super::use_of_key;
use crate::config::settings::Results;
use crate::names::Names;
use gatewayq_routes::OWNER_KEY_ID;
use serde_json::{Value, json};

/// The statement about the table's KMS key, so that it is told from the queue's.
const TABLES_KEY: &str = "UseTheTablesKey";

/// The statements that let the function read results, and keep the key that says whose they are.
pub(crate) fn read_results(names: &Names, results: &Results) -> Vec<Value> {
    let table = json!({
        "Sid": "ReadResults",
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": names.results_table_arn(),
    });
    // The one item that it writes (IAM conditions of DynamoDB: `dynamodb:LeadingKeys` is the item's key).
    let owner_key = results.result_owner.then(|| {
        json!({
            "Sid": "KeepTheOwnerKey",
            "Effect": "Allow",
            "Action": "dynamodb:UpdateItem",
            "Resource": names.results_table_arn(),
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [OWNER_KEY_ID]}},
        })
    });
    let key = use_of_the_tables_key(names, results, &["kms:Decrypt"]);
    [table].into_iter().chain(owner_key).chain(key).collect()
}

/// The statement about the table's key, where it has one of its own. DynamoDB asks for it in the name of whoever makes
/// the table, or reads and writes it (DynamoDB developer guide, "How Amazon DynamoDB uses AWS KMS").
pub(super) fn use_of_the_tables_key(
    names: &Names,
    results: &Results,
    actions: &[&str],
) -> Option<Value> {
    let key = results.kms_key.as_ref()?;
    let mut statement = use_of_key(names, TABLES_KEY, key, actions);
    let service = format!("dynamodb.{}.{}", names.region, names.identity.dns_suffix());
    statement["Condition"] = json!({"StringEquals": {"kms:ViaService": service}});
    Some(statement)
}
