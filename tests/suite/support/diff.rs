//! Readable differences of two JSON values.
use std::collections::BTreeMap;

use serde_json::Value;

/// Fails, one line a differing value, when the two are not the same.
#[track_caller]
pub(crate) fn assert_same(what: &str, before: &Value, after: &Value) {
    let lines = differences(before, after);
    assert!(lines.is_empty(), "{what} differs:\n{}", lines.join("\n"));
}

/// One line for each leaf that is not in both: `- path: value` for the first, `+ path: value` for the second.
pub(crate) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (leaves(before), leaves(after));
    let gone = before
        .iter()
        .filter(|(path, value)| after.get(*path) != Some(*value));
    let new = after
        .iter()
        .filter(|(path, value)| before.get(*path) != Some(*value));
    let mut lines: Vec<_> = gone
        .map(|(path, value)| (path, format!("- {path}: {value}")))
        .chain(new.map(|(path, value)| (path, format!("+ {path}: {value}"))))
        .collect();
    lines.sort_by(|a, b| a.0.cmp(b.0));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(String::new(), value, &mut found);
    found
}

fn collect(path: String, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, item) in fields {
                collect(format!("{path}/{key}"), item, found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect(format!("{path}/{index}"), item, found);
            }
        }
        leaf => {
            found.insert(path, leaf.to_string());
        }
    }
}
