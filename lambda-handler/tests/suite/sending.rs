//! The real function against an SQS that refuses, throttles, hangs, cuts and half accepts: a
//! success is answered only where SQS has accepted, and the log has the cause.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crate::support::function::Function;
use crate::support::http::Reaction;
use serde_json::{Value, json};

const LONG: Duration = Duration::from_secs(30);

fn reply(status: u16, body: &Value) -> Reaction {
    let kind = ("content-type", "application/x-amz-json-1.0".to_owned());
    let id = ("x-amzn-requestid", "sqs-request".to_owned());
    Reaction::Reply(status, vec![kind, id], body.to_string())
}

fn accept() -> Reaction {
    reply(
        200,
        &json!({"MessageId": "m", "MD5OfMessageBody": "0", "SequenceNumber": "1"}),
    )
}

fn error(status: u16, code: &str) -> Reaction {
    reply(
        status,
        &json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": "told so"}),
    )
}

/// What SQS answers to a batch: entries whose place is in `failed` are not accepted.
fn batch(parameters: &Value, failed: &[usize], sender_fault: bool) -> Reaction {
    let ids = parameters["Entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["Id"].clone());
    let (bad, good): (Vec<_>, Vec<_>) = ids.enumerate().partition(|(at, _)| failed.contains(at));
    let good: Vec<_> = good
        .iter()
        .map(|(_, id)| json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": "0"}))
        .collect();
    let bad: Vec<_> = bad
        .iter()
        .map(|(_, id)| json!({"Id": id, "SenderFault": sender_fault, "Code": "InternalError", "Message": "no"}))
        .collect();
    reply(200, &json!({"Successful": good, "Failed": bad}))
}

fn one() -> Value {
    json!({"args": [1], "task_id": "t1"})
}

fn several(count: usize) -> Value {
    let tasks: Vec<_> = (0..count)
        .map(|n| json!({"args": [n], "task_id": format!("t{n}")}))
        .collect();
    json!({ "tasks": tasks })
}

/// The same for the route whose tasks of one customer keep their order, and which gives them their ids.
fn in_one_group(mut body: Value) -> Value {
    for task in body["tasks"].as_array_mut().unwrap() {
        *task = json!({"args": task["args"], "customer": {"id": "acme"}});
    }
    body
}

fn success() -> (u64, Value) {
    (202, json!({"message_status": "success", "task_id": "t1"}))
}

fn failure() -> (u64, Value) {
    (503, json!({"error occurred": "check cloudwatch logs"}))
}

#[test]
fn an_accepted_message_is_a_success() {
    let function = Function::start(LONG, |_, _, _| accept());
    assert_eq!(function.post("/add", &one()), success());
    let (operation, call) = function.calls.lock().unwrap()[0].clone();
    assert_eq!(operation, "SendMessage");
    assert!(call["QueueUrl"].as_str().unwrap().ends_with("/q.fifo"));
    assert_eq!(call["MessageGroupId"], call["MessageDeduplicationId"]);
    let envelope: Value = serde_json::from_str(call["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(
        envelope["properties"]["delivery_info"]["routing_key"],
        "q.fifo"
    );
    assert_eq!(envelope["headers"]["origin"], "gatewayq@f");
    assert!(function.log().is_empty());
}

#[test]
fn an_accepted_task_is_answered_as_its_route_says() {
    let function = Function::start(LONG, |count, _, call| match count {
        0 => accept(),
        1 => batch(call, &[], true),
        2 => batch(call, &[1], true),
        _ => error(400, "KmsAccessDenied"),
    });
    let result =
        |id: &str| json!({"message_status": "success", "task_id": id, "queue": "fast", "at": 1.5});
    assert_eq!(function.post("/created", &one()), (201, result("t1")));
    let results = json!({"results": [result("t0"), result("t1")]});
    assert_eq!(function.post("/created", &several(2)), (201, results));
    let (status, answer) = function.post("/created", &several(2));
    assert_eq!((status, &answer["results"][0]), (207, &result("t0")));
    assert_eq!(answer["results"][1]["message_status"], "failed");
    assert_eq!(function.post("/created", &one()), failure());
}

#[test]
fn a_page_of_another_origin_reads_answers_and_asks_first() {
    let function = Function::start(LONG, |_, _, _| accept());
    let origin = json!({"Origin": "https://shop.test"});
    let answer = function.send(&json!({
        "resource": "/add", "httpMethod": "POST", "body": one().to_string(), "headers": origin,
    }));
    let allowed = &answer["headers"]["access-control-allow-origin"];
    assert_eq!(
        (&answer["statusCode"], allowed),
        (&json!(202), &json!("https://shop.test"))
    );
    let asks = json!({"origin": "https://shop.test", "access-control-request-method": "POST"});
    let answer = function.send(&json!({
        "resource": "/add", "httpMethod": "OPTIONS", "body": null, "headers": asks,
    }));
    let allowed = &answer["headers"]["access-control-allow-methods"];
    assert_eq!(
        (&answer["statusCode"], allowed),
        (&json!(204), &json!("POST"))
    );
    assert_eq!(
        function.calls.lock().unwrap().len(),
        1,
        "the second sent nothing"
    );
}

#[test]
fn a_refusal_is_logged_with_its_cause() {
    let function = Function::start(LONG, |_, _, _| error(400, "KmsAccessDenied"));
    assert_eq!(function.post("/add", &one()), failure());
    assert_eq!(
        function.calls.lock().unwrap().len(),
        1,
        "it was not transient"
    );
    let log = function.log();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["level"], "ERROR");
    assert_eq!(
        log[0]["cause"],
        "KmsAccessDenied: told so (SQS request id sqs-request)"
    );
    assert_eq!(log[0]["request_id"], "lambda-request");
    assert_eq!(log[0]["api_request_id"], "api-request");
    assert_eq!(log[0]["task_ids"], json!(["t1"]));
}

#[test]
fn transient_faults_are_repeated_with_the_same_ids() {
    let function = Function::start(LONG, |count, _, _| match count {
        0 => error(400, "RequestThrottled"),
        1 => error(500, "InternalFailure"),
        2 => Reaction::Cut,
        _ => accept(),
    });
    assert_eq!(function.post("/add", &one()), success());
    let calls = function.calls.lock().unwrap().clone();
    assert_eq!(calls.len(), 4);
    assert!(calls.iter().all(|call| *call == calls[0]));
}

#[test]
fn an_unanswered_call_is_given_up_and_repeated() {
    let function = Function::start(LONG, |count, _, _| match count {
        0 => Reaction::Hang,
        _ => accept(),
    });
    assert_eq!(function.post("/add", &one()), success());
}

#[test]
fn the_answer_comes_before_lambdas_deadline() {
    let function = Function::start(Duration::from_secs(2), |_, _, _| Reaction::Hang);
    let start = Instant::now();
    assert_eq!(function.post("/add", &one()), failure());
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert!(
        function.log()[0]["cause"]
            .as_str()
            .unwrap()
            .starts_with("no answer from SQS")
    );
}

#[test]
fn endless_throttling_ends_as_a_failure() {
    let function = Function::start(LONG, |_, _, _| error(400, "RequestThrottled"));
    assert_eq!(function.post("/add", &one()), failure());
    assert!(
        function.log()[0]["cause"]
            .as_str()
            .unwrap()
            .starts_with("RequestThrottled")
    );
}

#[test]
fn an_answer_without_a_message_id_is_no_success() {
    let function = Function::start(LONG, |_, _, _| reply(200, &json!({})));
    assert_eq!(function.post("/add", &one()), failure());
}

#[test]
fn several_tasks_go_in_tens() {
    let function = Function::start(LONG, |_, _, call| batch(call, &[], false));
    let (status, answer) = function.post("/add", &several(23));
    assert_eq!(status, 202);
    let results = answer["results"].as_array().unwrap();
    let is_success = |(n, result): (usize, &Value)| {
        *result == json!({"message_status": "success", "task_id": format!("t{n}")})
    };
    assert!(results.len() == 23 && results.iter().enumerate().all(is_success));
    let calls = function.calls.lock().unwrap().clone();
    let mut sizes: Vec<_> = calls
        .iter()
        .map(|(_, call)| call["Entries"].as_array().unwrap().len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [3, 10, 10]);
}

/// SQS takes its time: how many calls it sees at once shows what waits for what.
fn most_at_once(route: &str, body: &Value) -> usize {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (here, highest) = (Arc::clone(&now), Arc::clone(&most));
    let function = Function::start(LONG, move |_, _, call| {
        highest.fetch_max(here.fetch_add(1, SeqCst) + 1, SeqCst);
        std::thread::sleep(Duration::from_millis(100));
        here.fetch_sub(1, SeqCst);
        batch(call, &[], false)
    });
    assert_eq!(function.post(route, body).0, 202);
    most.load(SeqCst)
}

#[test]
fn batches_go_side_by_side_where_no_order_is_broken() {
    let free = most_at_once("/add", &several(100));
    assert!((2..=10).contains(&free), "{free}");
    assert_eq!(most_at_once("/ordered", &in_one_group(several(30))), 1);
}

#[test]
fn the_rest_of_a_half_accepted_batch_is_sent_again() {
    let function = Function::start(LONG, |count, _, call| match count {
        0 => batch(call, &[1, 3], false),
        _ => batch(call, &[], false),
    });
    assert_eq!(function.post("/add", &several(5)).0, 202);
    let calls = function.calls.lock().unwrap().clone();
    let again = calls[1].1["Entries"].as_array().unwrap();
    let first = &calls[0].1["Entries"];
    let id = |entry: &Value| entry["MessageDeduplicationId"].clone();
    let ids: Vec<_> = again.iter().map(id).collect();
    assert_eq!(ids, [id(&first[1]), id(&first[3])]);
}

/// One that SQS could not take at that moment goes behind no later task of its own group.
#[test]
fn what_a_later_task_of_its_group_has_overtaken_is_not_sent_again() {
    let function = Function::start(LONG, |count, _, call| match count {
        0 => batch(call, &[1, 4], false),
        _ => batch(call, &[], false),
    });
    let (status, answer) = function.post("/ordered", &in_one_group(several(5)));
    assert_eq!(status, 207);
    let results = answer["results"].as_array().unwrap();
    let statuses: Vec<_> = results
        .iter()
        .map(|result| result["message_status"].as_str().unwrap())
        .collect();
    assert_eq!(
        statuses,
        ["success", "failed", "success", "success", "success"]
    );
    let calls = function.calls.lock().unwrap().clone();
    let again = calls[1].1["Entries"].as_array().unwrap();
    assert_eq!((calls.len(), again.len()), (2, 1));
    assert_eq!(
        again[0]["MessageDeduplicationId"],
        calls[0].1["Entries"][4]["MessageDeduplicationId"]
    );
    let log = function.log();
    assert_eq!(log[0]["cause"], "InternalError: no");
}

#[test]
fn a_batch_that_cannot_be_completed_ends_the_sending() {
    let function = Function::start(LONG, |count, _, call| match count {
        0 => batch(call, &[], false),
        _ => batch(call, &[0], true),
    });
    let mut body = in_one_group(several(25));
    body["tasks"][3] = json!({"args": 1});
    let (status, answer) = function.post("/ordered", &body);
    assert_eq!(status, 207);
    let statuses: Vec<_> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["message_status"].clone())
        .collect();
    let count = |wanted: &str| {
        statuses
            .iter()
            .filter(|status| **status == json!(wanted))
            .count()
    };
    assert_eq!(
        (count("success"), count("refused"), count("failed")),
        (19, 1, 5)
    );
    assert_eq!(function.calls.lock().unwrap().len(), 2);
    let log = function.log();
    assert_eq!(log[0]["cause"], "InternalError: no");
    assert_eq!(log[0]["task_ids"].as_array().unwrap().len(), 5);
}

#[test]
fn a_batch_that_is_refused_as_a_whole_is_503() {
    let function = Function::start(LONG, |_, _, _| {
        error(400, "AWS.SimpleQueueService.NonExistentQueue")
    });
    let (status, answer) = function.post("/add", &several(3));
    assert_eq!(
        (status, answer["results"].as_array().unwrap().len()),
        (503, 3)
    );
    assert_eq!(answer["results"][0]["message_status"], "failed");
}

#[test]
fn a_start_that_cannot_work_says_why() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let line: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(
        line["cause"],
        "the environment variable QUEUE_URL is not set"
    );
}
