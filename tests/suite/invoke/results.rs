//! A task's result, waited for from the command line.
use rustix::process::Signal;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread::sleep;
use std::time::Duration;

use super::{JSON, invoke};
use crate::support::cli::Cli;
use crate::support::http::{Server, answer};
use crate::support::project::Project;

const CONFIG: &str = r#"
[app]
name = "shop"

[[route]]
method = "POST"
path = "/add"
task = "tasks.add"

[[route]]
method = "GET"
path = "/results/{task_id}"
result = true

[results]
"#;

const ID: &str = "5e8d8d3a-3f86-4b1e-9a0c-7f0c1b2d3e4f";

fn result<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    let mut command = project.command(["result", ID]).args(args);
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "not-a-real-one"),
        ("AWS_REGION", "eu-west-1"),
    ] {
        command = command.env(name, value);
    }
    command
}

/// What sending a task is answered with.
const SENT: &str = "sent";

/// The connection is closed in the place of an answer.
const CUT: &str = "cut";

/// What API Gateway answers while it does not know a new route.
const UNKNOWN: &str = "unknown";

/// A stage that answers so, one after the other, the last again and again.
fn stage(answers: &'static [(u16, &'static str)]) -> Server {
    Server::start(move |_, before| {
        let (status, state) = answers[before.min(answers.len() - 1)];
        match state {
            CUT => Vec::new(),
            _ => answer(status, JSON, body(state).as_bytes()),
        }
    })
}

fn body(state: &str) -> String {
    let body = match state {
        SENT => json!({"message_status": "success", "task_id": ID}),
        UNKNOWN => json!({"message": "Missing Authentication Token"}),
        "SUCCESS" => json!({"task_id": ID, "state": state, "result": 4}),
        _ => json!({"task_id": ID, "state": state, "result": null}),
    };
    body.to_string()
}

fn lines(server: &Server) -> Vec<String> {
    server.asked().into_iter().map(|one| one.line).collect()
}

#[test]
fn a_tasks_result_is_waited_for_through_what_passes() {
    let (project, server) = (
        Project::new(CONFIG),
        stage(&[
            (202, SENT),
            (202, "PENDING"),
            (503, ""),
            (429, ""),
            (200, "SUCCESS"),
        ]),
    );
    let args = ["--url", &server.url(), "POST", "/add", "-d", "{}", "--json"];
    let mine = ["--wait", "60", "-H", "x-api-key: mine"];
    let sent = invoke(&project, args).args(mine).ok();
    let wanted: Value = serde_json::from_str(&body("SUCCESS")).unwrap();
    assert_eq!(sent.json(), json!({"status": 200, "body": wanted}));
    assert!(sent.stderr.contains(&format!("for task {ID}")), "{sent}");
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /add HTTP/1.1");
    assert_eq!(asked.len(), 5, "{:?}", lines(&server));
    for question in &asked[1..] {
        let line = format!("GET /results/{ID}?wait=26 HTTP/1.1");
        assert_eq!((&question.line, question.body.len()), (&line, 0));
        assert_eq!(question.header("x-api-key"), Some("mine"));
    }
}

#[test]
fn a_wait_goes_on_through_what_passes_and_says_how_to_go_on_after_it() {
    let project = Project::new(CONFIG);
    let passing = [(202, SENT), (0, CUT), (403, UNKNOWN), (200, "SUCCESS")];
    let server = stage(Box::leak(Box::new(passing)));
    let url = server.url();
    let args = ["--url", &url, "--no-key", "POST", "/add", "--wait", "60"];
    let sent = invoke(&project, args).ok();
    assert!(sent.stderr.contains("no answer"), "{sent}");
    assert_eq!(server.asked().len(), 4, "{:?}", lines(&server));

    // The result's own first question is one of those that are waited with.
    for first in [(503, ""), (0, CUT), (429, "")] {
        let server = stage(Box::leak(Box::new([first, (200, "SUCCESS")])));
        let url = server.url();
        result(&project, ["--url", &url, "--no-key", "--wait", "60"]).ok();
        assert_eq!(server.asked().len(), 2, "{:?}", lines(&server));
    }

    for last in [(503, ""), (0, CUT)] {
        let server = stage(Box::leak(Box::new([(202, SENT), last])));
        let url = server.url();
        let args = ["--url", &url, "--no-key", "POST", "/add", "--wait", "1"];
        let ended = invoke(&project, args).exits(1);
        let help = format!("`gatewayq result {ID} --url {url} --no-key --wait 1` waits on");
        assert!(ended.stderr.contains(&help), "{ended}");
    }
    // What cannot pass is told at once.
    let server = stage(&[(404, "")]);
    let url = server.url();
    result(&project, ["--url", &url, "--no-key", "--wait", "60"]).exits(1);
    assert_eq!(server.asked().len(), 1);
}

/// Who read an error of the request alone would send the task again.
#[test]
fn a_task_that_was_sent_is_named_where_its_result_is_refused() {
    let project = Project::new(CONFIG);
    for status in [401, 403, 404, 500] {
        let server = stage(Box::leak(Box::new([(202, SENT), (status, "")])));
        let url = server.url();
        let args = ["--url", &url, "--no-key", "POST", "/add", "--wait", "60"];
        let refused = invoke(&project, args).args(["-q", "--json"]).exits(1);
        let lead = format!("the task {ID} was sent; its result could not be read: HTTP {status}");
        assert!(refused.stderr.contains(&lead), "{refused}");
        let help = format!("`gatewayq result {ID} --url {url} --no-key --wait 60` waits on");
        assert!(refused.stderr.contains(&help), "{refused}");
        assert_eq!(refused.json()["task_id"], ID, "{refused}");
        assert_eq!(server.asked().len(), 2, "{:?}", lines(&server));
    }
    // It tells nothing of the task either.
    let server = Server::start(|_, before| match before {
        0 => answer(202, JSON, body(SENT).as_bytes()),
        _ => answer(200, "text/html", b"<html>"),
    });
    let url = server.url();
    let args = ["--url", &url, "--no-key", "POST", "/add", "--wait", "60"];
    let ended = invoke(&project, args).exits(1);
    assert!(
        ended.stderr.contains(&format!("the task {ID} was sent")),
        "{ended}"
    );
}

