//! Whether two documents mean the same to IAM.
//!
//! AWS gives a policy back in other words than it was given: a list of one as its item, a number as a string, a
//! condition key in another case, an account as its root's ARN. Both sides are written in one form and compared
//! (IAM user guide, "Grammar of the IAM JSON policy language", "AWS JSON policy elements: Principal", "Condition").

use serde_json::{Map, Value, json};

/// The version of a policy that names none.
const FIRST_VERSION: &str = "2008-10-17";

/// True where two documents say the same: policies, single statements, or other JSON such as a redrive policy.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    canonical(left) == canonical(right)
}

/// The texts of a policy's element that is one text or a list of them.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn canonical(document: &Value) -> Value {
    match document {
        Value::Object(fields) if fields.contains_key("Statement") => policy(fields),
        Value::Object(fields) if fields.contains_key("Effect") => statement(fields),
        other => plain(other),
    }
}

/// A list is a set, a list of one is its item, and numbers and booleans are texts.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => set(items.iter().map(plain)),
        Value::Object(fields) => each(fields, |_, value| plain(value)),
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(truth) => Value::String(truth.to_string()),
        other => other.clone(),
    }
}

fn policy(fields: &Map<String, Value>) -> Value {
    let mut policy = each(fields, |name, value| match (name, value) {
        ("Statement", Value::Array(all)) => set(all.iter().map(canonical)),
        ("Statement", one) => canonical(one),
        _ => plain(value),
    });
    if !fields.contains_key("Version") {
        policy["Version"] = json!(FIRST_VERSION);
    }
    policy
}

fn statement(fields: &Map<String, Value>) -> Value {
    each(fields, |name, value| match name {
        "Action" | "NotAction" => texts(value, str::to_lowercase),
        "Principal" | "NotPrincipal" => principal(value),
        "Condition" => condition(value),
        _ => plain(value),
    })
}

/// `"*"` is everybody, as is `{"AWS": "*"}`; an account is its number or its root's ARN.
fn principal(value: &Value) -> Value {
    match value {
        Value::String(all) if all == "*" => json!({"AWS": "*"}),
        Value::Object(kinds) => each(kinds, |kind, names| match kind {
            "AWS" => texts(names, account),
            _ => plain(names),
        }),
        other => plain(other),
    }
}

/// `arn:aws:iam::123456789012:root` as `123456789012`.
fn account(principal: &str) -> String {
    let parts: Vec<&str> = principal.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", account, "root"] => (*account).to_owned(),
        _ => principal.to_owned(),
    }
}

/// Keys count without their case. Two that differ in nothing else are two conditions, so this is a set of triples.
fn condition(value: &Value) -> Value {
    let Value::Object(operators) = value else {
        return plain(value);
    };
    let triples = operators.iter().flat_map(|(operator, keys)| {
        let operator = operator_name(operator);
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| json!([[operator], [key.to_lowercase()], plain(values)]))
    });
    set(triples)
}

/// The ARN operators "equals" and "like" are one (user guide, "ARN condition operators").
fn operator_name(operator: &str) -> String {
    operator
        .replace("ArnEquals", "ArnLike")
        .replace("ArnNotEquals", "ArnNotLike")
}

fn texts(value: &Value, write: impl Fn(&str) -> String) -> Value {
    let text = |item: &Value| match item {
        Value::String(text) => Value::String(write(text)),
        other => plain(other),
    };
    match value {
        Value::Array(items) => set(items.iter().map(text)),
        one => text(one),
    }
}

fn each(fields: &Map<String, Value>, write: impl Fn(&str, &Value) -> Value) -> Value {
    let written = |(name, value): (&String, &Value)| (name.clone(), write(name, value));
    Value::Object(fields.iter().map(written).collect())
}

/// Sorted, each once; the item itself where there is one.
fn set(items: impl Iterator<Item = Value>) -> Value {
    let mut items: Vec<Value> = items.collect();
    items.sort_by_cached_key(Value::to_string);
    items.dedup();
    match <[Value; 1]>::try_from(items) {
        Ok([one]) => one,
        Err(items) => Value::Array(items),
    }
}
