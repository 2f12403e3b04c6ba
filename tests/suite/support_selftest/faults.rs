//! The proxy's record and its faults.
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::Duration;

use rustix::process::Pid;
use serde_json::{Value, json};

use crate::support::boto::{Place, Refused};
use crate::support::ministack::Ministack;
use crate::support::proxy::{Fault, Proxy, When};

fn bench() -> (Ministack, Proxy, Place) {
    let emulator = Ministack::start();
    let proxy = Proxy::start(&emulator);
    let place = proxy.place(&emulator.aws());
    (emulator, proxy, place)
}

fn queue(name: &str) -> Value {
    json!({"QueueName": name})
}

#[test]
fn a_signed_call_passes_and_is_recorded_by_its_name() {
    let (emulator, proxy, place) = bench();
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let user = place.acting_as(&emulator.create_user("all", &policy));
    let made = user.call("sqs", "CreateQueue", queue("one"));
    user.call("iam", "ListRoles", json!({}));
    user.call("logs", "CreateLogGroup", json!({"logGroupName": "/a/b"}));
    user.try_call("lambda", "GetFunction", json!({"FunctionName": "f"}))
        .unwrap_err();
    let api = user.call("apigateway", "CreateRestApi", json!({"name": "api"}));
    user.call(
        "apigateway",
        "GetResources",
        json!({"restApiId": api["id"]}),
    );
    user.call(
        "sqs",
        "SendMessage",
        json!({"QueueUrl": made["QueueUrl"], "MessageBody": "x"}),
    );
    let record = proxy.record();
    let seen: Vec<_> = record
        .calls
        .iter()
        .map(|call| (call.action(), call.write))
        .collect();
    let expected = [
        ("sqs:CreateQueue", true),
        ("iam:ListRoles", false),
        ("logs:CreateLogGroup", true),
        ("lambda:GetFunction", false),
        ("apigateway:CreateRestApi", true),
        ("apigateway:GetResources", false),
    ];
    assert_eq!(
        seen,
        expected.map(|(action, write)| (action.to_owned(), write)),
        "{record}"
    );
    assert_eq!(proxy.data_plane().calls[0].action(), "sqs:SendMessage");
    assert_eq!((record.writes().len(), record.depth()), (3, 6));
    let resources: Vec<_> = record
        .calls
        .iter()
        .take(4)
        .map(|call| call.resource.as_str())
        .collect();
    assert_eq!(resources, ["one", "", "/a/b", "f"]);
}

#[test]
fn throttling_and_failures_take_each_protocols_form() {
    let (_emulator, proxy, place) = bench();
    let calls = [
        ("sqs", "ListQueues", json!({}), "RequestThrottled", 400),
        ("iam", "ListRoles", json!({}), "Throttling", 400),
        (
            "logs",
            "DescribeLogGroups",
            json!({}),
            "ThrottlingException",
            400,
        ),
        (
            "lambda",
            "ListFunctions",
            json!({}),
            "TooManyRequestsException",
            429,
        ),
        (
            "apigateway",
            "GetRestApis",
            json!({}),
            "TooManyRequestsException",
            429,
        ),
    ];
    proxy.inject(When::Always, Fault::Throttle);
    for (service, operation, params, code, status) in &calls {
        let refused = place
            .try_call(service, operation, params.clone())
            .unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.status),
            (*code, *status),
            "{service}"
        );
    }
    proxy.reset();
    proxy.inject(When::Always, Fault::Fails(503));
    for (service, operation, params, _, _) in calls {
        let refused = place.try_call(service, operation, params).unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.status),
            ("ServiceUnavailable", 503),
            "{service}"
        );
    }
}

#[test]
fn a_cut_comes_before_or_after_the_deed() {
    let (emulator, proxy, place) = bench();
    proxy.inject(When::Call(0), Fault::CutBefore);
    proxy.inject(When::Operation("CreateQueue", 1), Fault::CutAfter);
    proxy.inject(When::Operation("CreateQueue", 2), Fault::FailsAfter(500));
    let cut: Vec<Refused> = ["before", "after"]
        .map(|name| {
            place
                .try_call("sqs", "CreateQueue", queue(name))
                .unwrap_err()
        })
        .into();
    assert!(cut.iter().all(|refused| refused.status == 0), "{cut:?}");
    let failed = place
        .try_call("sqs", "CreateQueue", queue("failed"))
        .unwrap_err();
    assert_eq!(failed.status, 500);
    place.call("sqs", "CreateQueue", queue("fine"));
    assert_eq!(
        emulator.inventory().names("queues"),
        ["after", "failed", "fine"]
    );
    assert_eq!(proxy.faults_left(), 0);
}

#[test]
fn a_kill_hits_the_process_that_was_aimed_at() {
    let (emulator, proxy, place) = bench();
    for (fault, name) in [(Fault::KillBefore, "before"), (Fault::KillAfter, "after")] {
        proxy.reset();
        proxy.inject(When::Call(0), fault);
        let mut victim = Command::new("sleep").arg("60").spawn().unwrap();
        proxy.aim(Pid::from_child(&victim));
        place
            .try_call("sqs", "CreateQueue", queue(name))
            .unwrap_err();
        assert_eq!(victim.wait().unwrap().signal(), Some(9));
    }
    assert_eq!(emulator.inventory().names("queues"), ["after"]);
}

#[test]
fn depth_counts_what_waited_and_not_what_ran_side_by_side() {
    let (_emulator, proxy, place) = bench();
    proxy.latency(Duration::from_millis(300));
    // The first round starts the clients that the second one needs at one moment.
    for _ in 0..2 {
        proxy.reset();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| place.call("sqs", "ListQueues", json!({})));
            }
        });
    }
    place.call("sqs", "CreateQueue", queue("one"));
    let record = proxy.record();
    assert_eq!((record.len(), record.depth()), (4, 2), "{record}");
    assert!(record.chain_time() >= Duration::from_millis(600));
}
