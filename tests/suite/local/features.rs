//! Every feature of lambda-handler/README.md once, through the local AWS with authorisation on: signed requests with
//! a key, the function with its own role, messages on the queue. The environment says misleading things of AWS throughout.
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::environment::MISLEADING;
use super::{Stop, local, root};
use crate::support::boto::Place;
use crate::support::cli::Cli;
use crate::support::project::Project;
use crate::support::worker::Worker;

const CONFIG: &str = r#"
[app]
name = "features"

[[route]]
method = "GET"
path = "/"
reply = { hello = "world" }

[[route]]
method = "GET"
path = "/old"
reply = { moved = "/" }
status = 203
headers = { Location = "/", cache-control = "no-store" }

[[route]]
method = "POST"
path = "/created"
task = "tests.echo"
status = 201
answer = { queue = "fast" }

[[route]]
method = "GET"
path = "/fixed"
task = "tests.echo"
args = [2, "two"]
kwargs = { key = "value" }

[[route]]
method = "POST"
path = "/echo"
task = "tests.echo"
options = ["eta", "expires", "countdown", "task_id", "time_limit", "soft_time_limit"]

[[route]]
method = "POST"
path = "/by-body"
task = "tests.echo"
group = "body.customer"

[[route]]
method = "POST"
path = "/by-header"
task = "tests.echo"
group = "header.X-Customer"

[[route]]
method = "POST"
path = "/by-path/{customer}"
task = "tests.echo"
group = "path.customer"

[[route]]
method = "POST"
path = "/tasks/{task}"
tasks = ["tests.echo", "tests.nap"]
"#;

fn run<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    let command = local(project, args);
    MISLEADING
        .iter()
        .fold(command, |command, (name, value)| command.env(name, value))
}

struct Api<'a>(&'a Project);

impl Api<'_> {
    /// A signed request with the stage's API key.
    fn send(&self, path: &str, data: &Value, headers: &[&str]) -> Value {
        let data = data.to_string();
        let mut args = vec!["invoke", "POST", path, "--local", "--json", "-d", &data];
        for header in headers {
            args.extend(["-H", header]);
        }
        run(self.0, args).run().json()
    }

    #[track_caller]
    fn accepted(&self, path: &str, data: &Value, headers: &[&str]) -> String {
        let answer = self.send(path, data, headers);
        assert_eq!(answer["status"], 202, "{answer}");
        assert_eq!(answer["body"]["message_status"], "success", "{answer}");
        answer["body"]["task_id"].as_str().unwrap().to_owned()
    }
}

/// What each task is to be run with, by its id.
#[derive(Default)]
struct Expected(BTreeMap<String, Value>);

impl Expected {
    fn add(&mut self, id: String, args: Value, kwargs: Value) {
        self.0.insert(id, json!({"args": args, "kwargs": kwargs}));
    }
}

/// Two tasks of one customer and one each of two others, by every kind of key; gives their ids and arguments.
fn grouped(api: &Api, place: &Place, queue: &str) -> Vec<(String, u32)> {
    let before = groups(place, queue);
    let of_body = |number: u32| {
        let body = json!({"args": [number], "customer": "c-1"});
        (api.accepted("/by-body", &body, &[]), number)
    };
    let by_header = api.accepted("/by-header", &json!({"args": [5]}), &["X-Customer: c-2"]);
    let by_path = api.accepted("/by-path/c-3", &json!({"args": [6]}), &[]);
    let sent = vec![of_body(4), of_body(14), (by_header, 5), (by_path, 6)];
    let mut added = groups(place, queue);
    assert_eq!(added.len(), before.len() + 4);
    added.retain(|group| !before.contains(group));
    added.sort();
    added.dedup();
    assert_eq!(added.len(), 3, "{added:?}");
    sent
}

/// The groups of the messages on a queue that holds a few.
fn groups(place: &Place, queue: &str) -> Vec<String> {
    let asked = json!({
        "QueueUrl": queue, "VisibilityTimeout": 0, "MaxNumberOfMessages": 10,
        "AttributeNames": ["MessageGroupId"],
    });
    let received = place.call("sqs", "ReceiveMessage", asked);
    let messages = received["Messages"].as_array().into_iter().flatten();
    let group = |message: &Value| {
        message["Attributes"]["MessageGroupId"]
            .as_str()
            .map(str::to_owned)
    };
    messages.map(|message| group(message).unwrap()).collect()
}

