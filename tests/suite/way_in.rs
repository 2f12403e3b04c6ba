//! From nothing to a project, and what a project is told of itself.
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::cli::{Cli, Output};
use crate::support::ministack::Ministack;
use crate::support::project::Project;

mod carried;
mod outside;
mod workflows;

/// A project as `gatewayq init` writes it, in a folder `demo`.
fn demo(arguments: &[&str]) -> (Project, Output) {
    let project = Project::empty();
    let line: Vec<&str> = ["init", "demo", "--json"]
        .iter()
        .chain(arguments)
        .copied()
        .collect();
    let output = project.command(line).ok();
    (project, output)
}

fn inside<'a>(project: &Project, ms: &Ministack, args: impl IntoIterator<Item = &'a str>) -> Cli {
    Cli::new(&project.path("demo"), &project.home())
        .args(args)
        .at(&ms.aws())
}

fn list(output: &Output, name: &str) -> Vec<String> {
    serde_json::from_value(output.json()[name].clone()).unwrap()
}

#[test]
fn init_writes_what_is_missing_and_nothing_else() {
    let (project, first) = demo(&[]);
    let written = list(&first, "written");
    for name in [
        "gatewayq.toml",
        "README.md",
        ".gitignore",
        "worker/tasks.py",
        "worker/celeryconfig.py",
    ] {
        assert!(
            written.iter().any(|path| path == name),
            "{name}: {written:?}"
        );
        assert!(project.path("demo").join(name).is_file(), "{name}");
    }
    assert_eq!(list(&first, "kept"), Vec::<String>::new());

    fs::write(project.path("demo/worker/tasks.py"), "mine").unwrap();
    fs::remove_file(project.path("demo/README.md")).unwrap();
    let second = project.command(["init", "demo", "--json"]).ok();
    assert_eq!(list(&second, "written"), ["README.md"]);
    assert_eq!(list(&second, "kept").len(), written.len() - 1);
    assert_eq!(
        fs::read_to_string(project.path("demo/worker/tasks.py")).unwrap(),
        "mine"
    );
    let told = project.command(["init", "demo"]).ok();
    assert!(told.says("kept     gatewayq.toml"), "{told}");
}

#[test]
fn init_does_not_rename_an_app_and_takes_no_name_that_aws_would_refuse() {
    let (project, _) = demo(&["--name", "orders"]);
    let other = project
        .command(["init", "demo", "--name", "other"])
        .exits(2);
    assert!(other.says("calls the app orders"), "{other}");
    project.command(["init", "demo", "--name", "orders"]).ok();
    let bad = project
        .command(["init", "new", "--name", "My Orders"])
        .exits(2);
    assert!(bad.says("lower-case letters"), "{bad}");
    assert!(!project.path("new").exists());
    let crateless = project.command(["handler", "init"]).exits(2);
    assert!(crateless.says("gatewayq init writes one"), "{crateless}");
}

#[test]
fn init_goes_round_what_is_in_the_way() {
    let project = Project::empty();
    fs::create_dir_all(project.path("demo/gatewayq.toml")).unwrap();
    let blocked = project.command(["init", "demo"]).exits(2);
    assert!(blocked.says("gatewayq.toml"), "{blocked}");
    fs::remove_dir(project.path("demo/gatewayq.toml")).unwrap();
    fs::write(project.path("demo/worker"), "a file").unwrap();
    let blocked = project.command(["init", "demo"]).exits(1);
    assert!(blocked.says("cannot be completed"), "{blocked}");
    assert_eq!(
        fs::read_to_string(project.path("demo/worker")).unwrap(),
        "a file"
    );
}

