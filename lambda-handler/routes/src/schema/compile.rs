//! From a schema's text to rules.

use std::fmt;

use serde_json::Value;

use super::once::Once;
use super::reader::Reader;
use super::{SIZE_LIMIT, Schema, place};

/// Something that is wrong with a schema. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line of the value that is wrong.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// What it is, and what is allowed.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            message,
        } = self;
        write!(f, "{line}:{column}: {message}")
    }
}

/// Not JSON, or a name twice.
impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let (message, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
        Self {
            line: error.line(),
            column: error.column(),
            message: match error.is_data() {
                true => message.to_owned(),
                false => format!("not JSON: {message}"),
            },
        }
    }
}

/// Compiles the schema in `text`.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text.
pub fn compile(text: &str) -> Result<Schema, Vec<Fault>> {
    if text.len() > SIZE_LIMIT {
        let message = format!("{} bytes; allowed: {SIZE_LIMIT}", text.len());
        return Err(vec![Fault {
            line: 1,
            column: 1,
            message,
        }]);
    }
    let read = serde_json::from_str(text);
    let value: Value = read
        .and_then(|value| serde_json::from_str::<Once>(text).map(|Once| value))
        .map_err(|error| vec![error.into()])?;
    let schemas = Reader::read(&value).map_err(|wrong| {
        let faults = wrong.into_iter().map(|(at, message)| {
            let (line, column) = place::of(text, &at);
            Fault {
                line,
                column,
                message,
            }
        });
        let mut faults: Vec<_> = faults.collect();
        faults.sort();
        faults
    })?;
    Ok(Schema { schemas })
}
