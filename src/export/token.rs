//! What stands in a description for a value that AWS gives out, or that only the account knows, until a format
//! puts its own reference there.

use super::Identifiers;
use crate::engine::NodeId;
use serde_json::Value;

/// From Unicode's private use, so that no name in AWS has them.
const BEGIN: char = '\u{e000}';
const END: char = '\u{e001}';

/// The account's number.
pub(super) const ACCOUNT: &str = "account";
/// `aws`, `aws-cn`, …
pub(super) const PARTITION: &str = "partition";
/// The Region.
pub(super) const REGION: &str = "region";

/// The key of an identifier.
pub(super) fn key(node: NodeId, name: &str) -> String {
    format!("{node:?} {name}")
}

pub(super) fn of(key: &str) -> String {
    format!("{BEGIN}{key}{END}")
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    /// The key of a token.
    Token(&'a str),
}

/// A text in its pieces. What is no whole token is text.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let Some((key, after)) = after.split_once(END) else {
            break;
        };
        parts.extend((!before.is_empty()).then_some(Part::Text(before)));
        parts.push(Part::Token(key));
        rest = after;
    }
    parts.extend((!rest.is_empty()).then_some(Part::Text(rest)));
    parts
}

/// The text for people: what is not known yet is a word in capital letters.
pub(super) fn shown(text: &str) -> String {
    let parts = parts(text).into_iter();
    let parts = parts.map(|part| match part {
        Part::Text(text) => text,
        Part::Token(ACCOUNT) => "ACCOUNT",
        Part::Token(PARTITION) => "PARTITION",
        Part::Token(REGION) => "REGION",
        Part::Token(_) => "ID",
    });
    parts.collect()
}

/// The text with what is deployed in the place of its tokens; `None` where one of them is not known.
pub(super) fn deployed(text: &str, identifiers: &Identifiers) -> Option<String> {
    let known = |wanted: &str| {
        let mut nodes = identifiers.iter();
        nodes.find_map(|(node, all)| {
            let mut names = all.iter();
            names.find_map(|(name, value)| (key(*node, name) == wanted).then_some(value.as_str()))
        })
    };
    let parts = parts(text).into_iter();
    let parts = parts.map(|part| match part {
        Part::Text(text) => Some(text),
        Part::Token(key) => known(key),
    });
    parts.collect()
}

/// The document with each text replaced by what `write` makes of it, names of objects left alone.
pub(super) fn written(document: Value, write: &dyn Fn(&str) -> Value) -> Value {
    match document {
        Value::String(text) => write(&text),
        Value::Array(all) => all.into_iter().map(|one| written(one, write)).collect(),
        Value::Object(all) => {
            let all = all.into_iter();
            let all = all.map(|(name, value)| (name, written(value, write)));
            Value::Object(all.collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_parts_and_half_a_token_is_text() {
        let text = format!("a{}b{}", of(ACCOUNT), of(REGION));
        assert_eq!(
            parts(&text),
            [
                Part::Text("a"),
                Part::Token(ACCOUNT),
                Part::Text("b"),
                Part::Token(REGION)
            ]
        );
        assert_eq!(parts("a\u{e000}b"), [Part::Text("a\u{e000}b")]);
        assert!(parts("").is_empty());
    }
}