#[test]
fn a_new_project_deploys_and_says_where_it_is() {
    let ms = Ministack::start();
    let (project, _) = demo(&[]);
    let none = inside(&project, &ms, ["stages"]).ok();
    assert!(none.says("no stage of demo"), "{none}");
    inside(&project, &ms, ["url"]).exits(1);
    let deployed = inside(&project, &ms, ["deploy", "--json"])
        .prebuilt()
        .ok()
        .json();
    assert_eq!(deployed["handler"]["from"], "file");
    assert_eq!(deployed["handler"]["architecture"], "x86_64");
    let plan = inside(&project, &ms, ["plan"]).prebuilt().ok();
    assert!(plan.says("handler: the file"), "{plan}");

    let url = inside(&project, &ms, ["url"]).ok().stdout;
    assert_eq!(url.trim(), deployed["url"].as_str().unwrap());
    let route = inside(&project, &ms, ["url", "/sendtosqs"]).ok().stdout;
    assert_eq!(route.trim(), format!("{}/sendtosqs", url.trim()));
    let unknown = inside(&project, &ms, ["url", "/nowhere"]).exits(2);
    assert!(unknown.says("there are: /, /sendtosqs"), "{unknown}");

    inside(&project, &ms, ["deploy", "--stage", "penguin"])
        .prebuilt()
        .ok();
    ms_stages(&project, &ms, &[("dev", "in_sync"), ("penguin", "in_sync")]);
    let file = project.path("demo/gatewayq.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        format!("{text}\n[stages.penguin.queue]\nvisibility_timeout = 99\n"),
    )
    .unwrap();
    ms_stages(&project, &ms, &[("dev", "in_sync"), ("penguin", "differs")]);

    let console = inside(&project, &ms, ["open"]).ok().stdout;
    let api = deployed["rest_api_id"].as_str().unwrap();
    assert!(
        console.contains(&format!("#/apis/{api}/stages/dev")),
        "{console}"
    );
    let local = inside(&project, &ms, ["open", "--local"]).exits(2);
    assert!(local.says("no console"), "{local}");

    // A stage that the file has no routes for hides none of the others.
    let (head, routes) = text.split_once("[[route]]").unwrap();
    let routes = format!("[[route]]{routes}").replace("[[route]]", "[[stages.dev.route]]");
    fs::write(&file, format!("{head}{routes}")).unwrap();
    let answer = inside(&project, &ms, ["stages", "--json"]).ok().json();
    assert_eq!(answer["stages"][0]["state"], "in_sync", "{answer}");
    assert_eq!(answer["stages"][1]["state"], "undescribed", "{answer}");
    // Nor does it where it is the stage of the command line.
    let routes = routes.replace("stages.dev.", "stages.penguin.");
    fs::write(&file, format!("{head}{routes}")).unwrap();
    let answer = inside(&project, &ms, ["stages", "--json"]).ok().json();
    assert_eq!(answer["stages"][0]["state"], "undescribed", "{answer}");
    let mistake = answer["stages"][0]["mistake"].as_str().unwrap();
    assert!(mistake.contains("route"), "{mistake}");
    inside(&project, &ms, ["policy", "reader", "--all-stages"]).ok();
}

