//! A template of CloudFormation: by cfn-lint, and deployed.
use std::path::Path;

use serde_json::{Value, json};

use super::{export, full, read};
use crate::support::ministack::{ACCOUNT, Ministack, REGION};
use crate::support::project::Project;
use crate::support::{python, workspace};

/// Rules of cfn-lint that are about taste, or about what gatewayq has its own answer to.
const NOT_ASKED: &str = "I";

#[track_caller]
fn lint(file: &Path) {
    let python = python::formats();
    let checked = python
        .command([python.bin().join("cfn-lint")])
        .args(["--regions", REGION, "--ignore-checks", NOT_ASKED, "--"])
        .arg(file)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stdout);
    let error = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{told}{error}");
}

#[test]
fn the_template_passes_cfn_lint() {
    for project in [full(), Project::walkthrough()] {
        let folder = export(&project, "cloudformation", &[]);
        lint(&folder.join("template.json"));
        let manifest = read(folder.join("gatewayq-export.json"));
        assert_eq!(manifest["format"], "cloudformation");
        assert!(folder.join("function.zip").exists());
    }
}

/// Each resource that is imported is named by what the schema of its type calls its primary identifier.
#[test]
fn what_is_deployed_is_imported_by_the_identifiers_of_its_types() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let words = ["export", "cloudformation", "out", "--deployed"];
    let printed = project
        .on(&ms, words)
        .prebuilt()
        .args(["--json"])
        .ok()
        .json();
    let folder = project.path("out");
    lint(&folder.join("template.json"));
    lint(&folder.join("import-template.json"));
    let script = workspace().join("tests/suite/handover/identifiers.py");
    let checked = python::formats()
        .command([script])
        .arg(folder.join("resources-to-import.json"))
        .output()
        .unwrap();
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let resources = read(folder.join("resources-to-import.json"));
    let api = ms.aws().call("apigateway", "GetRestApis", json!({}))["items"][0]["id"].clone();
    let all = resources.as_array().unwrap();
    let of = |kind: &str| {
        let one = all.iter().find(|one| one["ResourceType"] == kind).unwrap();
        one["ResourceIdentifier"].clone()
    };
    assert_eq!(of("AWS::ApiGateway::RestApi"), json!({"RestApiId": api}));
    assert_eq!(of("AWS::ApiGateway::Method")["RestApiId"], api);
    let text = std::fs::read_to_string(folder.join("template.json")).unwrap();
    assert!(text.contains(ACCOUNT), "the account is written out");
    assert!(!printed["not_held"].as_array().unwrap().is_empty());
}

#[test]
fn what_is_not_deployed_or_differs_is_not_taken_over() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let words = ["export", "terraform", "out", "--deployed"];
    let refused = project.on(&ms, words).prebuilt().exits(1);
    assert!(
        refused.stderr.contains("is not deployed here"),
        "{}",
        refused.stderr
    );
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let config = std::fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    project.configure(&format!("{config}\n[queue]\nvisibility_timeout = 99\n"));
    let refused = project.on(&ms, words).prebuilt().exits(1);
    assert!(
        refused.stderr.contains("differs from gatewayq.toml in"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("queue gatewayq-example-dev.fifo"),
        "{}",
        refused.stderr
    );
    assert!(!project.path("out").exists(), "nothing is written");
}

/// The proof that nothing is missing: a stack of the local AWS's CloudFormation takes a signed request with the key, and
/// the task is on its queue.
#[test]
fn a_stack_of_the_template_puts_a_task_on_its_queue() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let folder = export(&project, "cloudformation", &[]);
    let place = ms.aws();
    let script = workspace().join("tests/suite/handover/stack.py");
    let made = python::main()
        .command([script])
        .args([&place.endpoint, &place.region])
        .arg(&folder)
        .env("AWS_ACCESS_KEY_ID", &place.credentials.access_key_id)
        .env(
            "AWS_SECRET_ACCESS_KEY",
            &place.credentials.secret_access_key,
        )
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{error}");
    let told: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(told["without_key"], 403);
    assert_eq!(told["status"], 202);
    assert_eq!(told["task"], "tasks.add");
}