#[test]
fn a_signal_ends_a_wait_of_a_given_url_and_says_that_the_task_goes_on() {
    let project = Project::new(CONFIG);
    let server = stage(&[(202, SENT), (202, "PENDING")]);
    let url = server.url();
    let args = ["--url", &url, "--no-key", "POST", "/add", "--wait", "60"];
    let running = invoke(&project, args).args(["--json"]).spawn();
    running.wait_for("waiting up to 60 s");
    running.signal(Signal::TERM);
    let ended = running.wait();
    assert_eq!(ended.code, Some(130), "{ended}");
    let told = format!("the task goes on; `gatewayq result {ID} --url {url} --no-key` shows");
    assert!(ended.stderr.contains(&told), "{ended}");
    assert_eq!(ended.json()["exit_code"], 130, "{ended}");
}

#[test]
fn a_signal_ends_a_request_that_is_not_answered() {
    let project = Project::new(CONFIG);
    let (asked, arrived) = channel();
    let asked = Mutex::new(asked);
    let server = Server::start(move |_, _| {
        asked.lock().unwrap().send(()).unwrap();
        sleep(Duration::from_secs(5));
        answer(202, JSON, body(SENT).as_bytes())
    });
    let url = server.url();
    let args = ["--url", &url, "--no-key", "POST", "/add", "--json"];
    let running = invoke(&project, args).spawn();
    arrived.recv_timeout(Duration::from_secs(60)).unwrap();
    running.signal(Signal::TERM);
    let ended = running.wait();
    assert_eq!(ended.code, Some(130), "{ended}");
    let error = &ended.json()["error"];
    assert!(
        error
            .as_str()
            .unwrap()
            .contains("nobody waits for its answer"),
        "{ended}"
    );
}

#[test]
fn a_result_is_shown_and_says_how_the_command_ends() {
    let project = Project::new(CONFIG);
    for (states, wait, code, told) in [
        (&[(200, "SUCCESS")], None, 0, ""),
        (&[(202, "PENDING")], None, 0, "no task ever had this id"),
        (&[(202, "RETRY")], None, 0, ""),
        (&[(200, "FAILURE")], None, 1, "the task ended as FAILURE"),
        (&[(202, "STARTED")], Some("1"), 1, "not done after 1 s"),
        (&[(403, "")], None, 1, "HTTP 403"),
    ] as [(&'static [_], _, _, _); 6]
    {
        let server = stage(states);
        let url = server.url();
        let wait = wait.map(|seconds| ["--wait", seconds]);
        let args = ["--url", url.as_str(), "--no-key", "--json"];
        let shown = result(&project, args.into_iter().chain(wait.into_iter().flatten())).run();
        assert_eq!(shown.code, Some(code), "{states:?}: {shown}");
        assert!(shown.stderr.contains(told), "{states:?}: {shown}");
        let wanted: Value = serde_json::from_str(&body(states[0].1)).unwrap();
        assert_eq!(shown.json()["body"], wanted, "{shown}");
        let first = format!("GET /results/{ID} HTTP/1.1");
        assert_eq!(lines(&server)[0], first);
    }
}

#[test]
fn nothing_is_sent_where_no_route_answers_results() {
    let elsewhere = CONFIG.replace("/results/{task_id}", "/of/{shop}/{task_id}");
    let none = CONFIG.split("[[route]]\nmethod = \"GET\"").next().unwrap();
    for config in [elsewhere.as_str(), none] {
        let (project, server) = (Project::new(config), stage(&[(200, "SUCCESS")]));
        let url = server.url();
        let args = ["--url", url.as_str(), "POST", "/add", "--wait", "5"];
        for refused in [
            invoke(&project, args).exits(2),
            result(&project, ["--url", url.as_str()]).exits(2),
        ] {
            assert!(refused.stderr.contains("result = true"), "{refused}");
        }
        assert!(server.asked().is_empty());
    }
}

#[test]
fn an_id_that_no_task_has_and_a_wait_without_end_are_refused() {
    let project = Project::new(CONFIG);
    for (args, told) in [
        (&["result", "a/b"][..], "letters, digits or any of - _ . :"),
        (&["result", "a", "--wait", "0"], "1..=86400"),
        (&["invoke", "/", "--wait", "86401"], "1..=86400"),
    ] {
        let refused = project
            .command(args.iter().copied())
            .args(["--json"])
            .exits(2);
        assert!(refused.stderr.contains(told), "{refused}");
        let document = refused.json();
        assert_eq!(document["exit_code"], 2, "{refused}");
        let error = document["error"].as_str().unwrap();
        assert!(error.contains(told), "{refused}");
    }
}

#[test]
fn an_answer_without_a_task_is_not_waited_for() {
    let project = Project::new(CONFIG);
    let server = Server::start(|_, _| answer(200, JSON, b"{}"));
    let url = server.url();
    let args = ["--url", url.as_str(), "--no-key", "/", "--wait", "5"];
    let shown = invoke(&project, args).exits(1);
    assert!(shown.stderr.contains("names no task"), "{shown}");
    assert_eq!(server.asked().len(), 1);
}
