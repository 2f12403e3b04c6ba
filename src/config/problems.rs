//! Collects what is wrong while the file is read, so that one run tells all of it.

use std::collections::BTreeSet;
use std::ops::Range;

use camino::Utf8Path;

use super::error::{Error, Problem};

/// Problems told at once. Who has more, has one cause many times.
const TOLD: usize = 20;
/// Characters of a value that are repeated in a message.
const SHOWN: usize = 60;
/// Characters of a line that are repeated below a message.
const EXCERPT: usize = 100;

/// The problems found so far, each once, in the order of the file.
#[derive(Debug)]
pub(super) struct Problems {
    input: String,
    found: BTreeSet<(usize, usize, String)>,
}

impl Problems {
    /// None yet. `input` is the file's text; every span is a range of its bytes.
    pub(super) fn new(input: &str) -> Self {
        Self {
            input: input.to_owned(),
            found: BTreeSet::new(),
        }
    }

    /// Adds one.
    pub(super) fn report(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.found.insert((span.start, span.end, message.into()));
    }

    /// Adds "`name` is (what stands there); allowed: …".
    pub(super) fn refuse(&mut self, name: &str, span: Range<usize>, allowed: &str) {
        let found = self.input.get(span.clone()).unwrap_or_default();
        let message = format!("`{name}` is {}; allowed: {allowed}", shown(found));
        self.report(span, message);
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.input.as_bytes().iter().take(offset);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    /// Itself when nothing is wrong, otherwise the first problems.
    pub(super) fn into_result(self, path: &Utf8Path) -> Result<Self, Error> {
        if self.found.is_empty() {
            return Ok(self);
        }
        let told = self.found.iter().take(TOLD);
        let problems = told.map(|(start, end, message)| self.problem(*start..*end, message));
        Err(Error::Invalid {
            path: path.to_owned(),
            problems: problems.collect(),
            more: self.found.len().saturating_sub(TOLD),
        })
    }

    fn problem(&self, span: Range<usize>, message: &str) -> Problem {
        let before = self.input.get(..span.start).unwrap_or(&self.input);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.line(span.start);
        let rest = self.input.get(line_start..).unwrap_or_default();
        let content = rest.lines().next().unwrap_or_default();
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        let width = self.input.get(span).map_or(1, |text| {
            text.lines().next().unwrap_or_default().chars().count()
        });
        Problem {
            line,
            column: column + 1,
            message: message.to_owned(),
            excerpt: excerpt(line, content, column, width),
        }
    }
}

/// A value as a message may repeat it: one line, short, without control characters.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).map(printable).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

fn excerpt(number: usize, content: &str, column: usize, width: usize) -> String {
    // A far-off place is shown by the line's end around it, without the beginning.
    let skipped = column.saturating_sub(EXCERPT / 2);
    let text: String = content
        .chars()
        .skip(skipped)
        .take(EXCERPT)
        .map(printable)
        .collect();
    let indent = column - skipped;
    let room = text.chars().count().saturating_sub(indent);
    let mark = "^".repeat(width.min(room).max(1));
    let number = number.to_string();
    let margin = " ".repeat(number.len());
    format!(
        "  {number} | {text}\n  {margin} | {}{mark}",
        " ".repeat(indent)
    )
}

/// Terminals obey control characters and hide invisible ones, so neither gets through.
fn printable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => '\u{fffd}',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    }
}
