//! What Celery's DynamoDB backend has stored of a task (`celery/backends/dynamodb.py`): one item, with `result`, JSON as
//! bytes, and `ttl`, the second in which it expires. DynamoDB removes what has expired within days, so whoever reads
//! looks at it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The key of a task's item. The backend makes a text of bytes, so Python's way of writing those is a part of it.
#[must_use]
pub fn item_key(task_id: &str) -> String {
    format!("b'celery-task-meta-{task_id}'")
}

/// An item of the table, as DynamoDB answers it.
#[derive(Debug, Deserialize)]
pub struct StoredItem {
    result: Binary,
    ttl: Option<Number>,
}

#[derive(Debug, Deserialize)]
struct Binary {
    #[serde(rename = "B")]
    base64: String,
}

#[derive(Debug, Deserialize)]
struct Number {
    #[serde(rename = "N")]
    text: String,
}

impl StoredItem {
    /// What the backend's JSON says, as far as `T` asks; `None` where it has expired at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with the item, where it is none of Celery's.
    pub fn read<T: DeserializeOwned>(&self, now: u64) -> Result<Option<T>, String> {
        let ttl = self.ttl.as_ref();
        let expires = ttl.and_then(|ttl| ttl.text.parse::<f64>().ok());
        if expires.is_some_and(|expires| expires <= now as f64) {
            return Ok(None);
        }
        let bytes = STANDARD.decode(&self.result.base64);
        let bytes = bytes.map_err(|error| format!("the result is not base64: {error}"))?;
        let read = serde_json::from_slice(&bytes)
            .or_else(|_| serde_json::from_slice(&with_null_for_no_number(&bytes)));
        read.map(Some)
            .map_err(|error| format!("the result is not Celery's JSON: {error}"))
    }
}

/// The floats that Python writes bare, although JSON has no word for them. "Infinity" is the end of "-Infinity".
const NO_NUMBERS: [&[u8]; 3] = [b"NaN", b"-Infinity", b"Infinity"];

/// Python's JSON as others read it: with `null` where its floats are no number, as JavaScript writes them.
fn with_null_for_no_number(json: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(json.len());
    let (mut rest, mut in_text) = (json, false);
    while let [first, after @ ..] = rest {
        let word = NO_NUMBERS.iter().find(|word| rest.starts_with(word));
        rest = match (word, after) {
            (Some(word), _) if !in_text => {
                written.extend(b"null");
                &rest[word.len()..]
            }
            // What is escaped does not end the text.
            (_, [escaped, after @ ..]) if *first == b'\\' => {
                written.extend([*first, *escaped]);
                after
            }
            _ => {
                in_text ^= *first == b'"';
                written.push(*first);
                after
            }
        };
    }
    written
}

/// A text of Python's JSON, with U+FFFD for half a character: Python writes such halves (`\udcff`) for bytes of files
/// and programs that are no text, and a Rust string has none.
#[derive(Debug)]
pub struct Lossy(pub String);

impl<'de> Deserialize<'de> for Lossy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes serde_json takes a half for what it is.
        deserializer.deserialize_bytes(LossyVisitor)
    }
}

struct LossyVisitor;

impl Visitor<'_> for LossyVisitor {
    type Value = Lossy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Lossy, E> {
        Ok(Lossy(String::from_utf8_lossy(bytes).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::with_null_for_no_number;

    #[test]
    fn what_is_no_number_is_null_but_in_texts() {
        for (python, json) in [
            ("[NaN, -Infinity,Infinity]", "[null, null,null]"),
            (r#"{"NaN": "-Infinity"}"#, r#"{"NaN": "-Infinity"}"#),
            (r#"["\"NaN", "\\", NaN]"#, r#"["\"NaN", "\\", null]"#),
            (r#"["\"#, r#"["\"#),
        ] {
            let written = with_null_for_no_number(python.as_bytes());
            assert_eq!(String::from_utf8_lossy(&written), json);
        }
    }
}
