//! Many requests at once: every task once, and several at a time.
use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::worker::{Worker, most_at_once};
use crate::walkthrough::worker_environment;

const REQUESTS: usize = 100;
const CLIENTS: usize = 10;

#[test]
fn a_hundred_requests_are_a_hundred_tasks_each_exactly_once() {
    let (ms, project) = (Ministack::start(), Project::new(CONFIG));
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let ids = send_all(&project, &ms);
    assert_eq!(ids.len(), REQUESTS, "every task has an id of its own");

    let worker = Worker::start(&worker_environment(&project, &ms, "dev"), 10);
    worker.wait_for(REQUESTS, Duration::from_secs(90));
    assert!(worker_is_done(&ms), "nothing is left in the queue");
    let runs = worker.runs();
    let ran: Vec<String> = runs.iter().map(|run| run.id.clone()).collect();
    assert_eq!(ran.len(), REQUESTS, "none ran twice");
    assert_eq!(ran.into_iter().collect::<BTreeSet<_>>(), ids);
    assert!(most_at_once(&runs) > 1, "the tasks ran one after another");
}

/// The nap makes it visible whether tasks overlap.
const CONFIG: &str = r#"
[app]
name = "parallel"

[[route]]
method = "POST"
path = "/nap"
task = "tests.nap"

[usage_plan]
rate = 1000
burst = 1000

[api]
rate = 1000
burst = 1000
"#;

fn send_all(project: &Project, ms: &Ministack) -> BTreeSet<String> {
    let send = |_| {
        let invoke = project.on(
            ms,
            ["invoke", "/nap", "--json", "--data", r#"{"args": [0.2]}"#],
        );
        invoke.ok().json()["body"]["task_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let client = || (0..REQUESTS / CLIENTS).map(send).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients
            .into_iter()
            .flat_map(|client| client.join().unwrap())
            .collect()
    })
}

fn worker_is_done(ms: &Ministack) -> bool {
    let url = ms.call(
        "sqs",
        "GetQueueUrl",
        serde_json::json!({"QueueName": "parallel-dev.fifo"}),
    );
    let empty = || {
        let wanted = serde_json::json!({"QueueUrl": url["QueueUrl"], "AttributeNames": ["All"]});
        let attributes = ms.call("sqs", "GetQueueAttributes", wanted)["Attributes"].clone();
        let count = |name: &str| attributes[name].as_str() == Some("0");
        (count("ApproximateNumberOfMessages") && count("ApproximateNumberOfMessagesNotVisible"))
            .then_some(true)
    };
    crate::support::wait::poll(Duration::from_secs(20), empty).unwrap_or(false)
}
