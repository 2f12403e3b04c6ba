//! `gatewayq schema` against the files that the reader's own tests take and refuse.
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::support::{python, workspace};

#[path = "../../src/config/tests/cases.rs"]
mod cases;

/// What JSON Schema cannot say, by a part of the message; all else, the schema says.
const BEYOND_SCHEMA: &[(&str, &str)] = &[
    ("1e3, which JSON takes for an integer", " is 1e3; "),
    ("a comparison of two keys", "`dead_letter_retention` is"),
    (
        "a value that fits another's, over base and stage",
        "which is not for `architecture`",
    ),
    (
        "the length of two names together",
        "so that the names of roles fit 64",
    ),
    (
        "the length of a table as JSON",
        "as the JSON that Lambda counts",
    ),
    ("the length of a list as JSON", "the fixed arguments have"),
    (
        "keys that are the same but for their case",
        "that differ only in case",
    ),
    (
        "the characters that are letters beyond ASCII",
        "the value of `a` in `tags`; allowed: letters",
    ),
    ("a word in any case", "API Gateway writes this one itself"),
    (
        "keys that are the same but for their case",
        "HTTP takes them for one",
    ),
    ("the length of a table as JSON", "`answer` has"),
    ("what another file says", "`body`: "),
    ("what two keys are together", "`credentials` besides `*`"),
    ("the routes that a file has", "is no route of the file"),
    ("a route that another key names", "asks for no API key"),
    ("routes beside each other", "asks preflights for"),
    (
        "where a range of addresses begins",
        "where that range begins",
    ),
    ("the bits of an address", "is \"203.0.113.0/33\""),
    ("an address written in two ways", "has \"::1\" twice"),
    ("a section that another names", "and there is no section"),
    ("a section that another names", "has no use"),
    ("what another section is", "`scopes` only goes with"),
    (
        "what another section is",
        "with `wait` and the option `task_id`",
    ),
    ("what two keys are together", "`auth` names none"),
    ("what two keys are together", "`identity_sources` is empty"),
    ("a stage's keys over the base's", "is missing in [domain]"),
    ("a section beside another", "is about results, which"),
    ("what another section is", "and `[function] timeout` is"),
    ("what another section is", "with `result_owner` the caller"),
    (
        "routes beside each other",
        "nobody can ask for this route's",
    ),
    ("what two keys are together", "has thrown away"),
    (
        "words that a key of a body cannot be",
        "in a body is no ordering key",
    ),
    ("a section beside another", "is true without [domain]"),
    ("a variable that is twice in a path", "is there twice"),
    ("a variable that the path has", "and the path has no"),
    ("a method twice on a path", "is already in line"),
    (
        "variables at one place of the tree",
        "API Gateway allows one variable",
    ),
    ("the number of resources", "need more than 300 resources"),
    ("inf and nan, which JSON does not know", " is nan; "),
    (
        "inf and nan, which JSON does not know",
        "allowed: a finite number",
    ),
    (
        "integers of more than 64 bits",
        "an integer of at most 64 bits",
    ),
];

/// The first thing that is wrong with each file by the schema, if anything.
fn judge(files: &[&str]) -> Vec<Option<String>> {
    let schema: Value =
        serde_json::from_str(&Project::empty().command(["schema"]).ok().stdout).unwrap();
    let script = workspace().join("tests/suite/support/python/validate.py");
    let mut command = python::main().command([script]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let question = json!({"schema": schema, "files": files}).to_string();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(question.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_schema_and_the_reader_agree() {
    let cases = cases::cases();
    let verdicts = judge(
        &cases
            .iter()
            .map(|case| case.text.as_str())
            .collect::<Vec<_>>(),
    );
    let mut used = vec![false; BEYOND_SCHEMA.len()];
    for (case, verdict) in cases.iter().zip(verdicts) {
        match (case.messages.as_slice(), verdict) {
            ([], verdict) => assert_eq!(verdict, None, "{}", case.text),
            (_, Some(_)) => (),
            (messages, None) => {
                for message in messages {
                    let rule = BEYOND_SCHEMA
                        .iter()
                        .position(|(_, part)| message.contains(part));
                    let rule = rule.unwrap_or_else(|| {
                        panic!(
                            "the schema takes this, and gatewayq says {message}:\n{}",
                            case.text
                        )
                    });
                    used[rule] = true;
                }
            }
        }
    }
    let unused: Vec<_> = BEYOND_SCHEMA
        .iter()
        .zip(used)
        .filter(|(_, used)| !used)
        .collect();
    assert!(
        unused.is_empty(),
        "the schema says these after all: {unused:?}"
    );
}

/// Each of these is deployed somewhere in the tests, or parsed by the reader's own.
#[test]
fn the_examples_are_valid() {
    let manual = std::fs::read_to_string(workspace().join("docs/configuration.md")).unwrap();
    let manual = manual
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let example = std::fs::read_to_string(workspace().join("gatewayq.toml")).unwrap();
    assert_eq!(judge(&[manual.unwrap(), &example]), [None, None]);
}
