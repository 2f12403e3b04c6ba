//! Policies in other words that mean the same: AWS keeps what a document says, not how it was written.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

/// The fields that are documents, wherever they stand in an answer.
const DOCUMENTS: [&str; 2] = ["Policy", "RedrivePolicy"];
/// The same in IAM's XML, where they are percent-encoded.
const IN_XML: [&str; 2] = ["AssumeRolePolicyDocument", "PolicyDocument"];

/// An answer with its documents in other words.
pub(super) fn reworded(answer: Value) -> Value {
    match answer {
        Value::String(xml) => IN_XML
            .iter()
            .fold(xml, |xml, name| in_xml(&xml, name))
            .into(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| match &value {
                Value::String(text) if DOCUMENTS.contains(&name.as_str()) => {
                    (name, document(text).into())
                }
                _ => (name, reworded_below(value)),
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn reworded_below(value: Value) -> Value {
    if value.is_object() {
        reworded(value)
    } else {
        value
    }
}

fn in_xml(xml: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let Some((before, rest)) = xml.split_once(&open) else {
        return xml.to_owned();
    };
    let (content, after) = rest.split_once(&close).unwrap();
    let content = percent_decode_str(content).decode_utf8().unwrap();
    let content = document(&content);
    let content = utf8_percent_encode(&content, NON_ALPHANUMERIC);
    format!("{before}{open}{content}{close}{after}")
}

fn document(text: &str) -> String {
    let document: Value = serde_json::from_str(text).unwrap();
    other_words(document, false).to_string()
}

/// Statements in the other order, a list of one as its item and an item as a list of one, numbers as
/// texts, condition keys in the other case.
fn other_words(value: Value, keys: bool) -> Value {
    match value {
        Value::Array(mut items) if items.len() == 1 && !items[0].is_object() => items.remove(0),
        Value::Array(items) => {
            let items = items.into_iter().rev();
            items.map(|item| other_words(item, false)).collect()
        }
        Value::Number(number) => number.to_string().into(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("Condition", Value::Object(operators)) => conditions(operators),
                    ("Action" | "Resource", Value::String(one)) => Value::from(vec![one]),
                    (_, value) => other_words(value, false),
                };
                (if keys { other_case(&name) } else { name }, value)
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn conditions(operators: Map<String, Value>) -> Value {
    let operators = operators.into_iter();
    let operators = operators.map(|(name, keys)| (name, other_words(keys, true)));
    Value::Object(operators.collect())
}

/// `aws:SourceArn` as `AWS:SourceArn`, and the other way round.
fn other_case(key: &str) -> String {
    match key.split_once(':') {
        Some(("aws", name)) => format!("AWS:{name}"),
        Some(("AWS", name)) => format!("aws:{name}"),
        _ => key.to_uppercase(),
    }
}
