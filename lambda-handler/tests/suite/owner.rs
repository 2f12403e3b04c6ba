//! Results that are for the senders of their tasks alone.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_handler::{
    Answer, ApiEvent, ApiRequest, Context, Decision, Owner, OwnerKey, Routes, decide, decide_with,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::NOW;
use crate::support::function::Function;
use crate::support::http::Reaction;

const ROUTES: &str = r#"{"version": 1, "queue_visibility_timeout": 30, "results": {"table": "t", "owner": true}, "routes": [
  {"method": "GET", "path": "/", "reply": 1},
  {"method": "POST", "path": "/add", "task": {"names": ["tasks.add"], "options": ["task_id"]}},
  {"method": "GET", "path": "/results/{task_id}", "result": true}]}"#;

const KEY: [u8; 32] = [7; 32];

fn decided(event: &Value) -> Decision {
    let (routes, key) = (Routes::parse(ROUTES).unwrap(), OwnerKey::new(KEY));
    let event: ApiEvent = serde_json::from_value(event.clone()).unwrap();
    decide(&routes, event, &context(&key))
}

fn context(key: &OwnerKey) -> Context<'_> {
    Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: true,
        owner: Some(Owner::nobody(key)),
        now: NOW,
        new_id: &Uuid::new_v4,
    }
}

fn sending(caller: &Value, body: &Value) -> Value {
    json!({"resource": "/add", "httpMethod": "POST", "requestContext": caller, "body": body.to_string()})
}

fn asking(caller: &Value, id: &str) -> Value {
    json!({"resource": "/results/{task_id}", "httpMethod": "GET", "requestContext": caller,
        "pathParameters": {"task_id": id}})
}

