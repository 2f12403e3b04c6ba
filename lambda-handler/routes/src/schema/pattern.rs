//! Regular expressions, matched in linear time.

use regex_lite::{Regex, RegexBuilder};

/// Bytes of a compiled expression. A text is matched in time of its length times this, at the very worst.
const SIZE_LIMIT: usize = 64 * 1024;

/// An expression as a schema has it.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let regex = RegexBuilder::new(text).size_limit(SIZE_LIMIT).build();
        regex.map(Self).map_err(|error| error.to_string())
    }

    /// Whether it is found in `text`, anywhere.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The expression as it is written.
    pub(super) fn text(&self) -> &str {
        self.0.as_str()
    }
}
