//! One or two examples for the help of each command.

use clap::Command;

/// By the words of the command.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "init",
        &[
            "gatewayq init orders",
            "gatewayq init --name orders --handler",
        ],
    ),
    (
        "deploy",
        &[
            "gatewayq deploy --local",
            "gatewayq deploy --stage prod --package orders.zip --plan plan.json",
        ],
    ),
    (
        "plan",
        &[
            "gatewayq plan --stage prod --check",
            "gatewayq plan --stage prod --out plan.json",
        ],
    ),
    ("history", &["gatewayq history --stage prod"]),
    (
        "rollback",
        &["gatewayq rollback --stage prod", "gatewayq rollback --to 6"],
    ),
    ("promote", &["gatewayq promote --stage prod"]),
    ("package", &["gatewayq package --out orders.zip"]),
    (
        "export",
        &[
            "gatewayq export terraform handover --stage prod --deployed",
            "gatewayq export openapi api-of-prod --stage prod",
        ],
    ),
    (
        "graph",
        &[
            "gatewayq graph --stage prod > prod.svg",
            "gatewayq graph --format mermaid",
        ],
    ),
    (
        "status",
        &[
            "gatewayq status --stage penguin",
            "gatewayq status --check --json",
        ],
    ),
    (
        "dev",
        &["gatewayq dev", "gatewayq dev --stage mine --concurrency 2"],
    ),
    (
        "watch",
        &[
            "gatewayq watch --local",
            "gatewayq watch --stage mine --yes",
        ],
    ),
    (
        "delete",
        &[
            "gatewayq delete --stage penguin",
            "gatewayq delete --local --yes",
        ],
    ),
    ("adopt", &["gatewayq adopt --stage penguin"]),
    (
        "invoke",
        &[
            "gatewayq invoke /sendtosqs",
            "gatewayq invoke POST /add --data '{\"args\": [2, 2]}' --wait 20",
        ],
    ),
    (
        "result",
        &[
            "gatewayq result 5e8d8d3a-3f86-4b1e-9a0c-7f0c1b2d3e4f --stage prod",
            "gatewayq result 5e8d8d3a-3f86-4b1e-9a0c-7f0c1b2d3e4f --wait 60",
        ],
    ),
    (
        "logs",
        &[
            "gatewayq logs --follow --stage prod",
            "gatewayq logs --since 1h --filter ERROR",
        ],
    ),
    ("local", &["gatewayq local status"]),
    ("local start", &["gatewayq local start"]),
    ("local stop", &["gatewayq local stop"]),
    ("local status", &["gatewayq local status --json"]),
    ("local reset", &["gatewayq local reset"]),
    ("local env", &["gatewayq local env"]),
    ("worker", &["gatewayq worker init worker"]),
    (
        "worker env",
        &[
            "gatewayq worker env --stage penguin",
            "gatewayq worker env --local --json",
        ],
    ),
    (
        "worker run",
        &[
            "gatewayq worker run --local",
            "gatewayq worker run --stage prod --concurrency 4",
        ],
    ),
    (
        "worker init",
        &[
            "gatewayq worker init worker",
            "gatewayq worker init worker --for kubernetes --stage prod",
        ],
    ),
    ("keys", &["gatewayq keys list --stage prod"]),
    ("keys list", &["gatewayq keys list --stage prod"]),
    (
        "keys create",
        &[
            "gatewayq keys create acme --stage prod",
            "gatewayq keys create acme --plan gold --value -",
        ],
    ),
    (
        "keys import",
        &["gatewayq keys import keys.csv --stage prod"],
    ),
    ("keys move", &["gatewayq keys move acme --plan silver"]),
    ("keys rotate", &["gatewayq keys rotate acme --stage prod"]),
    ("keys disable", &["gatewayq keys disable acme --stage prod"]),
    ("keys enable", &["gatewayq keys enable acme --stage prod"]),
    (
        "keys delete",
        &[
            "gatewayq keys delete acme --stage prod",
            "gatewayq keys delete acme --retired --yes",
        ],
    ),
    ("queue", &["gatewayq queue status"]),
    (
        "queue status",
        &[
            "gatewayq queue status --stage prod",
            "gatewayq queue status --json",
        ],
    ),
    (
        "queue peek",
        &[
            "gatewayq queue peek --count 3",
            "gatewayq queue peek --dead-letters --stage prod",
        ],
    ),
    (
        "queue purge",
        &[
            "gatewayq queue purge --dead-letters",
            "gatewayq queue purge --local --yes",
        ],
    ),
    (
        "queue redrive",
        &[
            "gatewayq queue redrive --stage prod",
            "gatewayq queue redrive --task tasks.add --older-than 1h",
        ],
    ),
    (
        "queue send",
        &[
            "gatewayq queue send tasks.add --args '[2, 2]'",
            "gatewayq queue send tasks.add --kwargs '{\"x\": 2, \"y\": 2}' --group orders-17",
        ],
    ),
    (
        "keys usage",
        &[
            "gatewayq keys usage --stage prod",
            "gatewayq keys usage acme --since 30",
        ],
    ),
    (
        "keys show",
        &["gatewayq keys show", "gatewayq keys show acme --stage prod"],
    ),
    (
        "doctor",
        &["gatewayq doctor --profile work --region eu-west-1"],
    ),
    ("policy", &["gatewayq policy deployer --stage prod"]),
    (
        "policy deployer",
        &["gatewayq policy deployer --all-stages"],
    ),
    ("policy reader", &["gatewayq policy reader --stage prod"]),
    (
        "policy operator",
        &["gatewayq policy operator --stage prod"],
    ),
    (
        "policy api-user",
        &[
            "gatewayq policy api-user",
            "gatewayq policy api-user --route 'GET /sendtosqs'",
        ],
    ),
    ("policy worker", &["gatewayq policy worker --stage prod"]),
    (
        "policy ci-trust",
        &[
            "gatewayq policy ci-trust --provider github --repo acme/orders --environment prod",
            "gatewayq policy ci-trust --provider gitlab --repo acme/orders --branch main --host git.acme.com",
        ],
    ),
    ("ci", &["gatewayq ci init github"]),
    (
        "ci init",
        &[
            "gatewayq ci init github",
            "gatewayq ci init gitlab --stages dev,staging,prod",
        ],
    ),
    ("schema", &["gatewayq schema > gatewayq.schema.json"]),
    (
        "url",
        &["gatewayq url --stage penguin", "gatewayq url /sendtosqs"],
    ),
    ("open", &["gatewayq open --stage penguin"]),
    (
        "stages",
        &[
            "gatewayq stages",
            "gatewayq stages --json --region eu-west-1",
        ],
    ),
    ("handler", &["gatewayq handler init"]),
    ("handler init", &["gatewayq handler init"]),
    (
        "completions",
        &[
            "gatewayq completions bash > ~/.local/share/bash-completion/completions/gatewayq",
            "gatewayq completions fish > ~/.config/fish/completions/gatewayq.fish",
        ],
    ),
    ("man", &["gatewayq man ~/.local/share/man/man1"]),
    ("version", &["gatewayq version --json"]),
];

