//! gatewayq.toml to the validated settings of one stage.
//!
//! [`load`] reads the whole file and reports everything that is wrong with it at once, each with
//! its line, before any call to AWS is made. `docs/configuration.md` is the manual; its tables and
//! [`schema()`] are made from the same fields that read the file.

mod access;
mod access_log;
mod alarms;
mod authorizers;
mod body;
mod cors;
mod diagnostics;
mod domain;
mod field;
mod file;
mod json;
mod named;
mod owners;
mod path;
mod resolve;
mod results;
mod route;
mod routes;
mod schema;
mod section;
mod sections;
pub(crate) mod settings;
mod shapes;
mod task;
#[cfg(test)]
mod tests;
mod usage_plans;

use camino::Utf8Path;
use toml::de::DeTable;

pub(crate) use diagnostics::Error;
pub(crate) use named::files as named_files;
pub(crate) use schema::schema;
pub use settings::Architecture;
pub(crate) use settings::{Route, Settings};
pub(crate) use shapes::{NAME_RULE, is_name};
pub(crate) use usage_plans::DEFAULT as DEFAULT_PLAN;

use diagnostics::{Problems, shown};

/// The settings of a stage, which need not be listed in the file.
///
/// # Errors
/// [`Error`], when the stage's name, the file or anything in it cannot be used.
pub(crate) fn load(path: &Utf8Path, stage: &str) -> Result<Settings, Error> {
    validate_stage(stage)?;
    parse(path, &file::read(path, file::LIMIT)?, stage)
}

/// The settings of every stage: of those in the file, of `stage`, and of those that are not in the file. `stage` itself
/// need not be one: in a file that has routes for its own stages alone, others are not described.
///
/// # Errors
/// As [`load`], where no stage can be used.
pub(crate) fn load_all(path: &Utf8Path, stage: &str) -> Result<Vec<Settings>, Error> {
    validate_stage(stage)?;
    let text = file::read(path, file::LIMIT)?;
    parse_all(path, &text, stage).or_else(|error| {
        let mut listed = listed(&text).into_iter();
        let described = listed.find_map(|name| parse_all(path, &text, &name).ok());
        described.ok_or(error)
    })
}

/// The names of the stages in the file.
fn listed(text: &str) -> Vec<String> {
    let (document, _) = DeTable::parse_recoverable(text);
    let stages = document.get_ref().get("stages");
    let stages = stages.and_then(|node| node.get_ref().as_table());
    let names = stages.into_iter().flat_map(|stages| stages.keys());
    names.map(|name| name.get_ref().to_string()).collect()
}

/// As [`load`], from text. `path` stands in messages, and files that the text names are beside it.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::Stage`].
pub(crate) fn parse(path: &Utf8Path, text: &str, stage: &str) -> Result<Settings, Error> {
    Ok(stages(path, text, stage)?.own)
}

/// As [`load_all`], from text.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_all(path: &Utf8Path, text: &str, stage: &str) -> Result<Vec<Settings>, Error> {
    let resolve::Stages { own, others } = stages(path, text, stage)?;
    Ok([own].into_iter().chain(others).collect())
}

fn stages(path: &Utf8Path, text: &str, stage: &str) -> Result<resolve::Stages, Error> {
    validate_stage(stage)?;
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let mut problems = Problems::new(text, folder);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = format!("not TOML: {}", error.message());
        problems.report(error.span().unwrap_or(0..0), message);
    }
    // What the parser guesses behind a slip is not worth messages of its own.
    problems = problems.into_result(path)?;
    let stages = resolve::stages_of(document.get_ref(), stage, &mut problems);
    problems.into_result(path)?;
    Ok(stages)
}

/// Checks a stage's name before anything is read.
///
/// API Gateway would allow more, but the stage is part of every name that gatewayq gives, and
/// those have the strictest rule and the shortest limit of all services.
///
/// # Errors
/// [`Error::Stage`] with the rule.
pub(crate) fn validate_stage(stage: &str) -> Result<(), Error> {
    match is_name(stage) {
        true => Ok(()),
        false => Err(Error::Stage { name: shown(stage) }),
    }
}

/// Takes the ARN of a managed policy, for the command line.
///
/// # Errors
/// What is allowed, where it is none.
pub(crate) fn policy_arn(text: &str) -> Result<String, String> {
    match shapes::POLICY.fits(text) {
        true => Ok(text.to_owned()),
        false => Err("allowed: the ARN of an IAM policy".to_owned()),
    }
}
