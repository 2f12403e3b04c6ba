//! What several resources share.

use crate::aws::AwsError;
use crate::engine::{Change, Error};
use crate::policies;
use serde_json::Value;
use std::collections::HashMap;

/// `None` for what is not there, the error for anything else.
pub fn found<T>(answer: Result<T, AwsError>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Done, or already gone.
pub fn gone<T>(answer: Result<T, AwsError>) -> Result<(), Error> {
    found(answer).map(drop)
}

/// The difference of two policy documents, told as JSON.
pub fn document_change(field: &str, before: Option<&Value>, after: &Value) -> Option<Change> {
    match before {
        Some(before) if policies::same(before, after) => None,
        Some(before) => Some(Change::new(field, pretty(before), pretty(after))),
        None => Some(Change::added(field, pretty(after))),
    }
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_else(|_| document.to_string())
}

/// A document out of an AWS answer; what is no JSON differs from every document that is wanted.
pub fn parse_document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// An SDK's list of tags as a map.
pub fn tag_map<T>(tags: &[T], pair: impl Fn(&T) -> (&str, &str)) -> HashMap<String, String> {
    let owned = |tag| {
        let (key, value) = pair(tag);
        (key.to_owned(), value.to_owned())
    };
    tags.iter().map(owned).collect()
}

/// What a builder of the SDK says when a required field is missing: our fault, not the user's.
pub fn incomplete(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("the request is incomplete: {error}"))
}

/// A field that AWS's answer has to have.
pub fn required<T>(value: Option<T>, field: &str) -> Result<T, Error> {
    value.ok_or_else(|| Error::Failed(format!("AWS answered without {field}")))
}

/// True where a change of one of `fields` is among `changes`.
pub fn touches(changes: &[Change], fields: &[&str]) -> bool {
    changes
        .iter()
        .any(|change| fields.contains(&change.field.as_str()))
}

/// True where a tag is among `changes`.
pub fn touches_tags(changes: &[Change]) -> bool {
    changes
        .iter()
        .any(|change| change.field.starts_with("tag "))
}
