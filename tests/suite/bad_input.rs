//! What goes wrong before anything is made: the message, the exit code, and nothing created.
use std::fs;

use crate::support::cli::Output;
use crate::support::ministack::Ministack;
use crate::support::project::Project;

/// What was printed on stderr, with the project's own path taken out.
fn message(project: &Project, output: &Output) -> String {
    let folder = project.folder().canonicalize().unwrap();
    output
        .stderr
        .replace(folder.to_str().unwrap(), "PROJECT")
        .trim()
        .to_owned()
}

/// Deploys `config` where it cannot work, and gives the message.
#[track_caller]
fn refused(config: &str) -> String {
    let (ms, project) = (Ministack::start(), Project::new(config));
    let before = ms.inventory();
    let output = project.on(&ms, ["deploy"]).prebuilt().exits(2);
    ms.inventory().assert_same(&before);
    assert_eq!(output.stdout, "");
    message(&project, &output)
}

#[test]
fn every_mistake_in_the_file_is_told_with_its_line() {
    let config = r#"
[app]
name = "Orders"

[[route]]
method = "FETCH"
path = "/a"
reply = 1

[[route]]
method = "GET"
path = "/a"
tsk = "tasks.add"

[[route]]
method = "GET"
path = "/a"
reply = 1

[function]
memory = 64
"#;
    insta::assert_snapshot!(refused(config));
}

#[test]
fn a_file_that_is_not_toml() {
    insta::assert_snapshot!(refused("[app\nname = 1"));
}

#[test]
fn no_file() {
    let project = Project::empty();
    let output = project.command(["deploy"]).exits(2);
    insta::assert_snapshot!(message(&project, &output));
}

#[test]
fn a_stage_that_aws_would_refuse() {
    let project = Project::walkthrough();
    let output = project.command(["status", "--stage", "Pen guin"]).exits(2);
    insta::assert_snapshot!(message(&project, &output));
}

#[test]
fn no_credentials() {
    let project = Project::walkthrough();
    let output = project
        .command(["deploy", "--region", "eu-west-1"])
        .exits(1);
    insta::assert_snapshot!(message(&project, &output));
}

/// A profile that is named counts more than keys in the environment.
#[test]
fn a_profile_without_credentials() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    fs::create_dir(project.home().join(".aws")).unwrap();
    fs::write(
        project.home().join(".aws/config"),
        "[profile bare]\nregion = eu-west-1\n",
    )
    .unwrap();
    let output = project.on(&ms, ["deploy", "--profile", "bare"]).exits(1);
    assert!(output.says("add --local"), "{output}");
}

#[test]
fn no_region() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let output = project.on(&ms, ["deploy"]).without("AWS_REGION").exits(1);
    insta::assert_snapshot!(message(&project, &output));
}

/// As shells and CI systems leave what has no value.
#[test]
fn variables_that_are_empty_are_not_set() {
    let project = Project::walkthrough();
    let mut status = project.command(["status"]);
    for name in [
        "AWS_REGION",
        "GATEWAYQ_STAGE",
        "GATEWAYQ_PROJECT_DIR",
        "GATEWAYQ_MAX_WAIT",
        "GATEWAYQ_PACE",
    ] {
        status = status.env(name, "");
    }
    let output = status.exits(1);
    assert!(output.says("no region is set"), "{output}");
    // A flag is another matter: an unset variable behind it must not choose a stage.
    let output = project.command(["status", "--stage", ""]).exits(2);
    assert!(output.says("the stage `` has a name"), "{output}");
}

#[test]
fn a_region_is_checked_by_its_form_before_any_call() {
    let project = Project::walkthrough();
    let wrong = "\"Mars\" is not an AWS Region: one is written like eu-west-1";
    let output = project.command(["status", "--region", "Mars"]).exits(2);
    assert!(output.says(wrong), "{output}");
    let status = project.command(["status"]).env("AWS_REGION", "");
    let output = status.env("AWS_DEFAULT_REGION", "Mars").exits(1);
    assert!(output.says(wrong), "{output}");
}

#[test]
fn a_handler_that_does_not_compile() {
    let (ms, project) = (Ministack::start(), Project::empty());
    project
        .configure(&fs::read_to_string(crate::support::workspace().join("gatewayq.toml")).unwrap());
    let handler = project.path("lambda-handler");
    fs::create_dir_all(handler.join("src")).unwrap();
    fs::write(handler.join("Cargo.toml"), "[package]\nname = \"broken\"\nedition = \"2024\"\n[[bin]]\nname = \"bootstrap\"\npath = \"src/main.rs\"\n[workspace]\n").unwrap();
    fs::write(
        handler.join("src/main.rs"),
        "fn main() { let x: u8 = \"no\"; }\n",
    )
    .unwrap();
    let before = ms.inventory();
    let target = project.path("target");
    let output = project
        .on(&ms, ["deploy"])
        .env("CARGO_TARGET_DIR", target)
        .exits(1);
    assert!(
        output.says("the handler was not built; nothing was changed"),
        "{output}"
    );
    assert!(
        output.says("mismatched types") && output.says("src/main.rs:1:25"),
        "{output}"
    );
    ms.inventory().assert_same(&before);
}

#[test]
fn a_binary_that_lambda_cannot_start() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let before = ms.inventory();
    fs::write(project.path("script"), "#!/bin/sh\n").unwrap();
    let output = project
        .on(&ms, ["deploy", "--bootstrap", "script"])
        .exits(1);
    insta::assert_snapshot!(message(&project, &output));
    ms.inventory().assert_same(&before);
}

#[test]
fn wrong_usage_is_two() {
    let project = Project::walkthrough();
    assert!(
        project
            .command(["deploi"])
            .exits(2)
            .says("unrecognized subcommand")
    );
    assert!(
        project
            .command(["invoke", "sendtosqs"])
            .exits(2)
            .says("does not begin with /")
    );
    assert!(
        project
            .command(["invoke", "/", "--data", "{"])
            .exits(2)
            .says("--data is not JSON")
    );
    assert!(
        project
            .command(["invoke", "/", "--data", "-"])
            .stdin("{")
            .exits(2)
            .says("standard input is not JSON")
    );
    assert!(
        project
            .command(["logs", "--since", "soon"])
            .exits(2)
            .says("--since")
    );
}

/// Nobody is there to ask in a pipeline.
#[test]
fn delete_without_a_terminal_wants_yes() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let before = ms.inventory();
    let output = project.on(&ms, ["delete"]).exits(2);
    assert!(output.says("pass --yes"), "{output}");
    ms.inventory().assert_same(&before);
}
