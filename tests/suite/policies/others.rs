//! The policies of those who do not deploy: API user and worker.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::{actions, place, policy, user, without};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::worker::Worker;

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn an_api_user_reaches_the_named_route_only() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let deployed = project.on(&ms, ["deploy", "--json"]).prebuilt().ok().json();
    let document = policy(&ms, &project, &["api-user", "--route", "GET /sendtosqs"]);
    let caller = place(&ms, &user(&ms, "caller", &document));
    let key = project.on(&ms, ["keys", "show"]).ok().stdout;
    crate::support::recorder::forbid(key.trim());
    let invoke = |path: &str| {
        let url = deployed["url"].as_str().unwrap();
        let invoke = project.command(["invoke", "--url", url, path, "--json"]);
        let invoke = invoke.at(&caller).env("GATEWAYQ_API_KEY", key.trim());
        invoke.run().json()["status"].clone()
    };
    assert_eq!(invoke("/sendtosqs"), 202);
    assert_eq!(invoke("/"), 403);
    let refused = caller.try_call("apigateway", "GetApiKeys", json!({}));
    assert_eq!(refused.unwrap_err().status, 403);
    // Minimal: its one action taken out, nothing is left to call.
    let nothing = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]});
    ms.set_user_policy("caller", &nothing);
    assert_eq!(invoke("/sendtosqs"), 403);
}

#[test]
fn a_route_that_the_stage_has_not_is_told() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let early = project.on(&ms, ["policy", "api-user"]).exits(1);
    assert!(early.says("gatewayq deploy"), "{early}");
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let wrong = project.on(&ms, ["policy", "api-user", "--route", "GET /nope"]);
    let wrong = wrong.exits(2);
    assert!(wrong.says("it has GET /, GET /sendtosqs"), "{wrong}");
}

/// The environment of a worker who acts with these credentials, through the proxy.
fn environment(
    ms: &Ministack,
    project: &Project,
    proxy: &Proxy,
    credentials: &crate::support::boto::Credentials,
) -> BTreeMap<String, String> {
    let printed = project.on(ms, ["worker", "env", "--json"]).ok().json();
    let mut environment: BTreeMap<String, String> = serde_json::from_value(printed).unwrap();
    let own = [
        ("AWS_ENDPOINT_URL_SQS", proxy.endpoint()),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.clone()),
        (
            "AWS_SECRET_ACCESS_KEY",
            credentials.secret_access_key.clone(),
        ),
    ];
    environment.extend(own.map(|(name, value)| (name.to_owned(), value)));
    environment
}

/// A real worker with nothing but its policy runs tasks, and what it asks of SQS is in the policy.
#[test]
fn the_workers_policy_is_enough_for_a_real_worker() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let (document, proxy) = (policy(&ms, &project, &["worker"]), Proxy::start(&ms));
    let credentials = user(&ms, "worker", &document);
    let sent = project.on(&ms, ["invoke", "/sendtosqs", "--json"]).ok();
    let id = sent.json()["body"]["task_id"].as_str().unwrap().to_owned();
    let worker = Worker::start(&environment(&ms, &project, &proxy, &credentials), 1);
    assert_eq!(worker.wait_for_task(&id, LIMIT).result, json!(4));
    let calls = proxy
        .data_plane()
        .calls
        .into_iter()
        .chain(proxy.record().calls);
    let allowed: BTreeSet<String> = actions(&document).into_iter().map(|(_, one)| one).collect();
    for call in calls {
        assert!(allowed.contains(&call.action()), "{call}");
        assert_ne!(call.status, 403, "{call}");
    }
}

/// Each of its actions, and none of another's, on this queue and on no other.
#[test]
fn a_worker_may_do_just_what_its_policy_says() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let document = policy(&ms, &project, &["worker"]);
    let worker = place(&ms, &user(&ms, "worker", &document));
    let url =
        |name: &str| ms.call("sqs", "GetQueueUrl", json!({"QueueName": name}))["QueueUrl"].clone();
    let (queue, dead) = (
        url("gatewayq-example-dev.fifo"),
        url("gatewayq-example-dev-dlq.fifo"),
    );
    let call = |action: &str, queue: &Value| {
        let mut params = json!({"QueueUrl": queue});
        if action == "DeleteMessage" || action == "ChangeMessageVisibility" {
            params["ReceiptHandle"] = json!("none");
        }
        if action == "ChangeMessageVisibility" {
            params["VisibilityTimeout"] = json!(0);
        }
        worker.try_call("sqs", action, params)
    };
    let denied = |action: &str, queue: &Value| matches!(call(action, queue), Err(refused) if refused.code == "AccessDenied");
    for (number, action) in actions(&document) {
        let name = action.strip_prefix("sqs:").unwrap();
        assert!(!denied(name, &queue), "{action}");
        assert!(denied(name, &dead), "{action}");
        ms.set_user_policy("worker", &without(&document, number, &action));
        assert!(denied(name, &queue), "{action}");
        ms.set_user_policy("worker", &document);
    }
    for foreign in ["PurgeQueue", "DeleteQueue", "ListQueueTags"] {
        assert!(denied(foreign, &queue), "{foreign}");
    }
    let send = json!({"QueueUrl": queue, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"});
    assert!(worker.try_call("sqs", "SendMessage", send).is_err());
}

/// A worker that retries or sends needs two things: its policy with `--sends`, and a place in `[queue] senders`.
#[test]
fn a_worker_that_sends_needs_its_policy_and_a_place_among_the_senders() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let config = std::fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    let senders = "[queue]\nsenders = [\"arn:aws:iam::111122223333:user/worker\"]\n";
    let (plain, sends) = (
        policy(&ms, &project, &["worker"]),
        policy(&ms, &project, &["worker", "--sends"]),
    );
    let worker = place(&ms, &user(&ms, "worker", &sends));
    let mut number = 0;
    let mut sent = |name: &str| {
        let queue = ms.call("sqs", "GetQueueUrl", json!({"QueueName": name}));
        number += 1;
        let send = json!({"QueueUrl": queue["QueueUrl"], "MessageBody": "x", "MessageGroupId": "g",
            "MessageDeduplicationId": number.to_string()});
        worker.try_call("sqs", "SendMessage", send).is_ok()
    };
    for (configuration, document, may) in [
        (config.clone(), &sends, false),
        (format!("{config}\n{senders}"), &sends, true),
        (format!("{config}\n{senders}"), &plain, false),
    ] {
        project.configure(&configuration);
        project.on(&ms, ["deploy"]).prebuilt().ok();
        ms.set_user_policy("worker", document);
        assert_eq!(sent("gatewayq-example-dev.fifo"), may, "{document}");
        assert!(!sent("gatewayq-example-dev-dlq.fifo"));
    }
    // But for that it is the same policy.
    let added: Vec<_> = actions(&sends).split_off(actions(&plain).len());
    assert_eq!(added, [(1, "sqs:SendMessage".to_owned())]);
}
