//! What a tool leaves in the account.
use serde_json::{Value, json};

use crate::support::inventory::Inventory;
use crate::support::ministack::Ministack;

/// What an inventory has: kind and name. Log groups aside, which AWS itself makes, and keeps.
pub(in super::super) fn named(inventory: &Inventory) -> Vec<String> {
    let kinds = [
        "roles",
        "policies",
        "queues",
        "functions",
        "rest_apis",
        "api_keys",
        "usage_plans",
    ];
    let each = kinds.iter().flat_map(|kind| {
        let names = inventory.names(kind).into_iter();
        names.map(move |name| format!("{kind}: {name}"))
    });
    each.collect()
}

/// All that is there: that, buckets and stacks.
pub(super) fn there(ms: &Ministack) -> Vec<String> {
    let mut all = named(&ms.inventory());
    let names = |list: &Value, field: &str, kind: &str| -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        items
            .filter(|item| item["StackStatus"] != "DELETE_COMPLETE")
            .filter_map(|item| Some(format!("{kind}: {}", item[field].as_str()?)))
            .collect()
    };
    let buckets = ms.call("s3", "ListBuckets", json!({}));
    all.extend(names(&buckets["Buckets"], "Name", "bucket"));
    let stacks = ms.call("cloudformation", "ListStacks", json!({}));
    all.extend(names(
        &stacks["StackSummaries"],
        "StackName",
        "CloudFormation stack",
    ));
    all
}

/// What was not there before.
pub(super) fn more(before: &[String], after: &[String]) -> Vec<String> {
    let new = after.iter().filter(|one| !before.contains(one));
    new.cloned().collect()
}
