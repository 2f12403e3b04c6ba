//! The judge itself: its models cover what the program calls, take what is valid, and catch what is not.
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde_json::{Value, json};

use super::mutations::{mutations, wire_mutations};
use crate::convergence::scenario::{CHANGED, FIRST, Scenario};
use crate::support::ministack::Ministack;
use crate::support::models::{self, Input, shape};
use crate::support::proxy::Proxy;
use crate::support::{python, workspace};

/// From the botocore that the tests' own environment pins.
#[test]
fn the_pinned_models_are_what_their_script_makes() {
    let script = workspace().join("tests/suite/models/make.py");
    let mut check = python::main().command([script.as_os_str(), "--check".as_ref()]);
    let output = check.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_pattern_of_the_models_can_be_matched() {
    let shapes = models::all()
        .values()
        .flat_map(|model| model.json["shapes"].as_object().unwrap().values());
    for pattern in shapes.filter_map(|shape| shape["pattern"].as_str()) {
        shape::matches(pattern, "");
    }
}

/// A call in the source is `.create_queue()`, of a service without an SDK `"DescribeTable"`; a name that no service has
/// is something else's.
#[test]
fn every_operation_that_the_program_calls_is_in_the_models() {
    let mut text = String::new();
    for folder in ["src", "lambda-handler/src"] {
        sources(&workspace().join(folder), &mut text);
    }
    let mut missing = BTreeSet::new();
    let mut found = 0;
    for model in models::all().values() {
        for name in model.json["names"][0].as_str().unwrap().split(' ') {
            let call = match model.service {
                "dynamodb" | "monitoring" => format!("\"{name}\""),
                _ => format!(".{}()", snake_case(name)),
            };
            let called = text.contains(&call);
            // A name that two services share counts for the one that has it in its closure.
            let known = |model: &models::Model| model.json["operations"][name].is_object();
            if called && !models::all().values().any(known) {
                missing.insert(format!("{}:{name}", model.service));
            }
            found += usize::from(called);
        }
    }
    assert!(found > 40, "{found} calls seen");
    assert!(missing.is_empty(), "add to make.py: {missing:?}");
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            // Calls are wrapped over lines.
            let source = fs::read_to_string(&path).unwrap();
            text.extend(source.split_whitespace());
        }
    }
}

/// `CreateRestApi` as the SDK's method: `create_rest_api`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Whatever deploys and a delete send is valid, and anything else in its place is seen.
#[test]
fn what_a_stage_sends_is_valid_and_every_mutation_of_it_is_caught() {
    let scenario = Scenario::new();
    scenario.deploy().ok();
    scenario.project.configure(CHANGED);
    scenario.deploy().ok();
    scenario.project.configure(FIRST);
    scenario.deploy().ok();
    scenario.delete().ok();
    assert_eq!(scenario.proxy.invalid(), [""; 0]);
    let (mut seen, mut tried, mut missed) = (BTreeSet::new(), 0, vec![]);
    for request in scenario.proxy.requests() {
        let service = request.about.service.as_str();
        let input = models::read(service, &request.parts, &request.body).unwrap();
        // One of each kind is enough: the same members of the same operation.
        if !seen.insert((input.operation.clone(), names(&input.members))) {
            continue;
        }
        for (what, mutated) in mutations(&input) {
            tried += 1;
            if models::check(&mutated).is_empty() {
                missed.push(format!("{}: {what}", input.operation));
            }
        }
        for (what, parts, body) in wire_mutations(&request) {
            tried += 1;
            if models::judge(service, &parts, &body).is_empty() {
                missed.push(format!("{}: {what}", input.operation));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {tried}: {missed:#?}",
        missed.len()
    );
    assert!(tried > 500, "{tried} mutations of {} requests", seen.len());
}

/// The judge sits in the proxy: who sends such a request fails at the proxy's end at the latest.
#[test]
fn an_invalid_request_fails_the_test_that_sent_it() {
    let proxy = Proxy::start(&Ministack::start());
    let scope = "111122223333/20260101/eu-west-1/apigateway/aws4_request";
    let signed = format!(
        "authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n"
    );
    super::http_get(
        &format!("{}/restapis?limit=many&size=1", proxy.endpoint()),
        &signed,
    );
    let told = [
        "apigateway:GetRestApis: /limit: \"many\" is no integer",
        "apigateway:GetRestApis: /size (querystring): no such member",
    ];
    assert_eq!(proxy.invalid(), told);
    let end = catch_unwind(AssertUnwindSafe(|| drop(proxy)));
    assert!(end.is_err());
}

fn names(value: &Value) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, _)| name.clone()).collect()
}

