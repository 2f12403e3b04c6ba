//! The workflows of `gatewayq ci init`: valid to the schemas of GitHub and GitLab, every command line one, and no more
//! permission than is needed.
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::support::{python, workspace};

const WORKFLOWS: [(&str, &str, &str); 2] = [
    (
        "github",
        ".github/workflows/gatewayq.yml",
        "vendor.github-workflows",
    ),
    ("gitlab", ".gitlab-ci.yml", "vendor.gitlab-ci"),
];

/// The workflow of a provider in a new project, as a document.
fn written(provider: &str) -> Value {
    written_for(provider, "dev,staging,prod")
}

fn written_for(provider: &str, stages: &str) -> Value {
    let project = Project::walkthrough();
    let words = ["ci", "init", provider, "--stages", stages];
    project.command(words).ok();
    let (_, path, schema) = WORKFLOWS[usize::from(provider == "gitlab")];
    valid(&project.path(path), schema);
    let script = workspace().join("tests/suite/promotion/yaml.py");
    let mut command = python::checks().command([script]);
    let output = command.arg(project.path(path)).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn valid(file: &Path, schema: &str) {
    let words = ["-m", "check_jsonschema", "--builtin-schema", schema];
    let checked = python::checks()
        .command(words)
        .arg(file)
        .stdin(Stdio::null())
        .output();
    let checked = checked.unwrap();
    let told = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{told}");
}

/// What is run by a shell, a script each.
fn scripts(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("run", Value::String(script)) => found.push(script.clone()),
                    ("script" | "before_script", Value::Array(lines)) => {
                        let lines = lines.iter().map(|line| line.as_str().unwrap());
                        found.push(lines.collect::<Vec<_>>().join("\n"));
                    }
                    _ => scripts(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| scripts(item, found)),
        _ => {}
    }
}

#[test]
fn every_script_parses_and_every_command_line_is_one() {
    for (provider, ..) in WORKFLOWS {
        let mut found = Vec::new();
        scripts(&written(provider), &mut found);
        let mut commands = BTreeSet::new();
        for script in &found {
            let parsed = Command::new("sh").args(["-n", "-c", script]).status();
            assert!(parsed.unwrap().success(), "{script}");
            // What an expression puts into a script is run as a part of it.
            assert!(!script.contains("${{"), "{script}");
            for line in script.lines().filter(|line| line.starts_with("gatewayq ")) {
                let words = shlex::split(line.split(" > ").next().unwrap()).unwrap();
                if let Err(error) = gatewayq::bench::command().try_get_matches_from(&words) {
                    panic!("{provider}: {line}: {error}");
                }
                commands.insert(words[1].clone());
            }
        }
        assert_eq!(
            commands.into_iter().collect::<Vec<_>>(),
            ["deploy", "package", "plan"]
        );
    }
}

#[test]
fn of_github_no_job_may_more_than_it_needs_and_every_action_is_one_version() {
    let workflow = written("github");
    assert_eq!(workflow["permissions"], json!({}));
    let jobs = workflow["jobs"].as_object().unwrap();
    assert_eq!(jobs.len(), 5);
    for (name, job) in jobs {
        let mut allowed = json!({"contents": "read"});
        // Where the project's code is compiled, there is no way to AWS.
        if name != "package" {
            allowed["id-token"] = json!("write");
        }
        assert_eq!(job["permissions"], allowed, "{name}");
        for step in job["steps"].as_array().unwrap() {
            let Some(action) = step["uses"].as_str() else {
                continue;
            };
            let (_, version) = action.split_once("@v").unwrap();
            let numbers = version
                .split('.')
                .filter(|part| part.parse::<u32>().is_ok());
            assert_eq!(numbers.count(), 3, "{action}");
            if action.starts_with("actions/checkout") {
                assert_eq!(step["with"]["persist-credentials"], false, "{name}");
            }
        }
    }
    assert_eq!(
        jobs["deploy-prod"]["needs"],
        json!(["package", "deploy-staging"])
    );
    assert_eq!(jobs["deploy-prod"]["environment"], "prod");
}

#[test]
fn of_gitlab_the_job_that_builds_has_no_token() {
    let pipeline = written("gitlab");
    assert_eq!(pipeline["package"]["extends"], ".gatewayq");
    assert_eq!(pipeline[".gatewayq"]["id_tokens"], Value::Null);
    for job in ["plan", "deploy-dev", "deploy-staging", "deploy-prod"] {
        assert_eq!(pipeline[job]["extends"], ".aws", "{job}");
    }
    let stages = [
        "package",
        "plan",
        "deploy-dev",
        "deploy-staging",
        "deploy-prod",
    ];
    assert_eq!(pipeline["stages"], json!(stages));
}

/// Names that YAML would take for something else, were they not quoted.
#[test]
fn a_stages_name_is_a_text() {
    let names = ["true", "null", "no"];
    let gitlab = written_for("gitlab", &names.join(","));
    let github = written_for("github", &names.join(","));
    assert_eq!(
        github["jobs"]["plan"]["strategy"]["matrix"]["stage"],
        json!(names)
    );
    for name in names {
        let job = format!("deploy-{name}");
        assert_eq!(gitlab[&job]["stage"], job);
        assert_eq!(gitlab[&job]["environment"], name);
        assert_eq!(gitlab[&job]["variables"]["GATEWAYQ_STAGE"], name);
        assert_eq!(github["jobs"][&job]["environment"], name);
        assert_eq!(github["jobs"][&job]["env"]["GATEWAYQ_STAGE"], name);
    }
}

#[test]
fn a_workflow_that_is_there_stays() {
    let project = Project::walkthrough();
    for (provider, path, _) in WORKFLOWS {
        project.command(["ci", "init", provider]).ok();
        fs::write(project.path(path), "mine").unwrap();
        let again = project.command(["ci", "init", provider]).ok();
        assert!(again.says(&format!("kept     {path}")), "{again}");
        assert_eq!(fs::read_to_string(project.path(path)).unwrap(), "mine");
    }
    for stages in ["dev,dev", "Dev", "dev,", "a: b", "${{x}}"] {
        project
            .command(["ci", "init", "github", "--stages", stages])
            .exits(2);
    }
}
