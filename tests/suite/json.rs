//! docs/json.md against what the commands print: each field is documented, and each documented field is printed.
use std::collections::{BTreeMap, BTreeSet};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::local::{Stop, local};
use crate::support::http::{Server, answer};
use crate::support::ministack::Ministack;
use crate::support::project::Project;

mod document;

const MANUAL: &str = include_str!("../../docs/json.md");
const COMMANDS: &str = include_str!("../../docs/commands.md");
const CONFIG: &str = include_str!("../../gatewayq.toml");

const GOLD: &str = "\n[usage_plans.gold]\nrate = 50\n";
const RESULTS: &str =
    "\n[results]\n\n[[route]]\nmethod = \"GET\"\npath = \"/results/{task_id}\"\nresult = true\n";
const DOMAIN: &str = "\n[domain]\nname = \"api.shop.test\"\n\
    certificate_arn = \"arn:aws:acm:eu-west-1:111122223333:certificate/1\"\n";

/// The documents so far, each with the command that printed it.
#[derive(Default)]
struct Printed(Vec<(String, Value)>);

impl Printed {
    fn keep(&mut self, command: &str, document: Value) {
        self.0.push((command.to_owned(), document));
    }
}

#[test]
fn every_field_is_documented_and_every_documented_field_is_printed() {
    let mut printed = Printed::default();
    a_project(&mut printed);
    a_stage(&mut printed);
    the_local_aws(&mut printed);
    let sections = document::sections(MANUAL);
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (command, document) in &printed.0 {
        let found = sections[command].faults(document, seen.entry(command).or_default());
        faults.extend(found.iter().map(|fault| format!("{command}: {fault}")));
    }
    for (command, section) in &sections {
        // Commands that share a heading share its fields: together they have to show them all.
        let shared: BTreeSet<String> = siblings(command)
            .iter()
            .filter_map(|sibling| seen.get(sibling.as_str()))
            .flatten()
            .cloned()
            .collect();
        assert!(seen.contains_key(command.as_str()), "{command} was not run");
        let unseen = section.unseen(&shared);
        faults.extend(
            unseen
                .iter()
                .map(|row| format!("{command}: {row} is in no document")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The commands in the same heading.
fn siblings(command: &str) -> Vec<String> {
    let headings = MANUAL.lines().filter(|line| line.starts_with("## "));
    let names = |line: &str| {
        let names = line.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    headings
        .map(names)
        .find(|names| names.iter().any(|name| name == command))
        .unwrap()
}

/// What needs no AWS.
fn a_project(printed: &mut Printed) {
    let project = Project::empty();
    for (name, args) in [
        ("init", &[][..]),
        ("init", &[]),
        ("handler init", &[]),
        ("handler init", &[]),
        ("ci init", &["github"]),
        ("ci init", &["github"]),
        ("export", &["openapi", "out"]),
        ("schema", &[]),
        ("version", &[]),
        ("completions", &["fish"]),
        ("man", &["pages"]),
    ] {
        let words = [name.split(' ').collect(), args.to_vec(), vec!["--json"]].concat();
        printed.keep(name, project.command(words).ok().json());
    }
}

/// Each command of docs/commands.md has its section, or that of its group.
#[test]
fn every_command_has_its_documents_described() {
    let commands: Vec<&str> = COMMANDS
        .lines()
        .filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`'))
        .collect();
    assert!(commands.len() > 30, "{commands:?}");
    let sections = document::sections(MANUAL);
    let is_group = |command: &str| {
        let below = format!("{command} ");
        commands.iter().any(|other| other.starts_with(&below))
    };
    let described = |command: &str| {
        let group = command.split(' ').next().unwrap();
        sections.contains_key(command) || sections.contains_key(group)
    };
    let missing: Vec<&&str> = commands
        .iter()
        // They have no documents: celery's lines, and those of several programs.
        .filter(|command| !["worker run", "dev"].contains(*command) && !is_group(command) && !described(command))
        .collect();
    assert!(missing.is_empty(), "not in docs/json.md: {missing:?}");
}

/// The line of the first deploy of a stage that is watched.
fn watched(ms: &Ministack) -> Value {
    let project = Project::walkthrough();
    let words = ["watch", "--stage", "watched", "--yes", "--json"];
    let watch = project.on(ms, words).prebuilt().spawn();
    watch.wait_for_times("}\n", 1);
    watch.signal(Signal::INT);
    watch.wait().json()
}

/// A stage from its first plan to its delete, with a second stage beside it for what stays on delete.
fn a_stage(printed: &mut Printed) {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let with_memory = |memory: u32| {
        project.configure(&format!(
            "{CONFIG}{GOLD}{RESULTS}\n[function]\nmemory = {memory}\nenvironment = {{ NEW = \"1\" }}\n"
        ));
    };
    printed.keep("watch", watched(&ms));
    let mut run = |name: &str, args: &[&str]| {
        let words = [name.split(' ').collect(), args.to_vec(), vec!["--json"]].concat();
        let command = project.on(&ms, words);
        let output = match name {
            "deploy" | "plan" | "package" => command.prebuilt().run(),
            _ => command.run(),
        };
        printed.keep(name, output.json());
        output
    };
    run("status", &[]);
    foreign_queue(&ms);
    assert_eq!(run("plan", &[]).code, Some(1));
    run("adopt", &["--yes"]);
    run("deploy", &[]);
    project.configure(&format!("{CONFIG}{DOMAIN}"));
    run("deploy", &["--stage", "prod"]);
    run("status", &["--stage", "prod"]);
    run("graph", &["--stage", "prod"]);
    project.configure(&format!("{CONFIG}{GOLD}{RESULTS}"));
    run("deploy", &[]);
    std::fs::write(project.path("keys.csv"), "acme,a-value-of-its-own-1234\n").unwrap();
    with_memory(512);
    run("plan", &[]);
    run("status", &[]);
    run("deploy", &[]);
    assert_eq!(run("rollback", &[]).code, Some(0));
    with_memory(600);
    run("deploy", &["--canary", "10%"]);
    run("history", &[]);
    assert_eq!(run("promote", &[]).code, Some(0));
    run("invoke", &["/"]);
    let elsewhere = elsewhere();
    for args in [&["/bytes"][..], &["POST", "/add", "--wait", "1"]] {
        run(
            "invoke",
            &[args, &["--url", &elsewhere, "--no-key"]].concat(),
        );
    }
    run("result", &["of-no-task"]);
    run("url", &[]);
    run("open", &[]);
    run("stages", &[]);
    let (head, routes) = CONFIG.split_once("[[route]]").unwrap();
    let of_prod = format!("[[route]]{routes}").replace("[[route]]", "[[stages.prod.route]]");
    project.configure(&format!("{head}{of_prod}"));
    run("stages", &[]);
    with_memory(600);
    run("logs", &["--since", "1h"]);
    run("doctor", &[]);
    for user in ["deployer", "reader", "operator", "api-user", "worker"] {
        run("policy", &[user]);
    }
    let jobs = ["--provider", "github", "--repo", "a/b", "--branch", "main"];
    run("policy ci-trust", &jobs);
    for args in [
        &["keys create", "web"][..],
        &["keys rotate", "web"],
        &["keys move", "web", "--plan", "gold"],
        &["keys import", "keys.csv"],
        &["keys list"],
        &["keys usage"],
        &["keys disable", "web"],
        &["keys enable", "web"],
        &["keys show", "web"],
        &["keys delete", "web", "--yes"],
        &["queue send", "tasks.add", "--args", "[2, 2]"],
        &["queue status"],
        &["queue peek"],
        &["queue redrive"],
        &["queue purge", "--yes"],
        &["worker env"],
        &["worker init", "kit"],
    ] {
        assert_eq!(run(args[0], &args[1..]).code, Some(0));
    }
    run("package", &["--out", "package.zip"]);
    run("delete", &["--yes"]);
    let wrong = project
        .on(&ms, ["status", "--stage", "No", "--json"])
        .exits(2);
    printed.keep("error", wrong.json());
}

/// A stage that takes a task and refuses to tell its result, and answers bytes besides.
fn elsewhere() -> String {
    let server = Server::start(|asked, _| match asked.line.split('/').nth(1) {
        Some("bytes HTTP") => answer(200, "application/octet-stream", b"\xff\x00"),
        Some("add HTTP") => {
            let sent = json!({"message_status": "success", "task_id": "of-a-task"});
            answer(202, "application/json", sent.to_string().as_bytes())
        }
        _ => answer(403, "application/json", b"{}"),
    });
    server.url()
}

/// A queue of the stage's name that it did not make.
fn foreign_queue(ms: &Ministack) {
    // One without any tag would count as one whose tags are not to be seen yet, for a minute.
    let queue = json!({
        "QueueName": "gatewayq-example-dev.fifo", "Attributes": {"FifoQueue": "true"}, "tags": {"team": "other"},
    });
    ms.call("sqs", "CreateQueue", queue);
}

fn the_local_aws(printed: &mut Printed) {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    for name in ["local start", "local status", "local env"] {
        let whole = name.split(' ').chain(["--json"]);
        printed.keep(name, local(&project, whole).ok().json());
    }
    local(&project, ["deploy", "--local"]).prebuilt().ok();
    let env = local(&project, ["worker", "env", "--local", "--json"]).ok();
    printed.keep("worker env", env.json());
    for name in ["local stop", "local reset"] {
        let whole = name.split(' ').chain(["--json"]);
        printed.keep(name, local(&project, whole).ok().json());
    }
}

/// The comparison itself finds what it is for.
#[test]
fn a_field_that_is_new_missing_or_of_another_type_is_found() {
    let manual = "\n## `a`, `b`\n\n| `n` | integer | |\n| `all` | array of objects | |\n\
                  | `all[].x` | string or null | |\n| `all[].y` | string, optional | |\n| `map` | object | |\n| `map.*` | string | |\n";
    let sections = document::sections(manual);
    let (section, mut seen) = (&sections["b"], BTreeSet::new());
    let fine = json!({"n": 1, "all": [{"x": null}, {"x": "1"}], "map": {"k": "v"}});
    assert_eq!(section.faults(&fine, &mut seen), [""; 0]);
    assert_eq!(section.unseen(&seen), ["all[].y"]);
    let wrong = json!({"n": "1", "all": [{}], "map": {}, "new": 1});
    let faults = section.faults(&wrong, &mut seen);
    let expected = [
        "all[]: x is missing",
        "n is \"1\", not integer",
        "new is not documented",
    ];
    assert_eq!(faults, expected);
}
