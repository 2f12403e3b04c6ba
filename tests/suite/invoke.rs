//! `invoke --url`: what is sent, what is waited for, and how the answer is shown. No AWS is needed: nothing but the
//! answer is asked for.
mod remembered;
mod results;

use std::process::Command;

use serde_json::{Value, json};

use crate::support::cli::Cli;
use crate::support::http::{Asked, Server, answer};
use crate::support::project::Project;

const JSON: &str = "application/json";

/// A user who has a key pair and a stage's URL, and may do nothing else.
fn invoke<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    project
        .command(["invoke"])
        .args(args)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
        .env("AWS_REGION", "eu-west-1")
}

fn echo() -> Server {
    Server::start(|asked, _| answer(200, JSON, json!(asked.line).to_string().as_bytes()))
}

/// Refuses as API Gateway does while it does not know a new key, so many times.
fn late(refusals: usize) -> Server {
    Server::start(move |_, before| match before < refusals {
        true => answer(403, JSON, br#"{"message":"Forbidden"}"#),
        false => answer(200, JSON, b"1"),
    })
}

#[test]
fn a_key_that_the_api_does_not_know_yet_is_waited_for() {
    let (project, server) = (Project::empty(), late(2));
    let sent = invoke(&project, ["--url", server.url().as_str(), "/a"])
        .env("GATEWAYQ_API_KEY", "k".repeat(40))
        .ok();
    assert_eq!(sent.stdout, "1\n");
    assert!(sent.stderr.contains("does not know the API key"), "{sent}");
    // Nobody else was asked: not STS, whose credentials these are.
    let lines: Vec<String> = server.asked().into_iter().map(|one| one.line).collect();
    assert_eq!(lines, ["GET /a HTTP/1.1"; 3]);
}

/// A terminal obeys more than JSON has to escape.
#[test]
fn what_a_terminal_would_obey_is_escaped_in_a_document() {
    let body = "\u{9b}2J \u{7f}\u{202e}é";
    let json = json!([body]).to_string();
    for (kind, sent, wanted) in [
        ("text/plain", body, json!(body)),
        (JSON, json.as_str(), json!([body])),
    ] {
        let bytes = answer(200, kind, sent.as_bytes());
        let (project, server) = (Project::empty(), Server::start(move |_, _| bytes.clone()));
        let url = server.url();
        let shown = invoke(&project, ["--url", &url, "--no-key", "/", "--json"]).ok();
        let escaped = r"\u009b2J \u007f\u202eé";
        assert!(shown.stdout.contains(escaped), "{shown}");
        assert_eq!(shown.json()["body"], wanted);
    }
}

#[test]
fn no_wait_and_no_key_ask_once() {
    let project = Project::empty();
    for flag in ["--no-wait", "--no-key"] {
        let server = late(2);
        let sent = invoke(&project, ["--url", server.url().as_str(), "/", flag])
            .env("GATEWAYQ_API_KEY", "k".repeat(40))
            .exits(1);
        assert!(sent.stderr.contains("HTTP 403"), "{sent}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[test]
fn a_users_own_headers_replace_the_defaults() {
    let (project, server) = (Project::empty(), echo());
    let url = server.url();
    let args = ["--url", url.as_str(), "/", "--data", "1"];
    let mine = ["-H", "X-API-Key: mine", "-H", "CONTENT-TYPE: text/x"];
    invoke(&project, args)
        .args(mine)
        .env("GATEWAYQ_API_KEY", "theirs")
        .ok();
    let asked: Asked = server.asked().remove(0);
    let values = |name: &str| -> Vec<String> {
        let all = asked.headers.iter().filter(|(known, _)| known == name);
        all.map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(values("x-api-key"), ["mine"]);
    assert_eq!(values("content-type"), ["text/x"]);
    assert_eq!(asked.body, b"1");
}

#[test]
fn json_keeps_what_came() {
    let project = Project::empty();
    let long = "[12345678901234567890123,1.10]";
    let server = Server::start(move |_, _| answer(200, JSON, long.as_bytes()));
    let sent = invoke(&project, ["--url", server.url().as_str(), "/", "--json"]).ok();
    assert!(sent.stdout.contains(long), "{sent}");

    let server = Server::start(|_, _| answer(200, "image/png", b"\xff\x00\n"));
    let sent = invoke(&project, ["--url", server.url().as_str(), "/", "--json"]).ok();
    let wanted = json!({"status": 200, "body": "/wAK", "body_encoding": "base64"});
    assert_eq!(sent.json(), wanted);
}

#[test]
fn a_path_is_encoded_and_a_url_may_shout() {
    let (project, server) = (Project::empty(), echo());
    let url = server.url().replace("http:", "HTTP:");
    let sent = invoke(
        &project,
        ["--url", url.as_str(), "/a b/[\"c\"]?q={1}", "--json"],
    )
    .ok();
    let line = Value::from(
        "GET /a%20b/[%22c%22]?q=%7B1%7D HTTP/1.1"
            .replace('[', "%5B")
            .replace(']', "%5D"),
    );
    assert_eq!(sent.json()["body"], line);
}

#[test]
fn what_cannot_be_sent_says_what_to_write() {
    let (project, server) = (Project::empty(), echo());
    let url = server.url();
    let with_query = format!("{url}/dev?a=1");
    let wrong: [(&[&str], &str); 7] = [
        (&["/a#b"], "write %23"),
        (&["/100%"], "write %25"),
        (&["a"], "does not begin with /"),
        (&["G T", "/"], "is not an HTTP method"),
        (&["/", "-H", "no colon"], "write -H \"NAME: VALUE\""),
        (&["/", "-H", "Authorization: x"], "written by gatewayq"),
        (
            &["/", "--url", with_query.as_str()],
            "belongs behind the path",
        ),
    ];
    for (args, told) in wrong {
        let target = if args.contains(&"--url") {
            &[][..]
        } else {
            &["--url", url.as_str()][..]
        };
        let refused = invoke(&project, target.iter().chain(args).copied()).exits(2);
        assert!(refused.stderr.contains(told), "{refused}");
    }
    assert!(server.asked().is_empty());
}

/// A terminal obeys what a file only holds.
#[test]
fn escapes_reach_a_file_and_no_terminal() {
    let project = Project::empty();
    let server = Server::start(|_, _| answer(200, "text/plain", b"a\x1b[2Jb"));
    let piped = invoke(&project, ["--url", server.url().as_str(), "/"]).ok();
    assert_eq!(piped.stdout, "a\u{1b}[2Jb\n");

    let spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let seen = Command::new("python3")
        .args(["-c", spawn, env!("CARGO_BIN_EXE_gatewayq")])
        .args(["invoke", "--url", server.url().as_str(), "/"])
        .current_dir(project.folder())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", project.home())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
        .env("AWS_REGION", "eu-west-1")
        .output()
        .unwrap();
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    assert!(seen.contains("a␛[2Jb"), "{seen:?}");
}
