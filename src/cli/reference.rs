//! docs/commands.md, made from the command line itself.

use clap::{Arg, ArgAction, Command};
use std::fmt::Write;

const HEAD: &str = "# Commands\n\nMade from the command line itself: `gatewayq COMMAND --help` says the same. What a \
    command prints with `--json` is in [json.md](json.md), what its exit code means in [exit-codes.md](exit-codes.md).\n";

/// The manual: what all commands take, then a section for each.
fn manual(mut command: Command) -> String {
    command.build();
    let mut text = format!("{HEAD}\n## All commands\n\n");
    table(
        &mut text,
        command.get_arguments().filter(|arg| !is_clap(arg)),
    );
    sections(&mut text, &command, "");
    text
}

fn sections(text: &mut String, command: &Command, path: &str) {
    let shown = command.get_subcommands().filter(|sub| {
        // clap adds a `help` of its own to each group.
        !sub.is_hide_set() && sub.get_name() != "help"
    });
    for sub in shown {
        let path = format!("{path} {}", sub.get_name()).trim().to_owned();
        section(text, sub, &path);
        sections(text, sub, &path);
    }
}

fn section(text: &mut String, command: &Command, path: &str) {
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let more = command.get_after_help().map(ToString::to_string);
    let _ = write!(text, "\n## `{path}`\n\n{about}.\n\n```text\n{usage}\n```\n");
    let own: Vec<&Arg> = command.get_arguments().filter(|arg| is_own(arg)).collect();
    if !own.is_empty() {
        text.push('\n');
        table(text, own.into_iter());
    }
    // Examples come first, then what else there is to say.
    if let Some(more) = more {
        for part in more.split("\n\n") {
            match part.split_once(":\n") {
                Some((title, examples)) => {
                    let examples = examples.replace("\n  ", "\n$ ");
                    let _ = write!(
                        text,
                        "\n{title}:\n\n```console\n$ {}\n```\n",
                        examples.trim()
                    );
                }
                None => {
                    let _ = write!(text, "\n{part}\n");
                }
            }
        }
    }
}

/// `--help` and `--version` are everywhere.
fn is_clap(arg: &Arg) -> bool {
    matches!(arg.get_id().as_str(), "help" | "version") || arg.is_hide_set()
}

fn is_own(arg: &Arg) -> bool {
    !is_clap(arg) && !arg.is_global_set()
}

fn table<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    text.push_str("| argument | meaning |\n|---|---|\n");
    for arg in arguments {
        let _ = writeln!(
            text,
            "| `{}` | {} |",
            cell(&syntax(arg)),
            cell(&meaning(arg))
        );
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// `-s, --stage NAME`, or `NAME` alone.
fn syntax(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default();
    let values: Vec<&str> = values.iter().map(|name| name.as_str()).collect();
    let values = match matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        true => values.join(" "),
        false => String::new(),
    };
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    format!("{} {values}", names.join(", ")).trim().to_owned()
}

fn meaning(arg: &Arg) -> String {
    let help = arg.get_long_help().or(arg.get_help());
    let mut text = help.map(ToString::to_string).unwrap_or_default();
    let values = arg.get_possible_values();
    let is_flag = !arg.get_action().takes_values();
    if !values.is_empty() && !is_flag {
        let names: Vec<String> = values
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let lead = if text.is_empty() {
            "One of"
        } else {
            ". One of"
        };
        let _ = write!(text, "{lead} {}", names.join(", "));
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if !defaults.is_empty() && !is_flag {
        let _ = write!(text, " (default `{}`)", defaults.join(" "));
    }
    if let Some(variable) = arg.get_env() {
        let _ = write!(
            text,
            "; the variable `{}` sets it too",
            variable.to_string_lossy()
        );
    }
    text.trim().to_owned()
}

#[test]
fn the_manual_is_the_command_line() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let renewed = manual(super::command());
    if std::env::var_os("UPDATE_DOCS").is_some() && renewed != text {
        std::fs::write(path, &renewed).unwrap();
        return;
    }
    assert!(
        renewed == text,
        "docs/commands.md is stale: UPDATE_DOCS=1 cargo test --lib cli"
    );
}

#[test]
fn what_is_hidden_is_left_out() {
    let command = Command::new("a")
        .subcommand(Command::new("secret").hide(true).about("Hidden"))
        .subcommand(
            Command::new("open")
                .about("Shown")
                .arg(Arg::new("x").long("x").hide(true)),
        );
    let text = manual(command);
    assert!(
        text.contains("## `open`\n\nShown.") && !text.contains("secret") && !text.contains("--x"),
        "{text}"
    );
}
