//! The test bench itself: what the other tests take for granted.
mod answers;
mod aws_rules;
mod faults;
mod imports;
mod models;
mod mutations;
mod rules;
mod shapes;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::support::boto::Refused;
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

/// Where an operation's name is not its action's, or the emulator has taken it for another.
#[test]
fn each_call_needs_the_action_that_aws_names() {
    let emulator = Ministack::start();
    let made = emulator.call("sqs", "CreateQueue", json!({"QueueName": "q"}));
    let queue = made["QueueUrl"].clone();
    let entries = |entry: serde_json::Value| json!({"QueueUrl": queue, "Entries": [entry]});
    let send = entries(json!({"Id": "1", "MessageBody": "m"}));
    let delete = entries(json!({"Id": "1", "ReceiptHandle": "h"}));
    let hide = entries(json!({"Id": "1", "ReceiptHandle": "h", "VisibilityTimeout": 0}));
    let function = json!({"FunctionName": "f"});
    let alias = json!({"FunctionName": "f", "Name": "live"});
    let other = json!({"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"});
    let none = json!({"Version": "2012-10-17", "Statement": [other]});
    let user = emulator
        .aws()
        .acting_as(&emulator.create_user("caller", &none));
    for (action, operation, params) in [
        ("sqs:SendMessage", "SendMessageBatch", &send),
        ("sqs:DeleteMessage", "DeleteMessageBatch", &delete),
        (
            "sqs:ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            &hide,
        ),
        ("lambda:InvokeFunction", "Invoke", &function),
        (
            "lambda:GetFunctionConcurrency",
            "GetFunctionConcurrency",
            &function,
        ),
        (
            "lambda:DeleteFunctionConcurrency",
            "DeleteFunctionConcurrency",
            &function,
        ),
        (
            "lambda:GetFunctionConfiguration",
            "GetFunctionConfiguration",
            &function,
        ),
        (
            "lambda:GetFunctionEventInvokeConfig",
            "GetFunctionEventInvokeConfig",
            &function,
        ),
        ("lambda:GetAlias", "GetAlias", &alias),
        ("lambda:DeleteAlias", "DeleteAlias", &alias),
        ("lambda:UpdateAlias", "UpdateAlias", &alias),
    ] {
        let service = action.split(':').next().unwrap();
        let denied = |outcome: Result<_, Refused>| {
            outcome.is_err_and(|refused| refused.code.starts_with("AccessDenied"))
        };
        emulator.set_user_policy("caller", &none);
        let outcome = user.try_call(service, operation, params.clone());
        assert!(denied(outcome), "{operation} without {action}");
        let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        let allowed = json!({"Version": "2012-10-17", "Statement": [statement]});
        emulator.set_user_policy("caller", &allowed);
        let outcome = user.try_call(service, operation, params.clone());
        assert!(!denied(outcome), "{operation} with {action}");
    }
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