/// The id of the task that this caller sends.
#[track_caller]
fn sent(caller: &Value, body: &Value) -> String {
    match decided(&sending(caller, body)) {
        Decision::One(message) => message.task_id,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_refused(caller: &Value, id: &str) {
    let reason = json!({"message_status": "refused", "reason": "a result is for the sender of its task alone"});
    let wanted = Decision::Answer(Answer::json(403, &reason));
    assert_eq!(decided(&asking(caller, id)), wanted, "{caller} {id}");
}

fn iam(caller: &str) -> Value {
    json!({"identity": {"caller": caller, "apiKeyId": "k1"}})
}

fn key(id: &str) -> Value {
    json!({"identity": {"apiKeyId": id, "caller": null}})
}

fn claims(sub: &str) -> Value {
    json!({"identity": {}, "authorizer": {"claims": {"sub": sub}}})
}

fn lambda(principal: &str) -> Value {
    json!({"identity": {}, "authorizer": {"principalId": principal}})
}

/// A Lambda authorizer whose context has a text of the name that Cognito's claims have.
fn pretender(principal: &str) -> Value {
    json!({"identity": {}, "authorizer": {"principalId": principal, "claims": "none"}})
}

fn identity_pool(id: &str) -> Value {
    json!({"identity": {"caller": "AROAPOOL:CognitoIdentityCredentials", "cognitoIdentityId": id}})
}

#[test]
fn a_result_is_for_the_sender_and_for_no_other_caller() {
    let callers = [
        iam("AIDAANNA"),
        iam("AIDABERT"),
        iam("AROAROLE:session"),
        iam("111122223333"),
        iam("111122223333:anna"),
        key("AIDAANNA"),
        key("k1"),
        claims("AIDAANNA"),
        claims("k1"),
        lambda("AIDAANNA"),
        lambda("k1"),
        claims("AIDACARL"),
        pretender("AIDACARL"),
        identity_pool("eu-west-1:1"),
        identity_pool("eu-west-1:2"),
    ];
    let nobodies = [json!({}), iam(""), lambda("")].map(|mut nobody| {
        nobody["identity"]["apiKeyId"] = json!(null);
        nobody
    });
    for (sender, body) in callers
        .iter()
        .zip([json!({}), json!({"task_id": "mine"})].iter().cycle())
    {
        let id = sent(sender, body);
        let found = decided(&asking(sender, &id));
        assert!(matches!(found, Decision::Result(lookup) if lookup.task_id == id));
        let others = callers.iter().chain(&nobodies);
        for other in others.filter(|other| *other != sender) {
            assert_refused(other, &id);
        }
    }
    // A key beside a signature has no part in it, and neither has a role's session.
    let id = sent(&iam("AROAROLE:one"), &json!({}));
    let again = json!({"identity": {"caller": "AROAROLE:two", "apiKeyId": "k2"}});
    assert!(matches!(decided(&asking(&again, &id)), Decision::Result(_)));
    for nobody in &nobodies {
        assert_refused(nobody, &sent(nobody, &json!({})));
    }
}

#[test]
fn a_task_of_that_id_or_of_none_is_refused_alike() {
    let id = sent(&iam("AIDAANNA"), &json!({}));
    for wrong in [
        id.as_str(),
        "5e8d8d3a-3f86-4b1e-9a0c-7f0c1b2d3e4f",
        "gatewayq-owner-key",
        ".",
    ] {
        assert_refused(&iam("AIDABERT"), wrong);
    }
}

#[test]
fn nobody_takes_the_id_of_anothers_task() {
    let theirs = sent(&iam("AIDAANNA"), &json!({"task_id": "order-1"}));
    for name in ["order-1", &theirs] {
        let id = sent(&iam("AIDABERT"), &json!({"task_id": name}));
        assert_ne!(id, theirs);
        assert_refused(&iam("AIDAANNA"), &id);
    }
    let repeated = sent(&iam("AIDAANNA"), &json!({"task_id": "order-1"}));
    assert_eq!(repeated, theirs, "for SQS a repeat is the same message");
    let long = "n".repeat(106);
    let refused = decided(&sending(&iam("AIDAANNA"), &json!({"task_id": long})));
    assert!(matches!(refused, Decision::Answer(answer) if answer.status == 400));
}

#[test]
fn a_task_of_your_own_code_is_its_callers_too() {
    let own = |request: &ApiRequest, context: &Context<'_>| {
        let is_own = request.route_key == "POST /add";
        is_own.then(|| Decision::One(context.message("tasks.own", "[]", "{}").unwrap()))
    };
    let (routes, owner_key) = (Routes::parse(ROUTES).unwrap(), OwnerKey::new(KEY));
    let event: ApiEvent = serde_json::from_value(sending(&key("k1"), &json!({}))).unwrap();
    let Decision::One(message) = decide_with(own, &routes, event, &context(&owner_key)) else {
        panic!("no message");
    };
    assert!(matches!(
        decided(&asking(&key("k1"), &message.task_id)),
        Decision::Result(_)
    ));
    assert_refused(&key("k2"), &message.task_id);
}

/// A table with one item in it, or none, and SQS, which takes everything.
fn table(
    item: &Arc<Mutex<Option<String>>>,
) -> impl Fn(usize, &str, &Value) -> Reaction + Send + Sync + use<> {
    let item = Arc::clone(item);
    move |_, operation, parameters| {
        let mut item = item.lock().unwrap();
        let attributes =
            |key: &String| json!({"id": {"S": "gatewayq-owner-key"}, "owner_key": {"B": key}});
        let body = match operation {
            "GetItem" if parameters["Key"]["id"]["S"] == "gatewayq-owner-key" => match &*item {
                Some(key) => json!({"Item": attributes(key)}),
                None => json!({}),
            },
            "GetItem" => json!({}),
            "UpdateItem" => {
                let new = parameters["ExpressionAttributeValues"][":new"]["B"].as_str();
                let key = item.get_or_insert_with(|| new.unwrap().to_owned());
                json!({"Attributes": attributes(key)})
            }
            _ => json!({"MessageId": "m", "MD5OfMessageBody": "0", "SequenceNumber": "1"}),
        };
        Reaction::Reply(
            200,
            vec![("content-type", "application/x-amz-json-1.0".to_owned())],
            body.to_string(),
        )
    }
}

fn operations(function: &Function) -> Vec<String> {
    let calls = function.calls.lock().unwrap();
    calls
        .iter()
        .map(|(operation, _)| operation.clone())
        .collect()
}

#[test]
fn the_key_is_made_once_and_shared_by_all_that_run() {
    let item = Arc::default();
    let start = || Function::with_routes(ROUTES, Duration::from_secs(30), table(&item));
    let first = start();
    let anna = iam("AIDAANNA");
    first.send(&json!({"resource": "/", "httpMethod": "GET"}));
    assert!(operations(&first).is_empty(), "a reply needs no key");
    let send = || {
        let answer = first.send(&sending(&anna, &json!({})));
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        body["task_id"].as_str().unwrap().to_owned()
    };
    let (id, _) = (send(), send());
    assert_eq!(
        operations(&first),
        ["GetItem", "UpdateItem", "SendMessage", "SendMessage"]
    );
    let key = item.lock().unwrap().clone().unwrap();
    assert_eq!(STANDARD.decode(&key).unwrap().len(), OwnerKey::LENGTH);

    let second = start();
    let status = |caller: &Value| second.send(&asking(caller, &id))["statusCode"].clone();
    assert_eq!(
        (status(&anna), status(&iam("AIDABERT"))),
        (json!(202), json!(403))
    );
    // The stranger's question asked for nothing.
    assert_eq!(operations(&second), ["GetItem", "GetItem"]);
    for function in [first, second] {
        assert!(
            function
                .log()
                .iter()
                .all(|line| !line.to_string().contains(&key))
        );
    }
}

#[test]
fn without_its_key_the_function_sends_nothing_and_shows_nothing() {
    for broken in ["AAAA", "*"] {
        let item = Arc::new(Mutex::new(Some(broken.to_owned())));
        let function = Function::with_routes(ROUTES, Duration::from_secs(30), table(&item));
        for event in [
            sending(&iam("AIDAANNA"), &json!({})),
            asking(&iam("AIDAANNA"), "a"),
        ] {
            assert_eq!(function.send(&event)["statusCode"], 503);
        }
        assert_eq!(operations(&function), ["GetItem", "GetItem"]);
        let log = function.log();
        assert_eq!(log[0]["message"], "the owner key cannot be read", "{log:?}");
    }
}

#[test]
fn a_slow_read_of_the_key_leaves_less_time_to_send() {
    let table = table(&Arc::default());
    let slow = move |count, operation: &str, parameters: &Value| match operation {
        "SendMessage" => Reaction::Hang,
        _ => {
            std::thread::sleep(Duration::from_millis(1000));
            table(count, operation, parameters)
        }
    };
    let (given, start) = (Duration::from_secs(3), Instant::now());
    let function = Function::with_routes(ROUTES, given, slow);
    let answer = function.send(&sending(&iam("AIDAANNA"), &json!({})));
    assert_eq!(answer["statusCode"], 503);
    assert!(start.elapsed() < given, "{:?}", start.elapsed());
}
