//! What the shell completes beyond the commands themselves: the stages and tasks that gatewayq.toml names,
//! and the consumers that `gatewayq keys` has seen.

use crate::commands::FILE;
use crate::keys;
use crate::resources::DEFAULT_KEY;
use camino::Utf8PathBuf;
use clap::Command;
use clap::builder::ValueHint;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

/// The variable by which the registered script asks for candidates. clap's own, `COMPLETE`, is one that a pipeline may
/// have for something else: every command would then complete and do nothing.
pub(crate) const VARIABLE: &str = "_GATEWAYQ_COMPLETE";

/// The commands of `gatewayq keys` that take the name of a consumer who is there.
const OF_CONSUMERS: [&str; 7] = [
    "move", "rotate", "disable", "enable", "delete", "usage", "show",
];

/// Adds the candidates to the arguments that have some.
pub(crate) fn add(command: Command) -> Command {
    let command = command
        .mut_arg("stage", |arg| arg.add(ArgValueCandidates::new(stages)))
        .mut_arg("project_dir", |arg| arg.value_hint(ValueHint::DirPath));
    each_below(command, &|group| match group.get_name() {
        "keys" => each_below(group, &of_consumers),
        "queue" => each_below(group, &of_tasks),
        _ => group,
    })
}

fn of_consumers(command: Command) -> Command {
    match OF_CONSUMERS.contains(&command.get_name()) {
        true => command.mut_arg("name", |arg| arg.add(ArgValueCandidates::new(consumers))),
        false => command,
    }
}

fn of_tasks(command: Command) -> Command {
    match command.get_name() {
        "send" | "redrive" => {
            command.mut_arg("task", |arg| arg.add(ArgValueCandidates::new(tasks)))
        }
        _ => command,
    }
}

/// Every subcommand, changed or not: clap puts the one that is changed behind the others.
fn each_below(command: Command, change: &dyn Fn(Command) -> Command) -> Command {
    let names = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned());
    let names: Vec<String> = names.collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, change)
    })
}

/// Answers the shell and ends the process, if it is the shell that asks.
pub(crate) fn answer() {
    clap_complete::CompleteEnv::with_factory(crate::cli::command)
        .var(VARIABLE)
        .complete();
}

fn stages() -> Vec<CompletionCandidate> {
    let file = Line::read().project().join(FILE);
    // Nobody reads an error in the middle of a line.
    let text = std::fs::read_to_string(file).unwrap_or_default();
    candidates(stages_of(&text))
}

fn tasks() -> Vec<CompletionCandidate> {
    let file = Line::read().project().join(FILE);
    candidates(tasks_of(&std::fs::read_to_string(file).unwrap_or_default()))
}

fn consumers() -> Vec<CompletionCandidate> {
    candidates(consumers_of(&Line::read()))
}

fn candidates(mut names: Vec<String>) -> Vec<CompletionCandidate> {
    names.sort();
    names.dedup();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The command line that is being completed, as far as it goes.
struct Line(Vec<String>);

impl Line {
    fn read() -> Self {
        let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
        Self(words.collect())
    }

    fn project(&self) -> Utf8PathBuf {
        let given = self.value("--project-dir", "GATEWAYQ_PROJECT_DIR");
        given.unwrap_or_else(|| ".".to_owned()).into()
    }

    fn stage(&self) -> String {
        let given = self.value("--stage", "GATEWAYQ_STAGE");
        let short = || self.after("-s");
        given.or_else(short).unwrap_or_else(|| "dev".to_owned())
    }

    fn is_local(&self) -> bool {
        self.0.iter().any(|word| word == "--local")
    }

    /// The value of a flag, else of the variable that stands for it.
    fn value(&self, flag: &str, variable: &str) -> Option<String> {
        let joined = |word: &String| Some(word.strip_prefix(flag)?.strip_prefix('=')?.to_owned());
        let given = self.after(flag);
        let given = given.or_else(|| self.0.iter().find_map(joined));
        given.or_else(|| std::env::var(variable).ok())
    }

    fn after(&self, flag: &str) -> Option<String> {
        let at = self.0.iter().position(|word| word == flag)?;
        self.0.get(at + 1).cloned()
    }
}

/// The stages of the file, and the one that needs no name.
fn stages_of(text: &str) -> Vec<String> {
    let file: toml::Table = text.parse().unwrap_or_default();
    let named = file.get("stages").and_then(toml::Value::as_table);
    let named = named.into_iter().flat_map(|stages| stages.keys().cloned());
    named.chain(["dev".to_owned()]).collect()
}

/// The tasks of the file's routes.
fn tasks_of(text: &str) -> Vec<String> {
    let file: toml::Table = text.parse().unwrap_or_default();
    let routes = file.get("route").and_then(toml::Value::as_array);
    let tasks = routes.into_iter().flatten().filter_map(|route| {
        let named = [route.get("task"), route.get("tasks")];
        named.into_iter().flatten().next()
    });
    let names = tasks.flat_map(|task| match task {
        toml::Value::Array(all) => all.iter().filter_map(toml::Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    });
    names.map(str::to_owned).collect()
}

/// The consumers that were last seen on the stage, and the one that each has.
fn consumers_of(line: &Line) -> Vec<String> {
    let mut names = keys::known(&line.project(), &line.stage(), line.is_local());
    names.push(DEFAULT_KEY.to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8Path;

    fn line(text: &str) -> Line {
        Line(text.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn commands_stay_in_their_order() {
        let command = || {
            let sub = |name: &'static str| Command::new(name);
            let name = || clap::Arg::new("name");
            let keys = ["show", "create"].map(|own| sub(own).arg(name()));
            let global = ["stage", "project_dir"].map(clap::Arg::new);
            let groups = [sub("keys").subcommands(keys), sub("policy")];
            Command::new("gatewayq").args(global).subcommands(groups)
        };
        let order = |command: &Command| {
            let names = command.get_subcommands().map(Command::get_name);
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        let (mut before, mut after) = (command(), add(command()));
        assert_eq!(order(&after), order(&before));
        let keys = |command: &mut Command| order(command.find_subcommand_mut("keys").unwrap());
        assert_eq!(keys(&mut after), keys(&mut before));
    }

    #[test]
    fn the_stages_of_the_file_and_dev() {
        assert_eq!(
            stages_of("[stages.prod]\n[stages.hamster.queue]\nretention = 60\n"),
            ["hamster", "prod", "dev"]
        );
        assert_eq!(stages_of("half a fi"), ["dev"]);
    }

    #[test]
    fn the_project_is_that_of_the_line() {
        let project = |text| line(text).project();
        assert_eq!(project("gatewayq --project-dir a plan --stage"), "a");
        assert_eq!(project("gatewayq plan --project-dir=b --stage"), "b");
        assert_eq!(project("gatewayq plan --stage"), ".");
    }

    #[test]
    fn consumers_are_those_of_the_lines_stage() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        keys::remember(project, "prod", false, &["acme"]);
        keys::remember(project, "dev", true, &["test"]);
        let of = |text: &str| {
            let text = format!("gatewayq --project-dir {project} keys show {text}");
            consumers_of(&line(&text))
        };
        assert_eq!(of("--stage prod"), ["acme", "default"]);
        assert_eq!(of("--stage=prod"), ["acme", "default"]);
        assert_eq!(of("-s prod"), ["acme", "default"]);
        assert_eq!(of("--local"), ["test", "default"]);
        assert_eq!(of(""), ["default"]);
    }
}
