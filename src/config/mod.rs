//! gatewayq.toml to the validated settings of one stage.
//!
//! [`load`] reads the whole file and tells everything that is wrong with it at once, each with
//! its line, before any call to AWS is made. `docs/configuration.md` is the manual; its tables
//! are [`reference()`], made from the same constants that read the file.

mod aws;
mod error;
mod file;
mod keys;
mod names;
mod problems;
mod reference;
mod resolve;
mod routes;
mod section;
mod sections;
pub mod settings;
#[cfg(test)]
mod tests;

use camino::Utf8Path;
use toml::de::DeTable;

pub use error::{Error, Problem};
pub use names::{NAME_MAX, RULE as NAME_RULE, is_name, validate_stage};
pub use reference::reference;
pub use settings::{
    Action, Api, Architecture, Auth, Function, LogLevel, Period, Queue, Quota, Role, Route,
    Settings, Task, TaskOption, UsagePlan,
};

use problems::Problems;

/// Takes the ARN of a managed policy, for the command line.
///
/// # Errors
/// What is allowed, where it is none.
pub fn policy_arn(text: &str) -> Result<String, String> {
    match aws::is_policy(text) {
        true => Ok(text.to_owned()),
        false => Err("allowed: the ARN of an IAM policy".to_owned()),
    }
}

/// The settings of a stage, which need not be listed in the file.
///
/// # Errors
/// [`Error`], when the stage's name, the file or anything in it cannot be used.
pub fn load(path: &Utf8Path, stage: &str) -> Result<Settings, Error> {
    validate_stage(stage)?;
    parse(path, &file::read(path)?, stage)
}

/// As [`load`], from text. `path` only stands in messages.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::Stage`].
pub fn parse(path: &Utf8Path, text: &str, stage: &str) -> Result<Settings, Error> {
    validate_stage(stage)?;
    let mut problems = Problems::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = format!("not TOML: {}", error.message());
        problems.report(error.span().unwrap_or(0..0), message);
    }
    // What the parser guesses behind a slip is not worth messages of its own.
    problems = problems.into_result(path)?;
    let settings = resolve::resolve(document.get_ref(), stage, &mut problems);
    problems.into_result(path)?;
    Ok(settings)
}
