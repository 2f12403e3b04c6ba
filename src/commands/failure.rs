//! How a command can end other than well, and the exit code of each.

use super::denied::help;
use crate::config;
use crate::engine::Error;

/// Documented in README.md and stable.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 1: it did not work.
    Failed(anyhow::Error),
    /// 1: it did not work, and the result, printed already, says how.
    Answered(String),
    /// 2: wrong usage or configuration; nothing was done.
    Usage(anyhow::Error),
    /// 2: gatewayq.toml, with the lines that are wrong; nothing was done.
    Config(config::Error),
    /// 3: `--check` found differences.
    Differs,
    /// 130: interrupted, with what is left to do.
    Interrupted(String),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(anyhow::anyhow!(message.into()))
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(anyhow::anyhow!(message.into()))
    }

    /// The failure to read `what`, with help that has these flags.
    pub(crate) fn reading(what: &str, error: Error, flags: &str) -> Self {
        match error {
            Error::Cancelled => Self::Interrupted("nothing was changed".to_owned()),
            error => {
                let help = help(&error, flags);
                Self::failed(format!("{what} could not be read: {error}{help}"))
            }
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::Answered(_) => 1,
            Self::Usage(_) | Self::Config(_) => 2,
            Self::Differs => 3,
            Self::Interrupted(_) => 130,
        }
    }

    /// What is printed; differences were shown already.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Failed(error) | Self::Usage(error) => Some(format!("{error:#}")),
            Self::Config(error) => Some(error.to_string()),
            Self::Differs => None,
            Self::Answered(message) => Some(message.clone()),
            Self::Interrupted(left) => Some(format!("interrupted: {left}")),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::Config(error)
    }
}
