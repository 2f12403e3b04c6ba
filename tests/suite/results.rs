//! Results, from the task that a request sends to the answer: the real function, real workers, and a table that
//! Celery's own backend writes.
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::boto::Place;
use crate::support::inventory::Inventory;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::python::{self, Python};
use crate::support::wait;
use crate::support::worker::Worker;

mod owner;

const CONFIG: &str = r#"
[app]
name = "results"

[[route]]
method = "GET"
path = "/tasks/{task_id}"
result = true
auth = "none"
api_key = false

[[route]]
method = "GET"
path = "/signed/{task_id}"
result = true
api_key = false

[[route]]
method = "POST"
path = "/send/{task}"
tasks = ["tests.echo", "tests.nap", "tests.fail", "tests.retry", "tests.large"]
auth = "none"
api_key = false

[[route]]
method = "POST"
path = "/wait"
task = "tests.nap"
wait = 4
auth = "none"
api_key = false

[[route]]
method = "POST"
path = "/forget"
task = "tests.echo"
ignore_result = true
auth = "none"
api_key = false

[function]
timeout = 28

# The worker sends retries itself.
[queue]
senders = ["arn:aws:iam::000000000000:root"]

[results]
"#;

const LONG: Duration = Duration::from_secs(90);

/// A deployed stage with the way to its API.
struct Stage {
    ms: Ministack,
    project: Project,
    /// Where the emulator looks for the API of a request without a signature.
    aws: Place,
    url: String,
    /// The path in it.
    base: String,
}

impl Stage {
    fn deployed() -> Self {
        Self::of(CONFIG)
    }

    fn of(config: &str) -> Self {
        let (ms, project) = (Ministack::start(), Project::new(config));
        let root = ms.root_of("000000000000");
        let aws = ms.aws().acting_as(&root).in_region("us-east-1");
        let deploy = project.command(["deploy", "--json"]).at(&aws);
        let deployed = deploy.prebuilt().ok().json();
        let url = deployed["url"].as_str().unwrap().to_owned();
        let base = url.split_once(&ms.port().to_string()).unwrap().1.to_owned();
        Self {
            ms,
            project,
            aws,
            url,
            base,
        }
    }

    fn worker(&self, python: &Python) -> Worker {
        let printed = self.project.command(["worker", "env", "--json"]);
        let printed = printed.at(&self.aws).ok().json();
        let mut environment: BTreeMap<String, String> = serde_json::from_value(printed).unwrap();
        let root = self.ms.root_of("000000000000");
        environment.insert("AWS_ACCESS_KEY_ID".into(), root.access_key_id);
        environment.insert("AWS_SECRET_ACCESS_KEY".into(), root.secret_access_key);
        assert!(environment.contains_key("GATEWAYQ_RESULTS_TABLE"));
        Worker::start_with(python, &environment, 10)
    }

    /// Status and body; the request is not signed.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        self.ask_with("", method, path, body)
    }

    /// The same with further headers, each with its line end.
    fn ask_with(&self, headers: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.ms.port())).unwrap();
        let (base, port, length) = (&self.base, self.ms.port(), body.len());
        let request = format!(
            "{method} {base}{path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\
             {headers}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let start = body.find('{').unwrap_or(0);
        let end = body.rfind('}').map_or(body.len(), |at| at + 1);
        (status, serde_json::from_str(&body[start..end]).unwrap())
    }

    /// Sends a task and gives its id.
    #[track_caller]
    fn send(&self, task: &str, argument: &Value) -> String {
        let body = json!({"args": [argument]}).to_string();
        let (status, sent) = self.ask("POST", &format!("/send/{task}"), &body);
        assert_eq!(status, 202, "{sent}");
        sent["task_id"].as_str().unwrap().to_owned()
    }

    fn look(&self, id: &str) -> (u16, Value) {
        self.ask("GET", &format!("/tasks/{id}"), "")
    }

    /// What is answered once the task is done.
    #[track_caller]
    fn done(&self, id: &str) -> Value {
        wait::until("a result", LONG, || {
            let (status, answer) = self.look(id);
            assert!(matches!(status, 200 | 202), "{answer}");
            (status == 200).then_some(answer)
        })
    }
}