/// What no model says, each broken in turn.
#[test]
fn rules_of_the_manuals_are_kept_too() {
    let policy =
        |size: usize| json!({"Version": "2012-10-17", "Statement": [], "Id": "x".repeat(size)});
    let tags = |count: usize| (0..count).map(|n| (format!("k{n}"), json!("v"))).collect();
    let map = |pairs: Value| json!({"resource_arn": "arn:aws:x", "tags": pairs});
    let role = |tags: Value| json!({"RoleName": "r", "Tags": tags});
    let queue = |name: &str, value: &str| json!({"QueueName": "q.fifo", "Attributes": {"FifoQueue": "true", name: value}});
    let patch = |op: &str, path: &str, value: Value| json!({"restapi_id": "a", "stage_name": "dev", "patchOperations": [{"op": op, "path": path, "value": value}]});
    let variable = json!({"AB": "x".repeat(5000)});
    let document = |size: usize| json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": policy(size).to_string()});
    for (service, operation, good, bad) in [
        ("iam", "PutRolePolicy", document(10_000), document(10_300)),
        (
            "apigateway",
            "TagResource",
            map(Value::Object(tags(50))),
            map(Value::Object(tags(51))),
        ),
        (
            "apigateway",
            "TagResource",
            map(json!({"a:b": "c"})),
            map(json!({"aws:b": "c"})),
        ),
        (
            "apigateway",
            "TagResource",
            map(json!({"ä": "ö"})),
            map(json!({"a": "b*"})),
        ),
        (
            "iam",
            "TagRole",
            role(json!([{"Key": "a", "Value": ""}, {"Key": "b", "Value": ""}])),
            role(json!([{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}])),
        ),
        (
            "sqs",
            "CreateQueue",
            queue("VisibilityTimeout", "43200"),
            queue("VisibilityTimeout", "43201"),
        ),
        (
            "sqs",
            "CreateQueue",
            queue("DelaySeconds", "0"),
            queue("Delay", "0"),
        ),
        (
            "apigateway",
            "UpdateStage",
            patch("replace", "/*/*/logging/loglevel", json!("INFO")),
            patch("replace", "/*/*/logging/logLevel", json!("INFO")),
        ),
        (
            "apigateway",
            "UpdateStage",
            patch("replace", "/~1a~1b/GET/throttling/rateLimit", json!("1.5")),
            patch("add", "/~1a~1b/GET/throttling/rateLimit", json!("1.5")),
        ),
        (
            "lambda",
            "UpdateFunctionConfiguration",
            json!({"FunctionName": "f", "Environment": {"Variables": {"AB": "b"}}}),
            json!({"FunctionName": "f", "Environment": {"Variables": variable}}),
        ),
        (
            "logs",
            "PutRetentionPolicy",
            json!({"logGroupName": "g", "retentionInDays": 14}),
            json!({"logGroupName": "g", "retentionInDays": 15}),
        ),
    ] {
        let input = |members: Value| Input {
            service,
            operation: operation.to_owned(),
            members,
        };
        assert_eq!(models::check(&input(good)), [""; 0], "{operation}");
        assert!(!models::check(&input(bad.clone())).is_empty(), "{bad}");
    }
}
