//! What can be wrong with a configuration, as its reader is told.

use std::fmt;

use camino::Utf8PathBuf;
use serde::Serialize;

use super::file::LIMIT;
use super::names::RULE;

/// Why there are no settings. Each is the user's to mend: exit code 2.
///
/// The text of [`Invalid`](Error::Invalid) has a line a problem, in the order of the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error(
        "{path}: no such file; write one (docs/configuration.md has an example) or name the \
         project's folder with --project-dir"
    )]
    Missing {
        /// The file that was looked for.
        path: Utf8PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("{path}: not a file; name the project's folder with --project-dir")]
    NotAFile {
        /// What is there instead.
        path: Utf8PathBuf,
    },
    /// The file is larger than any configuration has a use for.
    #[error("{path}: larger than a configuration can be; allowed: {LIMIT} bytes")]
    TooLarge {
        /// The file.
        path: Utf8PathBuf,
    },
    /// The file is not UTF-8.
    #[error("{path}:{line}: not text in UTF-8")]
    NotText {
        /// The file.
        path: Utf8PathBuf,
        /// The line of the first bad byte, from 1.
        line: usize,
    },
    /// The file can be read and says something impossible.
    #[error("{}", lines(path, problems, *more))]
    Invalid {
        /// The file.
        path: Utf8PathBuf,
        /// The first of them, in the order of the file.
        problems: Vec<Problem>,
        /// How many there are besides.
        more: usize,
    },
    /// The stage's name cannot be part of the names of AWS resources.
    #[error("the stage `{name}` has a name AWS or gatewayq would refuse; allowed: {RULE}")]
    Stage {
        /// The name, made printable.
        name: String,
    },
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What was found and what is allowed.
    pub message: String,
    /// The line itself and a mark below the place.
    pub excerpt: String,
}

impl Error {
    /// The text with the offending line and a mark below each problem, for a terminal.
    pub fn with_excerpts(&self) -> String {
        let Self::Invalid {
            path,
            problems,
            more,
        } = self
        else {
            return self.to_string();
        };
        let blocks = problems.iter().map(|p| {
            format!(
                "{path}:{}:{}: {}\n{}",
                p.line, p.column, p.message, p.excerpt
            )
        });
        join(blocks, *more)
    }

    /// The single problems; empty when the file as a whole is the problem.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems, .. } => problems,
            _ => &[],
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

fn lines(path: &Utf8PathBuf, problems: &[Problem], more: usize) -> String {
    join(problems.iter().map(|p| format!("{path}:{p}")), more)
}

fn join(lines: impl Iterator<Item = String>, more: usize) -> String {
    let mut lines: Vec<String> = lines.collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}
