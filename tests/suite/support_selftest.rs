//! The test bench itself: what the other tests take for granted.
mod answers;
mod aws_rules;
mod faults;
mod models;
mod mutations;
mod rules;
mod shapes;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::support::diff::differences;
use crate::support::ministack::{ACCOUNT, Ministack};
use crate::support::project::Project;

#[test]
fn a_fresh_emulator_is_empty_and_knows_its_administrator() {
    let emulator = Ministack::start();
    let before = emulator.inventory();
    assert!(before.is_empty(), "{before:?}");
    let caller = emulator.call("sts", "GetCallerIdentity", json!({}));
    assert_eq!(caller["Account"], ACCOUNT);
    emulator.call("sqs", "CreateQueue", json!({"QueueName": "one"}));
    assert_eq!(emulator.inventory().names("queues"), ["one"]);
    assert!(
        Ministack::start().inventory().is_empty(),
        "emulators share nothing"
    );
}

#[test]
fn a_user_may_do_what_the_policy_says_and_nothing_else() {
    let emulator = Ministack::start();
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sqs:CreateQueue", "Resource": "*"}]});
    let mut credentials = emulator.create_user("maker", &policy);
    let user = emulator.aws().acting_as(&credentials);
    user.call("sqs", "CreateQueue", json!({"QueueName": "one"}));
    let refused = user.try_call("iam", "ListRoles", json!({})).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.status),
        ("AccessDenied", 403)
    );
    credentials.secret_access_key.push('x');
    let forger = emulator.aws().acting_as(&credentials);
    let refused = forger
        .try_call("sqs", "CreateQueue", json!({"QueueName": "two"}))
        .unwrap_err();
    assert_eq!(refused.status, 403, "{refused:?}");
}

#[test]
fn the_program_runs_without_the_environment_of_the_tests() {
    let project = Project::empty();
    let output = project.command(["--version"]).ok();
    assert!(
        output.signal.is_none() && output.stdout.contains("gatewayq"),
        "{output}"
    );
}

#[test]
fn a_difference_names_its_path_and_both_values() {
    let before = json!({"roles": {"a": {"Path": "/"}}, "queues": {}});
    let after = json!({"roles": {"a": {"Path": "/x"}, "b": [1]}, "queues": {}});
    let expected = [
        "- /roles/a/Path: \"/\"",
        "+ /roles/a/Path: \"/x\"",
        "+ /roles/b/0: 1",
    ];
    assert_eq!(differences(&before, &after), expected);
    assert!(differences(&before, &before).is_empty());
}

/// The answer to a plain GET, status line first.
fn http_get(url: &str, headers: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
