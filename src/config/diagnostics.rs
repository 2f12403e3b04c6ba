//! What can be wrong with a configuration: collected while it is read, so that one run reports
//! all of it, and shown with the line that was written.

use std::collections::BTreeSet;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use camino::{Utf8Path, Utf8PathBuf};

use super::shapes::NAME_RULE;

/// Problems reported at once. A file with more has one cause many times.
const REPORTED: usize = 20;
/// Characters of a value that are repeated in a message.
const SHOWN: usize = 60;

/// Why there are no settings. Each is the user's to fix: exit code 2.
///
/// The text of [`Invalid`](Error::Invalid) has a line a problem, in the order of the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "{path}: no such file; write one (docs/configuration.md has an example) or name the \
         project's folder with --project-dir"
    )]
    Missing { path: Utf8PathBuf },
    #[error("{path}: cannot be read: {source}")]
    Unreadable {
        path: Utf8PathBuf,
        source: std::io::Error,
    },
    /// A folder, a pipe or a device.
    #[error("{path}: not a file; name the project's folder with --project-dir")]
    NotAFile { path: Utf8PathBuf },
    /// Larger than any configuration has a use for.
    #[error("{path}: larger than a configuration can be; allowed: {limit} bytes")]
    TooLarge { path: Utf8PathBuf, limit: u64 },
    /// `line` has the first bad byte.
    #[error("{path}:{line}: not text in UTF-8")]
    NotText { path: Utf8PathBuf, line: usize },
    /// The file can be read and says something impossible: the first problems, and how many more
    /// there are.
    #[error("{}", lines(problems, *more, |problem| format!("{path}:{problem}")))]
    Invalid {
        path: Utf8PathBuf,
        problems: Vec<Problem>,
        more: usize,
    },
    /// The stage's name, made printable, cannot be part of the names of AWS resources.
    #[error("the stage `{name}` has a name AWS or gatewayq would refuse; allowed: {NAME_RULE}")]
    Stage { name: String },
}

/// One thing that is wrong, and where. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub(crate) struct Problem {
    pub line: usize,
    pub column: usize,
    /// What was found and what is allowed.
    pub message: String,
    /// The line itself, made printable, and the bytes of it that are wrong.
    source_line: String,
    mark: Range<usize>,
}

impl Error {
    /// The text for people, with the line below each problem and a mark below the place.
    pub(crate) fn report(&self, colours: bool) -> String {
        let renderer = match colours {
            true => Renderer::styled(),
            false => Renderer::plain(),
        };
        match self {
            Self::Invalid {
                path,
                problems,
                more,
            } => lines(problems, *more, |problem| problem.draw(path, &renderer)),
            other => renderer.render(&[Group::with_title(
                Level::ERROR.primary_title(other.to_string()),
            )]),
        }
    }

    /// What is wrong, in one line: of several things the first.
    pub(crate) fn first(&self) -> String {
        match self {
            Self::Invalid { problems, .. } if !problems.is_empty() => {
                let first = &problems[0];
                format!("line {}: {}", first.line, first.message)
            }
            other => other.to_string(),
        }
    }

    /// The single problems; empty when the file as a whole is the problem.
    #[cfg(test)]
    pub(crate) fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems, .. } => problems,
            _ => &[],
        }
    }
}

impl Problem {
    fn draw(&self, path: &Utf8Path, renderer: &Renderer) -> String {
        let mark = AnnotationKind::Primary.span(self.mark.clone());
        let snippet = Snippet::source(&self.source_line)
            .line_start(self.line)
            .path(path.as_str())
            .annotation(mark);
        renderer.render(&[Level::ERROR.primary_title(&self.message).element(snippet)])
    }
}

fn lines(problems: &[Problem], more: usize, show: impl Fn(&Problem) -> String) -> String {
    let mut lines: Vec<String> = problems.iter().map(show).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

/// The problems found so far, each once, in the order of the file.
#[derive(Debug)]
pub(super) struct Problems {
    input: String,
    folder: Utf8PathBuf,
    found: BTreeSet<(usize, usize, String)>,
}

impl Problems {
    /// None yet. `input` is the file's text; every span is a range of its bytes. `folder` is where
    /// the file is.
    pub(super) fn new(input: &str, folder: &Utf8Path) -> Self {
        Self {
            input: input.to_owned(),
            folder: folder.to_owned(),
            found: BTreeSet::new(),
        }
    }

    /// None of the same file yet, for what may be wrong without being reported.
    pub(super) fn apart(&self) -> Self {
        Self::new(&self.input, &self.folder)
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What paths in the file are relative to.
    pub(super) fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// Adds one.
    pub(super) fn report(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.found.insert((span.start, span.end, message.into()));
    }

    /// Adds "`name` is (what stands there); allowed: …".
    pub(super) fn refuse(&mut self, name: &str, span: Range<usize>, allowed: &str) {
        let found = shown(&self.input[span.clone()]);
        let message = format!("`{name}` is {found}; allowed: {allowed}");
        self.report(span, message);
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.input.as_bytes().iter().take(offset);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    /// Itself when nothing is wrong, otherwise the first problems.
    pub(super) fn into_result(self, path: &Utf8Path) -> Result<Self, Error> {
        if self.is_empty() {
            return Ok(self);
        }
        let first = self.found.iter().take(REPORTED);
        let problems = first.map(|(start, end, message)| self.problem(*start..*end, message));
        Err(Error::Invalid {
            path: path.to_owned(),
            problems: problems.collect(),
            more: self.found.len().saturating_sub(REPORTED),
        })
    }

    fn problem(&self, span: Range<usize>, message: &str) -> Problem {
        let before = self.input.get(..span.start).unwrap_or(&self.input);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let content = self.input.get(line_start..).unwrap_or_default();
        let content = content.lines().next().unwrap_or_default();
        // What is written over several lines is marked on its first.
        let start = span.start - line_start;
        let end = content.len().min(span.end - line_start).max(start);
        let printed = |range| {
            content
                .get::<Range<usize>>(range)
                .map_or(0, |text| printable(text).len())
        };
        Problem {
            line: self.line(span.start),
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: message.to_owned(),
            source_line: printable(content),
            mark: printed(0..start)..printed(0..end),
        }
    }
}

/// A value as a message may repeat it: one line, short, without control characters.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    printable(&short)
}

/// Terminals obey control characters and hide invisible ones, so neither gets through.
fn printable(text: &str) -> String {
    let printable = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => '\u{fffd}',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(printable).collect()
}
