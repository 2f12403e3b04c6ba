//! The walkthrough from an empty account to a task that has run, and back to an empty account.
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::worker::Worker;

const STAGE: [&str; 2] = ["--stage", "penguin"];

/// The command line `args` for the stage of these tests.
fn at_stage<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.iter().copied().chain(STAGE).collect()
}

/// What `gatewayq worker env --json` prints, with the emulator's credentials beside it.
pub(crate) fn worker_environment(
    project: &Project,
    ms: &Ministack,
    stage: &str,
) -> BTreeMap<String, String> {
    let printed = project
        .on(ms, ["worker", "env", "--json", "--stage", stage])
        .ok();
    let mut environment: BTreeMap<String, String> = serde_json::from_value(printed.json()).unwrap();
    let admin = ms.admin();
    environment.insert("AWS_ACCESS_KEY_ID".into(), admin.access_key_id);
    environment.insert("AWS_SECRET_ACCESS_KEY".into(), admin.secret_access_key);
    environment
}

#[test]
fn deploy_invoke_work_status_deploy_delete() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let before = ms.inventory();
    let resources = resources(&project, &ms);
    let deployed = project
        .on(&ms, at_stage(&["deploy", "--json"]))
        .prebuilt()
        .ok()
        .json();
    assert_eq!(deployed["stage"], "penguin");
    for field in [
        "account",
        "region",
        "url",
        "rest_api_id",
        "api_key_id",
        "queue_url",
        "dead_letter_queue_url",
        "function_name",
        "role_arn",
    ] {
        assert!(
            deployed[field]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{field}: {deployed}"
        );
    }
    assert_eq!(
        deployed["changes"],
        json!({"created": resources, "updated": 0, "deleted": 0, "kept": 0})
    );

    let hello = project.on(&ms, at_stage(&["invoke", "/"])).ok();
    assert_eq!(hello.stdout.trim(), r#"{"hello":"world"}"#);
    let sent = project
        .on(&ms, at_stage(&["invoke", "/sendtosqs", "--json"]))
        .ok()
        .json();
    assert_eq!(sent["status"], 202);
    assert_eq!(sent["body"]["message_status"], "success");
    let queue = depth(&project, &ms, "queue");
    assert_eq!(queue, "1", "the task is to be seen on the queue");

    let worker = Worker::start(&worker_environment(&project, &ms, "penguin"), 2);
    let run = worker.wait_for_task(
        sent["body"]["task_id"].as_str().unwrap(),
        Duration::from_secs(60),
    );
    assert_eq!((run.name.as_str(), run.args), ("tasks.add", json!([2, 2])));
    // A message that was not deleted would be run again after the visibility timeout; a second
    // message would be here already.
    assert!(worker.stop().success());
    assert_eq!(depth(&project, &ms, "queue"), "0");

    project.on(&ms, at_stage(&["status", "--check"])).ok();
    assert_logs(&project, &ms);
    project.on(&ms, at_stage(&["delete", "--yes"])).ok();
    ms.inventory().assert_same(&before);
    let again = project.on(&ms, at_stage(&["delete", "--yes"])).ok();
    assert!(again.says("nothing to delete"), "{again}");
    let status = project.on(&ms, at_stage(&["status", "--check"])).exits(3);
    assert!(
        status.says("is not deployed here: gatewayq deploy --stage penguin"),
        "{status}"
    );
}

/// How many messages wait in the queue of this kind, by `gatewayq status`.
fn depth(project: &Project, ms: &Ministack, kind: &str) -> String {
    let status = project.on(ms, at_stage(&["status", "--json"])).ok().json();
    let resources = status["resources"].as_array().unwrap().clone();
    let queue: Value = resources
        .into_iter()
        .find(|resource| resource["kind"] == kind)
        .unwrap();
    queue["details"]["waiting"].as_str().unwrap().to_owned()
}

fn assert_logs(project: &Project, ms: &Ministack) {
    let logs = project
        .on(ms, at_stage(&["logs", "--since", "1h", "--json"]))
        .ok()
        .json();
    let function = |line: &Value| {
        line["source"] == "function" && line["message"].as_str().unwrap().contains("REPORT")
    };
    assert!(logs.as_array().unwrap().iter().any(function), "{logs}");
}

/// ministack makes queue URLs of the address that it was called by: both deploys use the proxy.
#[test]
fn a_second_deploy_writes_nothing() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let proxy = Proxy::start(&ms);
    project
        .on(&ms, at_stage(&["deploy"]))
        .prebuilt()
        .through(&proxy)
        .ok();
    proxy.reset();
    let resources = resources(&project, &ms);
    let again = project
        .on(&ms, at_stage(&["deploy", "--json"]))
        .prebuilt()
        .through(&proxy)
        .ok()
        .json();
    assert_eq!(
        again["changes"],
        json!({"created": 0, "updated": 0, "deleted": 0, "kept": resources})
    );
    let record = proxy.record();
    assert_eq!(record.writes().len(), 0, "{record}");
}

/// As a CI job's log on a disk that has filled up.
#[test]
fn progress_that_cannot_be_written_stops_no_deploy() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let full = std::fs::File::options().write(true).open("/dev/full");
    let deploy = project.on(&ms, ["deploy", "-v"]).prebuilt();
    deploy.stderr_to(full.unwrap()).ok();
    project.on(&ms, ["status", "--check"]).ok();
}

/// How many resources the stage is made of, by its plan.
fn resources(project: &Project, ms: &Ministack) -> usize {
    let plan = project.on(ms, at_stage(&["plan", "--json"])).prebuilt();
    plan.ok().json()["steps"].as_array().unwrap().len()
}

#[test]
fn a_route_that_leaves_the_file_leaves_the_api() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.configure("[app]\nname = \"gatewayq-example\"\n\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = { hello = \"world\" }\n");
    let plan = project.on(&ms, ["plan"]).prebuilt().ok();
    assert!(
        plan.says("GET /sendtosqs") || plan.says("/sendtosqs: a path"),
        "{plan}"
    );
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let gone = project.on(&ms, ["invoke", "/sendtosqs"]).exits(1);
    assert!(gone.says("HTTP 40"), "{gone}");
    project.on(&ms, ["invoke", "/"]).ok();
    project.on(&ms, ["status", "--check"]).ok();
}

#[test]
fn plan_changes_nothing_and_quiet_says_nothing() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let before = ms.inventory();
    let plan = project
        .on(&ms, ["plan", "--check", "--json"])
        .prebuilt()
        .exits(3)
        .json();
    assert!(
        plan["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["action"] == "create"),
        "{plan}"
    );
    ms.inventory().assert_same(&before);
    let quiet = project.on(&ms, ["deploy", "-q", "--json"]).prebuilt().ok();
    assert_eq!(quiet.stderr, "");
    quiet.json();
}
