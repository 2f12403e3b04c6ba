//! Ordering keys, idempotency keys, and several tasks in one request.

use crate::support::{envelope, message, post, refusal, run};
use lambda_handler::fifo::IDEMPOTENCY_KEY;
use lambda_handler::{ApiRequest, Decision, Message};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

#[test]
fn the_ordering_key_becomes_the_group() {
    let group = |body: &str| message(&post("/ordered", body)).group_id;
    assert_eq!(group(r#"{"customer": {"id": "acme"}}"#), "acme");
    assert_eq!(
        group(r#"{"customer": {"id": 18446744073709551617}}"#),
        "18446744073709551617"
    );
    let derived = group(r#"{"customer": {"id": "Müller & Co"}}"#);
    assert!(derived.starts_with("key-") && derived.is_ascii());
    assert_eq!(derived, group(r#"{"customer":{"id":"M\u00fcller & Co"}}"#));
    for body in [
        r"{}",
        r#"{"customer": 1}"#,
        r#"{"customer": {"id": ""}}"#,
        r#"{"customer": {"id": null}}"#,
    ] {
        assert_eq!(refusal(&post("/ordered", body)).0, 400, "{body}");
    }
    let sent = message(&post("/ordered", r#"{"customer": {"id": "acme"}}"#));
    assert_eq!(envelope(&sent)["properties"]["MessageGroupId"], "acme");
    assert_eq!(sent.deduplication_id, sent.task_id);
}

#[test]
fn the_ordering_key_can_be_a_header_or_in_the_path() {
    let mut request = post("/header", "{}");
    assert_eq!(refusal(&request).0, 400);
    request
        .headers
        .insert("x-customer".to_owned(), "c1".to_owned());
    assert_eq!(message(&request).group_id, "c1");
    let mut request = post("/path/{customer}", "{}");
    request
        .path_parameters
        .insert("customer".to_owned(), "c2".to_owned());
    assert_eq!(message(&request).group_id, "c2");
}

/// The request as API Gateway hands it on after an authorizer said this of its caller.
fn authorized(mut request: ApiRequest, authorizer: Value) -> ApiRequest {
    request.request_context.authorizer = serde_json::from_value(authorizer).unwrap();
    request
}

#[test]
fn the_ordering_key_can_be_what_an_authorizer_found_out() {
    let claims = |claims: Value| authorized(post("/by-claim", "{}"), json!({"claims": claims}));
    let sent = message(&claims(json!({"sub": "u1", "custom:tenant": "acme"})));
    assert_eq!(sent.group_id, "acme");
    for context in [
        json!({"claims": {"sub": "u1"}}),
        json!({"claims": {"custom:tenant": ""}}),
        json!({"claims": {"custom:tenant": ["acme"]}}),
        json!({"custom:tenant": null}),
        json!({}),
    ] {
        let (status, reason) = refusal(&authorized(post("/by-claim", "{}"), context));
        assert_eq!(status, 400);
        assert!(
            reason.contains("the ordering key `auth.custom:tenant`"),
            "{reason}"
        );
    }
    // Whoever calls cannot say it himself.
    let mut pretender = post("/by-claim", r#"{"custom:tenant": "acme"}"#);
    assert_eq!(refusal(&pretender).0, 400);
    pretender = post("/by-claim", "{}");
    let header = ("custom:tenant".to_owned(), "acme".to_owned());
    pretender.headers.extend([header]);
    assert_eq!(refusal(&pretender).0, 400);

    let context = json!({"principalId": "p1", "level": 3, "integrationLatency": 12});
    let request = authorized(post("/by-principal", "{}"), context);
    assert_eq!(message(&request).group_id, "p1");
    let value = |name| request.request_context.authorizer.value(name);
    assert_eq!(value("level").as_deref(), Some("3"));
    assert_eq!(value("claims"), None);
}

/// Two users with the same key are two requests, whoever judged them; one user's retry is one.
#[test]
fn an_idempotency_key_counts_for_one_principal() {
    let id = |authorizer: Value| {
        message(&authorized(with_key("/plain", "k1", "{}"), authorizer)).task_id
    };
    let users = [
        json!({"claims": {"sub": "u1", "client_id": "app"}}),
        json!({"claims": {"sub": "u2", "client_id": "app"}}),
        json!({"claims": {"client_id": "app"}}),
        json!({"principalId": "u3"}),
        json!({"principalId": "u4"}),
        json!({}),
    ];
    let ids: BTreeSet<String> = users.iter().cloned().map(id).collect();
    assert_eq!(ids.len(), users.len());
    // What changes with each token has no part in it.
    let later = json!({"claims": {"sub": "u1", "client_id": "app", "jti": "2", "exp": "9"}});
    assert_eq!(id(users[0].clone()), id(later));
    let later = json!({"principalId": "u3", "integrationLatency": 7});
    assert_eq!(id(users[3].clone()), id(later));
}

/// Ids of a stage without authorizers are as ever: a retry may come after a deploy.
#[test]
fn an_id_of_a_signed_request_is_for_ever() {
    let mut request = with_key("/plain", "k1", "{}");
    request.request_context.identity.api_key_id = Some("key".to_owned());
    request.request_context.identity.caller = Some("AIDA:session".to_owned());
    let id = message(&request).task_id;
    assert_eq!(id, "5f40b6ee-17d7-5e0e-a2ce-3f6359aa26a5");
}

/// Users of one identity pool have one role, and federated users one account: each of them is a caller.
#[test]
fn an_idempotency_key_counts_for_one_signed_caller() {
    let id = |identity: Value| {
        let mut request = with_key("/plain", "k1", "{}");
        request.request_context.identity = serde_json::from_value(identity).unwrap();
        message(&request).task_id
    };
    let pool = |user: &str| {
        let caller = "AROAPOOL:CognitoIdentityCredentials";
        json!({"caller": caller, "cognitoIdentityId": user})
    };
    let callers = [
        pool("eu-west-1:1"),
        pool("eu-west-1:2"),
        json!({"caller": "111122223333:anna"}),
        json!({"caller": "111122223333:bert"}),
        json!({"caller": "111122223333"}),
        json!({"caller": "AROAROLE:session"}),
        json!({"caller": "AROAPOOL:CognitoIdentityCredentials", "cognitoIdentityId": null}),
    ];
    let ids: BTreeSet<String> = callers.iter().cloned().map(id).collect();
    assert_eq!(ids.len(), callers.len());
    let later = json!({"caller": "AROAROLE:another", "cognitoIdentityId": ""});
    assert_eq!(id(json!({"caller": "AROAROLE:session"})), id(later));
}

fn with_key(resource: &str, key: &str, body: &str) -> ApiRequest {
    let mut request = post(resource, body);
    request
        .headers
        .insert("idempotency-key".to_owned(), key.to_owned());
    request
}

#[test]
fn an_idempotency_key_fixes_the_ids() {
    let first = message(&with_key("/plain", "k1", r#"{"args": [1]}"#));
    let again = message(&with_key("/plain", "k1", r#"{"args": [1]}"#));
    let other_body = message(&with_key("/plain", "k1", r#"{"args": [2]}"#));
    let ids = |sent: &lambda_handler::Message| {
        (
            sent.task_id.clone(),
            sent.group_id.clone(),
            sent.deduplication_id.clone(),
        )
    };
    assert_eq!(ids(&first), ids(&again));
    assert_eq!(ids(&first), ids(&other_body));
    assert_eq!(first.group_id, first.task_id);
    assert_eq!(
        Uuid::parse_str(&first.task_id).unwrap().get_version_num(),
        5
    );
    assert_ne!(ids(&first), ids(&message(&with_key("/plain", "k2", "{}"))));
    assert_ne!(ids(&first), ids(&message(&with_key("/add", "k1", "{}"))));
    let mut stranger = with_key("/plain", "k1", r#"{"args": [1]}"#);
    stranger.request_context.identity.api_key_id = Some("another".to_owned());
    assert_ne!(ids(&first), ids(&message(&stranger)));
    assert_eq!(refusal(&with_key("/plain", "", "{}")).0, 400);
    assert_eq!(refusal(&with_key("/plain", &"k".repeat(256), "{}")).0, 400);
}

/// Of two callers, routes or tasks that choose one id none counts for the other's repeat, and none is in its group.
#[test]
fn a_task_id_of_the_callers_own_counts_for_one_caller_route_and_task() {
    let own = r#"{"task_id": "order-7"}"#;
    let of_key = |resource: &str, key: &str, body: &str| {
        let mut request = post(resource, body);
        request.request_context.identity.api_key_id = Some(key.to_owned());
        request
    };
    let first = message(&of_key("/add", "k1", own));
    assert_eq!(first.task_id, "order-7");
    assert_eq!(envelope(&first)["headers"]["id"], "order-7");
    let again = message(&of_key(
        "/add",
        "k1",
        r#"{"task_id": "order-7", "args": [1]}"#,
    ));
    let ids = |message: &Message| (message.group_id.clone(), message.deduplication_id.clone());
    assert_eq!(ids(&again), ids(&first));
    assert_eq!(first.group_id, first.deduplication_id);

    let mut with_key = of_key("/add", "k1", "{}");
    let header = (IDEMPOTENCY_KEY.to_owned(), "order-7".to_owned());
    with_key.headers.extend([header]);
    let others = [
        of_key("/add", "k2", own),
        of_key("/created", "k1", own),
        authorized(of_key("/add", "k1", own), json!({"principalId": "anna"})),
        with_key,
    ];
    let mut seen = BTreeSet::from([first.deduplication_id, "order-7".to_owned()]);
    for other in &others {
        let (group, once) = ids(&message(other));
        assert!(seen.insert(once), "{other:?}");
        assert!(seen.contains(&group), "{group}");
    }
}

#[test]
fn an_ordering_key_keeps_its_group_under_an_idempotency_key() {
    let send = |group: &str| {
        message(&with_key(
            "/ordered",
            "k",
            &format!(r#"{{"customer": {{"id": "{group}"}}}}"#),
        ))
    };
    assert_eq!(
        (send("a").group_id.as_str(), send("a").task_id),
        ("a", send("a").task_id)
    );
    // SQS deduplicates within a group: another group is another task.
    assert_ne!(send("a").task_id, send("b").task_id);
}

#[test]
fn several_tasks_get_a_result_each() {
    let body = r#"{"tasks": [{"args": [1]}, {"kwargs": []}, 7, {"args": [2]}, {"task_id": "x"}]}"#;
    let Decision::Many(entries) = run(&with_key("/add", "k", body)) else {
        panic!("not several")
    };
    let is_sent: Vec<_> = entries.iter().map(Result::is_ok).collect();
    assert_eq!(is_sent, [true, false, false, true, true]);
    assert_ne!(
        entries[0].as_ref().unwrap().task_id,
        entries[3].as_ref().unwrap().task_id
    );
}

#[test]
fn requests_of_several_tasks_are_checked_as_a_whole() {
    for (body, status) in [
        (r#"{"tasks": []}"#.to_owned(), 400),
        (r#"{"tasks": {}}"#.to_owned(), 400),
        (r#"{"tasks": [{}], "args": [1]}"#.to_owned(), 400),
        (format!(r#"{{"tasks": [{{}}{}]}}"#, ",{}".repeat(1000)), 413),
    ] {
        assert_eq!(refusal(&post("/add", &body)).0, status, "{body:.50}");
    }
    let twice = r#"{"tasks": [{"task_id": "x"}, {"task_id": "x"}]}"#;
    let Decision::Many(entries) = run(&post("/add", twice)) else {
        panic!("not several")
    };
    assert!(entries[0].is_ok() && entries[1].is_err());
    let shared = r#"{"tasks": [{}, {"customer": {"id": "b"}}], "customer": {"id": "a"}}"#;
    let Decision::Many(entries) = run(&post("/ordered", shared)) else {
        panic!("not several")
    };
    let groups: Vec<_> = entries
        .iter()
        .map(|entry| entry.as_ref().unwrap().group_id.as_str())
        .collect();
    assert_eq!(groups, ["a", "b"]);
}
