//! Tasks sent by the command, and what a real worker makes of them.
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{Queues, visible};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::worker::Worker;

const LIMIT: Duration = Duration::from_secs(60);

/// Sent and moved back, a task runs in a real Celery worker, with its arguments.
#[test]
fn a_real_worker_runs_what_was_sent_and_what_was_moved_back() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 1);
    let sent = queues.json(&["send", "tasks.add", "--args", "[2, 3]", "--group", "birds"]);
    assert_eq!(
        (&sent["task"], &sent["group"]),
        (&"tasks.add".into(), &"birds".into())
    );
    // Received and given back, it is a dead letter.
    let receive = json!({"QueueUrl": queues.queue, "VisibilityTimeout": 0});
    ms.call("sqs", "ReceiveMessage", receive.clone());
    ms.call("sqs", "ReceiveMessage", receive);
    visible(&queues, &queues.dead_letters, 1);
    assert_eq!(queues.json(&["redrive"])["moved"], 1);
    let other = queues.json(&[
        "send",
        "tasks.add",
        "--kwargs",
        "{\"x\": 20, \"y\": 22}",
        "--countdown",
        "1",
    ]);
    let printed = project.on(&ms, ["worker", "env", "--json"]).ok().json();
    let mut environment: BTreeMap<String, String> = serde_json::from_value(printed).unwrap();
    let credentials = ms.aws().credentials;
    environment.insert("AWS_ACCESS_KEY_ID".to_owned(), credentials.access_key_id);
    environment.insert(
        "AWS_SECRET_ACCESS_KEY".to_owned(),
        credentials.secret_access_key,
    );
    let worker = Worker::start(&environment, 1);
    for (task, result) in [(&sent, 5), (&other, 42)] {
        let id = task["id"].as_str().unwrap();
        assert_eq!(worker.wait_for_task(id, LIMIT).result, json!(result));
    }
}

#[test]
fn what_no_worker_could_run_is_refused_before_aws_is_asked() {
    let project = Project::walkthrough();
    let number = "allowed: a number of seconds, zero or more";
    let cases: [(&[&str], &str); 11] = [
        (&["--args", "[1"], "--args is not JSON"),
        (&["--args", "{}"], "--args must be an array"),
        (&["--kwargs", "[]"], "--kwargs must be an object"),
        (&["--kwargs", "{\"self\": 1}"], "cannot have the name"),
        (
            &["--args", "[{\"__type__\": 1, \"__value__\": 2}]"],
            "__type__",
        ),
        (&["--group", "two words"], "1 to 128 ASCII"),
        (&["--countdown", "nan"], number),
        (&["--countdown", "inf"], number),
        (&["--countdown", "1e400"], number),
        (&["--countdown=-1"], number),
        (
            &["--countdown", "1", "--eta", "2031-02-03T04:05:06Z"],
            "cannot be used with",
        ),
    ];
    for (more, words) in cases {
        let send = [&["queue", "send", "tasks.add"], more].concat();
        let output = project.command(send).exits(2);
        assert!(output.says(words), "{words}: {output}");
    }
    let nameless = project.command(["queue", "send", " "]).exits(2);
    assert!(nameless.says("name is empty"), "{nameless}");
}

#[test]
fn options_have_the_functions_own_limits() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    for (more, words) in [
        (
            &["--countdown", "3600"][..],
            "further off than the queue allows",
        ),
        (&["--eta", "soon"], "`eta` must be"),
        (&["--id", "two words"], "`task_id` must be"),
    ] {
        let output = queues.run(&[&["send", "tasks.add"], more].concat());
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.says(words), "{words}: {output}");
    }
    assert_eq!(queues.counts(&queues.queue), (0, 0));
}