/// Puts the examples under the help of each command.
pub(super) fn add(command: Command) -> Command {
    below(command, "")
}

fn below(mut command: Command, path: &str) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path} {name}")
        };
        command = command.mut_subcommand(name, |sub| below(sub, &path));
    }
    match of(path) {
        Some(examples) => {
            let more = command.get_after_help().map(|more| format!("\n\n{more}"));
            let text = help(examples) + &more.unwrap_or_default();
            command.after_help(text)
        }
        None => command,
    }
}

fn of(path: &str) -> Option<&'static [&'static str]> {
    EXAMPLES
        .iter()
        .find(|(of, _)| *of == path)
        .map(|(_, examples)| *examples)
}

fn help(examples: &[&str]) -> String {
    let title = if examples.len() == 1 {
        "Example"
    } else {
        "Examples"
    };
    format!("{title}:\n  {}", examples.join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    fn commands(command: &Command, path: &str, found: &mut Vec<String>) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name()).trim().to_owned();
            commands(sub, &path, found);
            found.push(path);
        }
    }

    #[test]
    fn every_command_has_one_or_two_and_there_are_no_others() {
        let mut found = Vec::new();
        commands(&cli::command(), "", &mut found);
        for path in &found {
            let count = of(path).map_or(0, <[_]>::len);
            assert!((1..=2).contains(&count), "{path} has {count} examples");
        }
        for (path, _) in EXAMPLES {
            assert!(
                found.iter().any(|known| known == path),
                "{path} is not a command"
            );
        }
    }

    /// The words of a command line up to the shell's own `>`.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" > ").next().unwrap();
        shlex::split(line).unwrap()
    }

    #[test]
    fn each_example_is_a_command_line_of_its_command() {
        for (path, examples) in EXAMPLES {
            for example in *examples {
                let read = cli::command().try_get_matches_from(words(example));
                let mut matches = &read.unwrap_or_else(|error| panic!("{example}: {error}"));
                let mut reached = Vec::new();
                while let Some((name, below)) = matches.subcommand() {
                    reached.push(name);
                    matches = below;
                }
                // A group of commands shows one of its own.
                assert!(
                    reached.join(" ").starts_with(path),
                    "{example} under {path}"
                );
            }
        }
    }

    #[test]
    fn help_shows_them() {
        let mut command = cli::command();
        let keys = command.find_subcommand_mut("keys").unwrap();
        let show = keys.find_subcommand_mut("show").unwrap();
        let help = show.render_help().to_string();
        assert!(help.contains("Examples:\n  gatewayq keys show\n"), "{help}");
        assert!(
            cli::command()
                .render_help()
                .to_string()
                .contains("Exit codes:")
        );
    }
}
