//! What may stand in the way of a deploy, looked at beforehand. Nothing here changes anything.

mod account;
mod machine;
mod permissions;
mod simulation;
#[cfg(test)]
mod tests;

pub(crate) use account::{account, has_logging_role};
pub(crate) use machine::machine;
pub(crate) use permissions::permissions;

use crate::engine::{Cx, Error, retry};
use serde::Serialize;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Ok,
    /// A deploy may work; what could not be seen counts so, too.
    Warn,
    /// A deploy will not work.
    Fail,
}

/// One line of the doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Check {
    pub name: String,
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Check {
    /// As it should be.
    pub(crate) fn ok(name: impl Into<String>, seen: impl Into<String>) -> Self {
        Self::new(name, Verdict::Ok, seen, None)
    }

    /// Not as it should be, or not to be seen.
    pub(crate) fn warn(
        name: impl Into<String>,
        seen: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self::new(name, Verdict::Warn, seen, Some(help.into()))
    }

    /// In the way of a deploy.
    pub(crate) fn fail(
        name: impl Into<String>,
        seen: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self::new(name, Verdict::Fail, seen, Some(help.into()))
    }

    fn new(
        name: impl Into<String>,
        verdict: Verdict,
        seen: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        Self {
            name: name.into(),
            verdict,
            seen: seen.into(),
            help,
        }
    }
}

/// Asks until there is an answer. That something is missing is one: nothing here was just made.
async fn look<T>(cx: &Cx, ask: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
    let answer = retry(cx, async || match ask().await {
        Err(error) if error.is_not_found() => Ok(Err(error)),
        answer => answer.map(Ok),
    });
    answer.await?
}