#[test]
fn every_documented_feature_of_the_handler() {
    let project = Project::new(CONFIG);
    let _stop = Stop(&project);
    let place = root(&project);
    run(&project, ["deploy", "--local"]).prebuilt().ok();
    run(&project, ["doctor", "--local"]).ok();
    let get = |path| {
        run(&project, ["invoke", path, "--local", "--json"])
            .ok()
            .json()
    };
    assert_eq!(get("/"), json!({"status": 200, "body": {"hello": "world"}}));
    assert_eq!(get("/old"), json!({"status": 203, "body": {"moved": "/"}}));
    let fixed = get("/fixed")["body"]["task_id"]
        .as_str()
        .unwrap()
        .to_owned();

    let api = Api(&project);
    let created = api.send("/created", &json!({"args": [9]}), &[]);
    assert_eq!(
        (&created["status"], &created["body"]["queue"]),
        (&json!(201), &json!("fast"))
    );
    let printed = run(&project, ["worker", "env", "--local", "--json"])
        .ok()
        .json();
    let environment: BTreeMap<String, String> = serde_json::from_value(printed).unwrap();
    let mut expected = Expected::default();
    let id = created["body"]["task_id"].as_str().unwrap().to_owned();
    expected.add(id, json!([9]), json!({}));
    let groups = grouped(&api, &place, &environment["GATEWAYQ_QUEUE_URL"]);
    expected.add(fixed, json!([2, "two"]), json!({"key": "value"}));
    let body = json!({"args": [1, "é"], "kwargs": {"a": null}});
    expected.add(
        api.accepted("/echo", &body, &[]),
        json!([1, "é"]),
        json!({"a": null}),
    );
    for options in [
        json!({"eta": "2026-01-01T00:00:00Z"}),
        json!({"expires": "2099-01-01T00:00:00+01:00"}),
        json!({"countdown": 1}),
        json!({"task_id": "chosen-1"}),
        json!({"time_limit": 20, "soft_time_limit": 10}),
    ] {
        let mut body = json!({"args": [3]});
        body.as_object_mut()
            .unwrap()
            .extend(options.as_object().unwrap().clone());
        expected.add(api.accepted("/echo", &body, &[]), json!([3]), json!({}));
    }
    assert!(expected.0.contains_key("chosen-1"));

    for (id, number) in groups {
        expected.add(id, json!([number]), json!({}));
    }

    let key = ["Idempotency-Key: once"];
    let once = api.accepted("/echo", &json!({"args": [7]}), &key);
    assert_eq!(api.accepted("/echo", &json!({"args": [7]}), &key), once);
    expected.add(once, json!([7]), json!({}));

    expected.add(
        api.accepted("/tasks/tests.echo", &json!({"args": [8]}), &[]),
        json!([8]),
        json!({}),
    );
    let refused = api.send("/tasks/tests.other", &json!({}), &[]);
    assert_eq!(refused["status"], 404, "{refused}");
    let refused = api.send("/echo", &json!({"args": 1}), &[]);
    assert_eq!(
        (&refused["status"], &refused["body"]["message_status"]),
        (&json!(400), &json!("refused"))
    );

    // Twelve: more than one batch of SQS.
    let tasks: Vec<Value> = (100..112).map(|number| json!({"args": [number]})).collect();
    let batch = api.send("/echo", &json!({"tasks": tasks}), &[]);
    assert_eq!(batch["status"], 202, "{batch}");
    let results = batch["body"]["results"].as_array().unwrap();
    assert_eq!(results.len(), 12);
    for (result, number) in results.iter().zip(100..) {
        expected.add(
            result["task_id"].as_str().unwrap().to_owned(),
            json!([number]),
            json!({}),
        );
    }

    let worker = Worker::start(&environment, 2);
    let runs = worker.wait_for(expected.0.len(), Duration::from_secs(90));
    let done: BTreeMap<String, Value> = runs
        .iter()
        .map(|run| {
            (
                run.id.clone(),
                json!({"args": run.args, "kwargs": run.kwargs}),
            )
        })
        .collect();
    assert_eq!(done, expected.0);
    assert!(worker.stop().success());

    run(&project, ["status", "--local", "--check"]).ok();
    let logs = run(&project, ["logs", "--local", "--json"]).ok().json();
    assert!(!logs.as_array().unwrap().is_empty());
    run(&project, ["delete", "--local", "--yes"]).ok();
}
