//! Pages of other origins at a deployed API, in a real browser: one that is allowed, and one that is not.
use serde_json::{Value, json};

use super::browser::visit;
use super::{Stop, local, root};
use crate::support::ports;
use crate::support::project::Project;

/// The allowed page is at a port of 127.0.0.1, the other at localhost; the API has a third port.
const CONFIG: &str = r#"
[app]
name = "pages"

[[route]]
method = "GET"
path = "/hello"
auth = "none"
api_key = false
reply = { hello = "world" }

[[route]]
method = "GET"
path = "/closed"
auth = "none"
api_key = false
cors = false
reply = { hello = "world" }

[[route]]
method = "POST"
path = "/keyed"
auth = "none"
task = "tasks.add"

[[route]]
method = "GET"
path = "/signed"
api_key = false
reply = { hello = "world" }

[api.cors]
origins = ["ORIGIN"]

[usage_plan]
rate = 0.01
burst = 3
"#;

/// What the page tries: its own answers, those that need a preflight, and API Gateway's errors.
fn attempts(api: &str, key: &str) -> Value {
    let at = |path: &str| format!("{api}{path}");
    let post = |key: &str, body: &str| {
        let headers = json!({"content-type": "application/json", "x-api-key": key});
        json!({"method": "POST", "headers": headers, "body": body})
    };
    let task = r#"{"args": [1, 2]}"#;
    json!([
        ["reply", at("/hello"), {}],
        ["task", at("/keyed"), post(key, task)],
        ["refusal", at("/keyed"), post(key, r#"{"args": 1}"#)],
        ["wrong key", at("/keyed"), post("wrong-key-of-twenty-characters", task)],
        ["unsigned", at("/signed"), {}],
        ["closed", at("/closed"), {}],
        ["closed, asked", at("/closed"), {"headers": {"x-api-key": key}}],
        ["header that is not allowed", at("/hello"), {"headers": {"x-other": "1"}}],
        ["method that has no route", at("/hello"), {"method": "DELETE"}],
        ["last of the burst", at("/keyed"), post(key, task)],
        ["too many", at("/keyed"), post(key, task)],
    ])
}

#[test]
fn a_page_reads_what_its_origin_is_allowed_and_errors_as_what_they_are() {
    let port = ports::free();
    let origin = format!("http://127.0.0.1:{port}");
    let project = Project::new(&CONFIG.replace("ORIGIN", &origin));
    let _stop = Stop(&project);
    let place = root(&project);
    let deployed = local(&project, ["deploy", "--local", "--json"]).prebuilt();
    let id = deployed.ok().json()["rest_api_id"].clone();
    let id = id.as_str().unwrap();
    let api = format!("{}/restapis/{id}/dev/_user_request_", place.endpoint);
    let keys = place.call("apigateway", "GetApiKeys", json!({"includeValues": true}));
    let key = keys["items"][0]["value"].as_str().unwrap();

    let refused = visit("localhost", ports::free(), &attempts(&api, key));
    assert!(refused.contains("all tried"), "{refused}");
    assert!(!refused.contains(": read"), "{refused}");

    let allowed = visit("127.0.0.1", port, &attempts(&api, key));
    for line in [
        "reply: read 200",
        "task: read 202",
        "refusal: read 400",
        "wrong key: read 403",
        "unsigned: read 403",
        "closed: stopped",
        "closed, asked: stopped",
        "header that is not allowed: stopped",
        "method that has no route: stopped",
        "last of the burst: read 202",
        "too many: read 429",
    ] {
        assert!(allowed.contains(line), "{line}: {allowed}");
    }

    let function = json!({"FunctionName": "pages-dev"});
    place.call("lambda", "DeleteFunction", function);
    let asked = json!({"method": "GET", "url": format!("{api}/hello")});
    let broken = place.call("http", "", asked);
    assert!(broken["status"].as_i64().unwrap() >= 500, "{broken}");
    let allowed = &broken["headers"]["access-control-allow-origin"];
    assert_eq!(*allowed, json!(origin), "{broken}");
}
