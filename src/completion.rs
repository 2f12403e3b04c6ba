//! What the shell completes beyond the commands themselves: the stages that gatewayq.toml names.

use crate::commands::FILE;
use clap::Command;
use clap::builder::ValueHint;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variable by which the registered script asks for candidates.
pub(crate) const VARIABLE: &str = "COMPLETE";

/// Adds the candidates to the arguments that have some.
pub(crate) fn add(command: Command) -> Command {
    command
        .mut_arg("stage", |arg| arg.add(ArgValueCandidates::new(candidates)))
        .mut_arg("project_dir", |arg| arg.value_hint(ValueHint::DirPath))
}

/// Answers the shell and ends the process, if it is the shell that asks.
pub(crate) fn answer() {
    clap_complete::CompleteEnv::with_factory(crate::cli::command)
        .var(VARIABLE)
        .complete();
}

fn candidates() -> Vec<CompletionCandidate> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let file = project(&arguments).join(FILE);
    // Nobody reads an error in the middle of a line.
    let text = std::fs::read_to_string(file).unwrap_or_default();
    stages(&text)
        .into_iter()
        .map(CompletionCandidate::new)
        .collect()
}

/// The project of the command line that is being completed.
fn project(arguments: &[OsString]) -> PathBuf {
    let flag = "--project-dir";
    let given = arguments.iter().enumerate().find_map(|(at, argument)| {
        let text = argument.to_str()?;
        match text.strip_prefix(flag)?.strip_prefix('=') {
            Some(folder) => Some(PathBuf::from(folder)),
            None => arguments
                .get(at + 1)
                .filter(|_| text == flag)
                .map(PathBuf::from),
        }
    });
    given
        .or_else(|| std::env::var_os("GATEWAYQ_PROJECT_DIR").map(PathBuf::from))
        .unwrap_or_else(|| Path::new(".").to_owned())
}

/// The stages of the file, and the one that needs no name.
fn stages(text: &str) -> Vec<String> {
    let file: toml::Table = text.parse().unwrap_or_default();
    let named = file.get("stages").and_then(toml::Value::as_table);
    let mut names: Vec<String> = named
        .into_iter()
        .flat_map(|stages| stages.keys().cloned())
        .collect();
    names.push("dev".to_owned());
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_of_the_file_and_dev() {
        assert_eq!(
            stages("[stages.prod]\n[stages.hamster.queue]\nretention = 60\n"),
            ["dev", "hamster", "prod"]
        );
        assert_eq!(stages("half a fi"), ["dev"]);
    }

    #[test]
    fn the_project_is_that_of_the_line() {
        let line = |text: &str| project(&text.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(
            line("gatewayq --project-dir a plan --stage"),
            Path::new("a")
        );
        assert_eq!(
            line("gatewayq plan --project-dir=b --stage"),
            Path::new("b")
        );
        assert_eq!(line("gatewayq plan --stage"), Path::new("."));
    }
}
