//! What messages recommend: a command that is pasted has to work with the same stage as the one that said it.

use camino::{Utf8Path, Utf8PathBuf};
use regex::Regex;
use std::fs;

/// Commands that do something with one stage.
const OF_A_STAGE: &str = "deploy|plan|status|history|rollback|promote|watch|delete|adopt|invoke|result|logs|worker run|\
    worker env|keys|queue|doctor|policy|url|open|stages|graph";

/// Where such a command is no message, or stands for all stages.
const OTHERS: [&str; 8] = [
    // The command line's own help, and the pages that are made of it.
    "src/cli",
    "src/policies/reference.rs",
    // Files that are written once and belong to nobody's command line.
    "src/export",
    "src/init",
    "src/ci",
    "src/worker_kit",
    // A command without its arguments, which is what `--help` explains.
    "src/commands/ci.rs",
    // Of a project before its first deploy, with the local AWS.
    "src/commands/init.rs",
];

/// What a message may say all the same: a kind of command and no line to paste, or one whose flags come behind it.
const FINE: [&str; 6] = [
    "plan --out FILE",
    "queue",
    "queue send",
    "result {id}",
    "logs --stage NAME is meant",
    "watch --profile deploys to it",
];

fn sources(folder: &Utf8Path, found: &mut Vec<Utf8PathBuf>) {
    for entry in folder.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension() == Some("rs") {
            found.push(path);
        }
    }
}

/// The program's text, without comments and tests, each message in one line.
fn program(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let text = lines.collect::<Vec<_>>().join("\n");
    Regex::new(r"\\\n\s*")
        .unwrap()
        .replace_all(&text, "")
        .into_owned()
}

/// The commands of a message that lack the flags of the one that says it. Such flags are put in with `{…}`.
fn bare(text: &str) -> Vec<String> {
    let command = format!(r#"gatewayq ((?:{OF_A_STAGE})\b[^`"\n;:,()]*)"#);
    let found = Regex::new(&command).unwrap();
    let all = found
        .captures_iter(text)
        .map(|found| found[1].trim().to_owned());
    let flags = Regex::new(r"\{(self\.)?(flags|\d)?\}").unwrap();
    all.filter(|command| !flags.is_match(command)).collect()
}

#[test]
fn recommended_commands_have_the_flags_of_this_one() {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    sources(&root.join("src"), &mut all);
    assert!(all.len() > 300, "{}", all.len());
    let mut faults = Vec::new();
    for path in all {
        let name = path.strip_prefix(root).unwrap();
        let is_test = name.as_str().contains("tests");
        if is_test || OTHERS.iter().any(|other| name.as_str().starts_with(other)) {
            continue;
        }
        let commands = bare(&program(&fs::read_to_string(&path).unwrap()));
        let commands = commands
            .into_iter()
            .filter(|one| !FINE.contains(&one.as_str()));
        faults.extend(commands.map(|command| format!("{name}: gatewayq {command}")));
    }
    assert!(
        faults.is_empty(),
        "without the flags that endpoint::flags gives:\n{}",
        faults.join("\n")
    );
}

#[test]
fn a_bare_command_is_found() {
    let text = program(
        "// gatewayq deploy\nlet a = \"`gatewayq \\\n   rollback --to N` goes back\";\n\
         let b = format!(\"gatewayq deploy{flags} and gatewayq plan{}\");\n#[cfg(test)]\n\"gatewayq status\"",
    );
    assert_eq!(bare(&text), ["rollback --to N"]);
}
