//! A route whose bodies have a schema, through the API Gateway of the local AWS.
use std::fs;

use serde_json::{Value, json};

use super::{Stop, local, root};
use crate::support::boto::Place;
use crate::support::project::Project;

const CONFIG: &str = r#"
[app]
name = "bodies"

[[route]]
method = "POST"
path = "/orders"
task = "tasks.order"
body = "schemas/order.json"
"#;

fn schema(least: u32) -> String {
    let amount = json!({"type": "integer", "minimum": least});
    let kwargs = json!({"required": ["amount"], "properties": {"amount": amount}});
    json!({"required": ["kwargs"], "properties": {"kwargs": kwargs}}).to_string()
}

/// What is answered to a body.
fn send(project: &Project, body: &Value) -> Value {
    let body = body.to_string();
    let args = [
        "invoke", "POST", "/orders", "--local", "--json", "-d", &body,
    ];
    local(project, args).run().json()
}

/// How many messages wait, and the last of them as a worker reads it.
fn queue(place: &Place, url: &str) -> (usize, Value) {
    let asked = json!({"QueueUrl": url, "VisibilityTimeout": 0, "MaxNumberOfMessages": 10});
    let received = place.call("sqs", "ReceiveMessage", asked);
    let messages = received["Messages"].as_array().cloned().unwrap_or_default();
    let last = messages.last().and_then(|message| message["Body"].as_str());
    (
        messages.len(),
        last.map_or(Value::Null, |text| serde_json::from_str(text).unwrap()),
    )
}

#[test]
fn a_body_that_does_not_fit_is_refused_before_anything_is_sent() {
    let project = Project::new(CONFIG);
    let _stop = Stop(&project);
    let place = root(&project);
    let missing = local(&project, ["deploy", "--local"]).prebuilt().exits(2);
    for part in [
        "`body`: schemas/order.json: no such file",
        "gatewayq.toml:9:8",
    ] {
        assert!(missing.says(part), "{missing}");
    }
    fs::create_dir(project.path("schemas")).unwrap();
    fs::write(project.path("schemas/order.json"), schema(1)).unwrap();
    let deployed = local(&project, ["deploy", "--local", "--json"])
        .prebuilt()
        .ok()
        .json();
    let url = deployed["queue_url"].as_str().unwrap();

    let (good, bad) = (
        json!({"kwargs": {"amount": 1}}),
        json!({"kwargs": {"amount": 0}}),
    );
    for (body, place_in_body) in [
        (bad.clone(), "/kwargs/amount"),
        (
            json!({"tasks": [good, bad, good]}),
            "/tasks/1/kwargs/amount",
        ),
    ] {
        let answer = send(&project, &body);
        let reason = format!("the body does not fit: `{place_in_body}` must be at least 1");
        let refused = json!({"message_status": "refused", "reason": reason});
        assert_eq!(answer, json!({"status": 400, "body": refused}));
    }
    assert_eq!(queue(&place, url).0, 0);
    assert_eq!(send(&project, &good)["status"], 202);
    let (count, message) = queue(&place, url);
    assert_eq!(
        (count, &message["headers"]["task"]),
        (1, &json!("tasks.order"))
    );
    assert_eq!(message["headers"]["kwargsrepr"], json!(r#"{"amount":1}"#));

    fs::write(project.path("schemas/order.json"), schema(0)).unwrap();
    let plan = local(&project, ["plan", "--local", "--check"])
        .prebuilt()
        .exits(3);
    assert!(plan.says("function bodies-dev"), "{plan}");
    let status = local(&project, ["status", "--local", "--check"]).exits(3);
    assert!(status.says("routes"), "{status}");
    local(&project, ["deploy", "--local"]).prebuilt().ok();
    assert_eq!(send(&project, &bad)["status"], 202);
    local(&project, ["plan", "--local", "--check"])
        .prebuilt()
        .ok();
}