fn each_of_many_tasks_is_answered_its_own_value(python: &Python) {
    let stage = Stage::deployed();
    let sent: Vec<String> = (0..200)
        .map(|n| stage.send("tests.echo", &json!(n)))
        .collect();
    let (status, pending) = stage.look(&sent[0]);
    assert_eq!(
        (status, &pending),
        (
            202,
            &json!({"task_id": sent[0], "state": "PENDING", "result": null})
        )
    );
    let worker = stage.worker(python);
    stage.done(&sent[0]);
    // What is known does not go with the worker, and what it leaves is the next one's.
    worker.stop();
    let again = stage.worker(python);
    for (n, id) in sent.iter().enumerate() {
        let wanted =
            json!({"task_id": id, "state": "SUCCESS", "result": {"args": [n], "kwargs": {}}});
        assert_eq!(stage.done(id), wanted);
    }
    let failed = stage.done(&stage.send("tests.fail", &json!("no good: é")));
    assert_eq!(
        (&failed["state"], &failed["error"]),
        (
            &json!("FAILURE"),
            &json!({"type": "ValueError", "message": "no good: é"})
        )
    );
    let retried = stage.send("tests.retry", &json!(3));
    wait::until("a retry", LONG, || {
        let (status, answer) = stage.look(&retried);
        let is_retry = answer["state"] == "RETRY";
        assert!(!is_retry || (status, &answer["error"]["message"]) == (202, &json!("not yet")));
        is_retry.then_some(())
    });
    assert_eq!(stage.done(&retried)["result"], "at last");
    // DynamoDB takes items of 400 KB.
    let large = stage.done(&stage.send("tests.large", &json!(500_000)));
    assert_eq!(
        (&large["state"], &large["error"]["type"]),
        (&json!("FAILURE"), &json!("ClientError"))
    );
    forgotten_and_expired(&stage, &again, &sent[0]);
    again.stop();
    let delete = stage.project.command(["delete", "--yes"]).at(&stage.aws);
    delete.ok();
    assert!(Inventory::take(&stage.aws).is_empty());
}

fn forgotten_and_expired(stage: &Stage, worker: &Worker, done: &str) {
    let (status, sent) = stage.ask("POST", "/forget", r#"{"args": [1]}"#);
    assert_eq!(status, 202, "{sent}");
    let id = sent["task_id"].as_str().unwrap();
    worker.wait_for_task(id, LONG);
    assert_eq!(stage.look(id).1["state"], "PENDING");
    // Readers look at the time themselves: DynamoDB takes its own.
    let key = json!({"id": {"S": format!("b'celery-task-meta-{done}'")}});
    let past = json!({
        "TableName": "results-dev-results", "Key": key, "UpdateExpression": "SET #t = :past",
        "ExpressionAttributeNames": {"#t": "ttl"},
        "ExpressionAttributeValues": {":past": {"N": "1767225600"}},
    });
    stage.aws.call("dynamodb", "UpdateItem", past);
    let (status, expired) = stage.look(done);
    assert_eq!((status, &expired["state"]), (202, &json!("PENDING")));
}

#[test]
fn each_of_many_tasks_is_answered_its_own_value_with_celery_5_7() {
    each_of_many_tasks_is_answered_its_own_value(python::main());
}

#[test]
fn each_of_many_tasks_is_answered_its_own_value_with_celery_5_6() {
    each_of_many_tasks_is_answered_its_own_value(python::celery_56());
}

#[test]
fn an_answer_is_held_back_for_the_result() {
    let stage = Stage::deployed();
    let _worker = stage.worker(python::main());
    // The first result of a process takes longer: it looks at the table.
    stage.done(&stage.send("tests.echo", &json!(0)));
    let (status, answer) = stage.ask("POST", "/wait", r#"{"args": [0.1]}"#);
    assert_eq!(
        (status, &answer["state"]),
        (200, &json!("SUCCESS")),
        "{answer}"
    );
    let (status, answer) = stage.ask("POST", "/wait", r#"{"args": [6]}"#);
    assert_eq!(
        (status, &answer["message_status"]),
        (202, &json!("success"))
    );
    let id = answer["task_id"].as_str().unwrap();
    let began = Instant::now();
    let (status, answer) = stage.ask("GET", &format!("/tasks/{id}?wait=20"), "");
    assert_eq!(
        (status, &answer["state"]),
        (200, &json!("SUCCESS")),
        "{answer}"
    );
    assert!(began.elapsed() < Duration::from_secs(15));
    for wrong in ["27", "x", "-1", ""] {
        let (status, answer) = stage.ask("GET", &format!("/tasks/{id}?wait={wrong}"), "");
        assert_eq!(status, 400, "{wrong}: {answer}");
    }
    let (status, _) = stage.ask("GET", &format!("/signed/{id}"), "");
    assert_eq!(status, 403, "a result is as protected as its route");
}

#[test]
fn a_hundred_open_waits_are_each_answered_their_own() {
    let stage = Stage::deployed();
    let sent: Vec<String> = (0..100)
        .map(|n| stage.send("tests.echo", &json!(n)))
        .collect();
    let stage = &stage;
    thread::scope(|scope| {
        let asked = sent
            .iter()
            .map(|id| scope.spawn(move || stage.ask("GET", &format!("/tasks/{id}?wait=20"), "")));
        let asked: Vec<_> = asked.collect();
        let _worker = stage.worker(python::main());
        let mut held_back = 0;
        for (n, asked) in asked.into_iter().enumerate() {
            let (status, answer) = asked.join().unwrap();
            match status {
                200 => {
                    assert_eq!(answer["result"]["args"], json!([n]), "{answer}");
                    held_back += 1;
                }
                // The emulator runs so many functions at once; the rest came to their end first.
                202 => assert_eq!(answer["state"], "PENDING", "{answer}"),
                429 | 500..=504 => {}
                other => panic!("{other}: {answer}"),
            }
            assert_eq!(stage.done(&sent[n])["result"]["args"], json!([n]));
        }
        assert!(held_back > 0, "none was answered in its time");
    });
}