#[track_caller]
fn ms_stages(project: &Project, ms: &Ministack, wanted: &[(&str, &str)]) {
    let answer = inside(project, ms, ["stages", "--json"]).ok().json();
    let stages = answer["stages"].as_array().unwrap();
    let found: Vec<(&str, &str)> = stages
        .iter()
        .map(|stage| {
            (
                stage["stage"].as_str().unwrap(),
                stage["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, wanted, "{answer}");
    assert!(
        stages.iter().all(|stage| stage["url"].is_string()),
        "{answer}"
    );
}

#[test]
fn the_shell_is_told_the_stages_of_the_file() {
    let (project, _) = demo(&[]);
    let file = project.path("demo/gatewayq.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n[stages.hamster]\n")).unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = project.command(["completions", shell]).ok().stdout;
        assert!(script.contains("_GATEWAYQ_COMPLETE"), "{shell}: {script}");
    }
    let words = ["plan", "--project-dir", "demo", "--stage", ""];
    assert_eq!(completed(&project, &words), ["dev", "hamster"]);
}

/// `COMPLETE` is nobody's name: a pipeline may have it for something else.
#[test]
fn a_variable_called_complete_changes_nothing() {
    let (project, _) = demo(&[]);
    for value in ["bash", "1"] {
        let version = project.command(["--version"]).env("COMPLETE", value).ok();
        assert!(version.stdout.starts_with("gatewayq "), "{version}");
    }
}

/// What a shell is offered for the last of these words.
fn completed(project: &Project, words: &[&'static str]) -> Vec<String> {
    let line = ["--", "gatewayq"].into_iter().chain(words.iter().copied());
    let answer = project
        .command(line)
        .env("_GATEWAYQ_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n")
        .ok();
    let lines = answer.stdout.lines();
    lines.map(|line| line.trim().to_owned()).collect()
}

/// Their names are not in the file: the shell is told those that a command saw last.
#[test]
fn the_shell_is_told_the_consumers_that_were_seen() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    // The flags that could stand there, too, come after the names.
    let of = |words: &[&'static str]| {
        let mut offered = completed(&project, words);
        offered.retain(|word| !word.starts_with("--"));
        offered
    };
    assert_eq!(of(&["keys", "show", ""]), ["default"]);
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["keys", "create", "acme"]).ok();
    project.on(&ms, ["keys", "create", "bolt"]).ok();
    for command in ["rotate", "disable", "enable", "delete", "show"] {
        assert_eq!(
            of(&["keys", command, ""]),
            ["acme", "bolt", "default"],
            "{command}"
        );
    }
    assert_eq!(of(&["keys", "show", "--stage", "prod", ""]), ["default"]);
    assert_eq!(of(&["keys", "show", "a"]), ["acme"]);
    project.on(&ms, ["keys", "delete", "acme", "--yes"]).ok();
    assert_eq!(of(&["keys", "rotate", ""]), ["bolt", "default"]);
    let kept = fs::read_to_string(project.path(".gatewayq/consumers.json")).unwrap();
    let names: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(names, json!({"dev": ["bolt", "default"]}));
}

#[test]
fn every_command_has_a_manual_page() {
    let project = Project::empty();
    let answer = project.command(["man", "man1", "--json"]).ok().json();
    let pages: Vec<String> = serde_json::from_value(answer["pages"].clone()).unwrap();
    for page in ["gatewayq.1", "gatewayq-deploy.1", "gatewayq-keys-rotate.1"] {
        assert!(pages.iter().any(|known| known == page), "{pages:?}");
    }
    let deploy = fs::read_to_string(project.path("man1/gatewayq-deploy.1")).unwrap();
    assert!(deploy.contains("gatewayq deploy \\-\\-local"), "{deploy}");
}

#[test]
fn version_names_what_is_on_board() {
    let answer = Project::empty().command(["version", "--json"]).ok().json();
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
    assert!(answer["target"].as_str().unwrap().contains('-'), "{answer}");
    let sound = |handler: &Value| {
        handler["sha256"]
            .as_str()
            .is_some_and(|hash| hash.len() == 64)
    };
    assert!(
        answer["handlers"].as_array().unwrap().iter().all(sound),
        "{answer}"
    );
    assert_ne!(answer["commit"], json!(""));
}

/// Without a crate, and without a handler on board, the source in gatewayq is built; without Rust
/// that is told, and that nothing was changed.
#[test]
fn without_rust_and_without_a_handler_on_board() {
    let ms = Ministack::start();
    let (project, _) = demo(&[]);
    let version = project.command(["version", "--json"]).ok().json();
    if !version["handlers"].as_array().unwrap().is_empty() {
        return;
    }
    let nothing = Path::new("/nonexistent");
    let failed = inside(&project, &ms, ["deploy"])
        .env("PATH", nothing)
        .exits(1);
    assert!(failed.says("no handler is on board"), "{failed}");
    assert!(
        failed.says("nothing was changed") && failed.says("rustup"),
        "{failed}"
    );
    let cache = fs::read_dir(project.home().join(".cache/gatewayq")).unwrap();
    assert!(cache.count() > 0, "the source lies ready");
}
