//! JSON Schema for the bodies of requests: a part of draft 2020-12 that is checked whole. What a schema says
//! beyond that part is a fault of the schema and never left out of the check.
//!
//! The command compiles each schema before it deploys it ([`compile()`]); the function does so again at the first
//! request of its route ([`BodySchema`]), so that the two cannot read it differently.
//!
//! Whoever writes a body must not be able to keep the function busy: bodies nest 127 levels at most, expressions
//! are matched in linear time, items are compared in order, and what is left has a budget (`check`).

mod check;
mod compile;
mod graph;
mod instance;
mod keywords;
mod number;
mod once;
mod pattern;
mod place;
mod reader;
mod rule;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use compile::{Fault, compile};
use rule::Rule;

use check::Check;
use instance::Instance;

/// Bytes of one schema. It is read at each cold start, and compiled at the first request.
pub const SIZE_LIMIT: usize = 64 * 1024;

/// The place of a schema in [`Schema`].
type Id = usize;

/// A schema, ready to check with. The first of its schemas is the file's own; the others are those within it.
#[derive(Debug, Clone)]
pub struct Schema {
    schemas: Vec<Vec<Rule>>,
}

impl Schema {
    /// Whether the JSON in `text` fits.
    ///
    /// # Errors
    /// What is not as it must be, and its place as a JSON pointer below `place`; or why it could not be checked.
    pub fn check(&self, text: &str, place: &str) -> Result<(), String> {
        let instance: Instance<'_> = serde_json::from_str(text)
            .map_err(|error| format!("the body cannot be checked: {error}"))?;
        let mut check = Check::new(&self.schemas, text.len());
        let result = check.schema(0, &instance);
        if check.is_exhausted() {
            return Err("the body takes too long to check; send a smaller one".to_owned());
        }
        result.map_err(|misfit| format!("the body does not fit: {}", misfit.at(place)))
    }
}

/// A schema as `routes.json` has it, compiled when it is first used.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BodySchema {
    text: Box<RawValue>,
    #[serde(skip)]
    compiled: OnceLock<Result<Schema, Fault>>,
}

impl BodySchema {
    /// The schema in `text`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(text: &str) -> Result<Self, Vec<Fault>> {
        let schema = compile(text)?;
        let text = serde_json::from_str(text).map_err(|error| vec![error.into()])?;
        Ok(Self {
            text,
            compiled: OnceLock::from(Ok(schema)),
        })
    }

    /// The schema's text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// The schema, compiled.
    ///
    /// # Errors
    /// The first thing that is wrong with it: only where another version than the command's reads it.
    pub fn schema(&self) -> Result<&Schema, &Fault> {
        let compile = || {
            let first = |faults: Vec<Fault>| faults.into_iter().next().unwrap_or_default();
            compile(self.text.get()).map_err(first)
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

#[cfg(test)]
mod tests;
