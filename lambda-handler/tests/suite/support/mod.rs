//! A request through the pure library, and readers for what comes out.

pub(crate) mod function;
pub(crate) mod http;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_handler::{Answer, ApiRequest, Context, Decision, Message, Routes, decide};
use serde_json::{Value, json};
use uuid::Uuid;

/// 2026-01-02T03:04:05Z in microseconds.
pub(crate) const NOW: i64 = 1_767_323_045_000_000;

pub(crate) const ROUTES: &str = r##"{"version": 1, "queue_visibility_timeout": 30,
  "cors": {"origins": ["https://shop.test"], "headers": [], "expose": [], "max_age": 60, "credentials": false},
  "routes": [
  {"method": "GET", "path": "/", "reply": {"hello": "world"}},
  {"method": "GET", "path": "/old", "reply": "moved", "status": 308,
     "headers": {"Location": "/", "Content-Type": "application/problem+json"}},
  {"method": "GET", "path": "/nothing", "reply": {}, "status": 204, "headers": {"vary": "accept"}},
  {"method": "POST", "path": "/created", "task": {"names": ["tasks.add"], "options": ["task_id"],
     "accepted": {"status": 201, "fields": {"queue": "fast", "at": 1.5}}}},
  {"method": "GET", "path": "/sendtosqs", "task": {"names": ["tasks.add"], "args": [2, 2], "kwargs": {}}},
  {"method": "POST", "path": "/add", "task": {"names": ["tasks.add"],
     "options": ["eta", "expires", "countdown", "task_id", "time_limit", "soft_time_limit"]}},
  {"method": "POST", "path": "/plain", "task": {"names": ["tasks.add"]}},
  {"method": "ANY", "path": "/ordered", "task": {"names": ["tasks.add"], "group": "body.customer.id"}},
  {"method": "POST", "path": "/checked", "task": {"names": ["tasks.add"], "group": "body.customer", "body": {
     "required": ["kwargs"],
     "properties": {"args": {"maxItems": 0}, "kwargs": {"$ref": "#/$defs/order"}, "customer": {"type": "string"}},
     "$defs": {"order": {"required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}}}}},
  {"method": "POST", "path": "/header", "task": {"names": ["tasks.add"], "group": "header.X-Customer"}},
  {"method": "POST", "path": "/path/{customer}", "task": {"names": ["tasks.add"], "group": "path.customer"}},
  {"method": "POST", "path": "/by-claim", "task": {"names": ["tasks.add"], "group": "auth.custom:tenant"}},
  {"method": "POST", "path": "/by-principal", "task": {"names": ["tasks.add"], "group": "auth.principalId"}},
  {"method": "POST", "path": "/tasks/{task}", "task": {"names": ["tasks.add", "tasks.mul"]}}
]}"##;

pub(crate) fn post(resource: &str, body: &str) -> ApiRequest {
    ApiRequest {
        http_method: "POST".to_owned(),
        resource: resource.to_owned(),
        body: Some(body.to_owned()),
        ..ApiRequest::default()
    }
}

pub(crate) fn run(request: &ApiRequest) -> Decision {
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: false,
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    decide(
        &Routes::parse(ROUTES).unwrap(),
        request.clone().into(),
        &context,
    )
}

pub(crate) fn message(request: &ApiRequest) -> Message {
    match run(request) {
        Decision::One(message) => message,
        other => panic!("no message: {other:?}"),
    }
}

pub(crate) fn answer(request: &ApiRequest) -> Answer {
    match run(request) {
        Decision::Answer(answer) => answer,
        other => panic!("no answer: {other:?}"),
    }
}

/// The status and the reason of a refusal.
pub(crate) fn refusal(request: &ApiRequest) -> (u16, String) {
    let answer = answer(request);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["message_status"], json!("refused"));
    (answer.status, body["reason"].as_str().unwrap().to_owned())
}

pub(crate) fn envelope(message: &Message) -> Value {
    serde_json::from_str(&message.body).unwrap()
}

/// The text of `[args, kwargs, embed]`.
pub(crate) fn inner(message: &Message) -> String {
    let body = envelope(message)["body"].as_str().unwrap().to_owned();
    String::from_utf8(STANDARD.decode(body).unwrap()).unwrap()
}
