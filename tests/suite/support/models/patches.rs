//! The paths that API Gateway's Update operations take, with their verbs and values (`models/patches.json`).
use std::sync::OnceLock;

use serde_json::Value;

use super::shape::matches;

fn table() -> &'static Value {
    static TABLE: OnceLock<Value> = OnceLock::new();
    TABLE.get_or_init(|| serde_json::from_str(include_str!("../../models/patches.json")).unwrap())
}

pub(super) fn problems(operation: &str, patches: &Value) -> Vec<String> {
    let patches = patches.as_array().into_iter().flatten();
    patches
        .filter(|patch| !known(operation, patch))
        .map(|patch| format!("no patch of it: {patch}"))
        .collect()
}

fn known(operation: &str, patch: &Value) -> bool {
    let rows = table()["operations"][operation].as_array();
    rows.into_iter().flatten().any(|row| fits(row, patch))
}

/// A row is: the verbs, a pattern of the path, and one of the value (null: there must be none).
fn fits(row: &Value, patch: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let verbs = text(&row[0]);
    let value = match (row[2].as_str(), patch["value"].as_str()) {
        (Some(pattern), Some(value)) => matches(pattern, value),
        // To take a whole thing away, no value is needed.
        (Some(_), None) => patch["op"] == "remove",
        (None, value) => value.is_none(),
    };
    let verb = patch["op"].as_str();
    value
        && verb.is_some_and(|verb| verbs.split(' ').any(|known| known == verb))
        && matches(&text(&row[1]), &text(&patch["path"]))
}
