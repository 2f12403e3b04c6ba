//! What several resources share.

use crate::engine::{Error, Field, Resource, Set};
use crate::policies;
use serde_json::Value;
use std::collections::BTreeMap;

/// Stands in a wanted state for what AWS gives out only when it is made.
pub(crate) const UNKNOWN: &str = "(known after deploy)";

/// `None` for what is not there, the error for anything else.
pub(super) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Done, or already gone.
pub(super) fn gone<T>(answer: Result<T, Error>) -> Result<(), Error> {
    found(answer).map(drop)
}

/// A field that is a policy or another document which AWS reads rather than keeps as it is written.
pub(super) const fn document<R: Resource>(
    name: &'static str,
    value: fn(&R::State) -> Option<&Value>,
    set: Set<R>,
) -> Field<R> {
    Field::document(name, value, policies::same, set)
}

/// A document out of an AWS answer; what is not JSON differs from every document that is wanted.
pub(super) fn parse_document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// An SDK's list of tags as a map.
pub(super) fn tag_map<T>(
    tags: &[T],
    pair: impl Fn(&T) -> (&str, &str),
) -> BTreeMap<String, String> {
    let owned = |tag| {
        let (key, value) = pair(tag);
        (key.to_owned(), value.to_owned())
    };
    tags.iter().map(owned).collect()
}

/// The tags of a JSON answer, where they are a list of pairs.
pub(super) fn tags_of(answer: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tags = answer["Tags"].as_array().into_iter().flatten();
    tags.map(|tag| (text(&tag["Key"]), text(&tag["Value"])))
        .collect()
}

/// What a builder of the SDK says when a required field is missing: our fault, not the user's.
pub(super) fn incomplete(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("the request is incomplete: {error}"))
}

/// A field that AWS's answer has to have.
pub(crate) fn required<T>(value: Option<T>, field: &str) -> Result<T, Error> {
    value.ok_or_else(|| Error::Failed(format!("AWS answered without {field}")))
}

/// The value, or the word that stands for it until it is known.
pub(super) fn unknown_or(value: Option<String>) -> String {
    value.unwrap_or_else(|| UNKNOWN.to_owned())
}
