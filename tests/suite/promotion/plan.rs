//! `plan --out`, and `deploy --plan`, which does that or nothing.
use std::fs;

use serde_json::{Value, json};

use super::package::packed;
use crate::support::cli::Output;
use crate::support::ministack::Ministack;
use crate::support::project::Project;

const CONFIG: &str = include_str!("../../../gatewayq.toml");
const MEMORY: &str = "\n[function]\nmemory = 512\n";
const QUEUE: &str = "gatewayq-example-dev.fifo";

fn planned(project: &Project, ms: &Ministack) {
    let words = ["plan", "--out", "plan.json", "--package", "p.zip"];
    project.on(ms, words).ok();
}

fn deploys(project: &Project, ms: &Ministack, more: &[&str]) -> Output {
    let words = ["deploy", "--plan", "plan.json", "--package", "p.zip"];
    project.on(ms, [&words, more].concat()).run()
}

fn refused(project: &Project, ms: &Ministack, why: &[&str]) {
    let before = ms.inventory();
    let output = deploys(project, ms, &[]);
    assert_eq!(output.code, Some(1), "{output}");
    for part in why.iter().chain(&["Nothing was changed", "gatewayq plan"]) {
        assert!(output.says(part), "{part}: {output}");
    }
    ms.inventory().assert_same(&before);
}

#[test]
fn a_plan_is_done_and_is_no_plan_any_more() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    packed(&project, "p.zip");
    planned(&project, &ms);
    let done = deploys(&project, &ms, &["--json"]);
    assert_eq!(done.code, Some(0), "{done}");
    refused(&project, &ms, &["planned: create", "now:     keep"]);

    // One with nothing to do changes nothing.
    planned(&project, &ms);
    let before = ms.inventory();
    assert_eq!(deploys(&project, &ms, &[]).code, Some(0));
    ms.inventory().assert_same(&before);
}

#[test]
fn what_moved_since_the_plan_is_shown_and_nothing_is_done() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    packed(&project, "p.zip");
    project.on(&ms, ["deploy", "--package", "p.zip"]).ok();
    project.configure(&format!("{CONFIG}{MEMORY}"));
    planned(&project, &ms);

    // gatewayq.toml; a comment in it is no change.
    project.configure(&format!("{CONFIG}{}", MEMORY.replace("512", "1024")));
    let changed = "gatewayq.toml, or a file that it names, has changed";
    let memory = "now:     update MemorySize: 256 → 1024";
    refused(&project, &ms, &[changed, memory]);
    project.configure(&format!("# why\n{CONFIG}{MEMORY}"));

    // AWS.
    let queue = ms.call("sqs", "GetQueueUrl", json!({"QueueName": QUEUE}));
    let set = |seconds: &str| {
        let attributes = json!({"VisibilityTimeout": seconds});
        let request = json!({"QueueUrl": queue["QueueUrl"], "Attributes": attributes});
        ms.call("sqs", "SetQueueAttributes", request);
    };
    let wanted = visibility(&ms, &queue);
    set("77");
    refused(
        &project,
        &ms,
        &["queue gatewayq-example-dev.fifo", "planned: keep"],
    );
    set(&wanted);

    // The place.
    let elsewhere = deploys(&project, &ms, &["--stage", "prod"]);
    assert_eq!(elsewhere.code, Some(1));
    assert!(elsewhere.says("the plan is for the stage dev, and this is prod"));
    let elsewhere = deploys(&project, &ms, &["--region", "us-west-2"]);
    assert!(elsewhere.says("the plan is for the Region"), "{elsewhere}");

    assert_eq!(deploys(&project, &ms, &[]).code, Some(0));
    project.on(&ms, ["status", "--check"]).ok();
}

fn visibility(ms: &Ministack, queue: &Value) -> String {
    let request = json!({"QueueUrl": queue["QueueUrl"], "AttributeNames": ["VisibilityTimeout"]});
    let found = ms.call("sqs", "GetQueueAttributes", request);
    found["Attributes"]["VisibilityTimeout"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_file_that_is_no_plan_of_this_gatewayq_is_refused() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    packed(&project, "p.zip");
    planned(&project, &ms);
    let text = fs::read_to_string(project.path("plan.json")).unwrap();
    let mut other: Value = serde_json::from_str(&text).unwrap();
    other["gatewayq"]["version"] = json!("0.0.1\u{1b}[2J");
    for (content, why) in [
        (other.to_string(), "was made by gatewayq 0.0.1␛[2J"),
        (
            text[..text.len() / 2].to_owned(),
            "not a plan, or not a whole one",
        ),
        (String::new(), "not a plan"),
    ] {
        fs::write(project.path("plan.json"), content).unwrap();
        let output = deploys(&project, &ms, &[]);
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.says(why), "{output}");
    }
    fs::remove_file(project.path("plan.json")).unwrap();
    assert!(deploys(&project, &ms, &[]).says("cannot be read"));
    assert!(ms.inventory().is_empty(), "{:?}", ms.inventory());
}

#[test]
fn a_plan_that_cannot_be_written_is_one_document_and_no_plan() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    packed(&project, "p.zip");
    let words = ["plan", "--out", "no/folder.json", "--package", "p.zip"];
    let refused = project.on(&ms, [&words[..], &["--json"]].concat()).exits(1);
    let document = refused.json();
    let error = document["error"].as_str().unwrap();
    assert!(
        error.contains("no/folder.json cannot be written"),
        "{refused}"
    );
    assert_eq!(project.on(&ms, words).exits(1).stdout, "");
}
