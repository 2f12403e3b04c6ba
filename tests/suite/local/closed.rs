//! Who does not know the project's secret gets nothing from its local AWS.
use serde_json::{Value, json};

use super::{Stop, api, guessed, local, root};
use crate::support::boto::Place;
use crate::support::project::Project;

/// One reading call of every service that the local AWS has.
const CALLS: [(&str, &str); 13] = [
    ("apigateway", "GetRestApis"),
    ("cloudwatch", "ListMetrics"),
    ("iam", "ListRoles"),
    ("kms", "ListKeys"),
    ("lambda", "ListFunctions"),
    ("logs", "DescribeLogGroups"),
    ("resourcegroupstaggingapi", "GetResources"),
    ("s3", "ListBuckets"),
    ("secretsmanager", "ListSecrets"),
    ("sns", "ListTopics"),
    ("sqs", "ListQueues"),
    ("ssm", "DescribeParameters"),
    ("sts", "GetCallerIdentity"),
];

#[track_caller]
fn http(place: &Place, params: Value) -> Value {
    place.call("http", "", params)
}

#[test]
fn a_wrong_secret_opens_nothing() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let place = root(&project);
    let url = api(&place);
    for (service, operation) in CALLS {
        place.call(service, operation, json!({}));
        for key in [
            place.credentials.access_key_id.as_str(),
            "test",
            "111122223333",
        ] {
            let mut guess = guessed(&place);
            guess.credentials.access_key_id = key.to_owned();
            let refused = guess.try_call(service, operation, json!({})).unwrap_err();
            assert!(refused.code.contains("Signature"), "{service}: {refused:?}");
        }
    }
    for (service, at) in [
        ("apigateway", format!("{}/restapis", place.endpoint)),
        ("lambda", format!("{}/2015-03-31/functions", place.endpoint)),
        ("sqs", format!("{}/?Action=ListQueues", place.endpoint)),
        ("execute-api", format!("{url}/signed")),
    ] {
        for presigned in [false, true] {
            let request = json!({
                "method": "GET", "url": at, "signed_for": service, "presigned": presigned,
            });
            assert_eq!(http(&place, request.clone())["status"], 200, "{request}");
            let refused = http(&guessed(&place), request);
            assert!(
                [400, 403].contains(&refused["status"].as_i64().unwrap()),
                "{refused}"
            );
        }
    }
    let unsigned = json!({"method": "GET", "url": format!("{url}/signed")});
    assert_eq!(http(&place, unsigned)["status"], 403);
    let open = json!({"method": "GET", "url": format!("{url}/open")});
    assert_eq!(http(&place, open)["status"], 200);
}

#[test]
fn nothing_but_the_health_report_answers_without_a_signature() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let place = root(&project);
    place.call("sqs", "CreateQueue", json!({"QueueName": "kept"}));
    let at = |path: &str| format!("{}{path}", place.endpoint);
    let form = json!({"content-type": "application/x-www-form-urlencoded"});
    for (method, path, headers, body) in [
        ("POST", "/", form.clone(), "Action=CreateQueue&QueueName=x"),
        (
            "POST",
            "/",
            json!({"authorization": "Bearer x"}),
            "Action=ListUsers",
        ),
        ("POST", "/2015-03-31/functions", json!({}), "{}"),
        ("OPTIONS", "/", json!({}), ""),
        ("GET", "/restapis", json!({}), ""),
        ("GET", "/bucket/key", json!({}), ""),
        ("POST", "/_ministack/reset", json!({}), ""),
        (
            "POST",
            "/_ministack/config",
            json!({}),
            r#"{"lambda_svc.LAMBDA_EXECUTOR":"x"}"#,
        ),
        ("GET", "/_ministack/sqs/messages", json!({}), ""),
        (
            "GET",
            "/_ministack/lambda-code/000000000000/us-east-1/f",
            json!({}),
            "",
        ),
        ("POST", "/_ministack/health", json!({}), ""),
    ] {
        let request = json!({"method": method, "url": at(path), "headers": headers, "body": body});
        let refused = http(&place, request.clone());
        assert_eq!(refused["status"], 403, "{request}: {refused}");
    }
    // Nor do the emulator's own endpoints with one: an IAM user's would be as good as root's.
    let reset = json!({
        "method": "POST", "url": at("/_ministack/reset"), "signed_for": "sts",
    });
    assert_eq!(http(&place, reset)["status"], 403);
    let health = json!({"method": "GET", "url": at("/_ministack/health")});
    assert_eq!(http(&place, health)["status"], 200);
    let queues = place.call("sqs", "ListQueues", json!({}));
    assert_eq!(queues["QueueUrls"].as_array().unwrap().len(), 1, "{queues}");
}

/// A name of a page that was bound anew to 127.0.0.1 (DNS rebinding), and pages of other origins.
#[test]
fn web_pages_reach_the_deployed_apis_alone() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let place = root(&project);
    place.call("sqs", "CreateQueue", json!({"QueueName": "kept"}));
    let open = format!("{}/open", api(&place));
    let list = format!("{}/?Action=ListQueues", place.endpoint);
    let status = |url: &str, headers: Value| {
        let signed = url.contains("Action").then_some("sqs");
        let request = json!({
            "method": "GET", "url": url, "headers": headers, "signed_for": signed,
        });
        let answer = http(&place, request);
        let told = answer["headers"].as_object().unwrap().keys();
        let readable = told
            .filter(|name| name.starts_with("access-control-"))
            .count();
        assert_eq!(readable, 0, "{answer}");
        answer["status"].as_i64().unwrap()
    };
    for host in ["127.0.0.1", "localhost:1", "[::1]:1", "LOCALHOST:65535"] {
        assert_eq!(status(&list, json!({"host": host})), 200, "{host}");
        assert_eq!(status(&open, json!({"host": host})), 200, "{host}");
    }
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:1",
        "10.0.0.1",
    ] {
        assert_eq!(status(&list, json!({"host": host})), 403, "{host}");
        assert_eq!(status(&open, json!({"host": host})), 403, "{host}");
    }
    for origin in ["http://evil.example", "null", place.endpoint.as_str()] {
        assert_eq!(status(&list, json!({"origin": origin})), 403, "{origin}");
        assert_eq!(status(&open, json!({"origin": origin})), 200, "{origin}");
    }
    // The API's own host leads to the API, and not to what the emulator answers by its path alone.
    let id = open.split('/').nth(4).unwrap();
    let own = json!({"host": format!("{id}.execute-api.localhost:1")});
    assert_eq!(
        status(&format!("{}/dev/open", place.endpoint), own.clone()),
        200
    );
    for path in ["_ministack/reset", "_ministack/health", "_localstack/x"] {
        let url = format!("{}/{path}", place.endpoint);
        let request = json!({"method": "POST", "url": url, "headers": own});
        assert_eq!(http(&place, request)["status"], 403, "{path}");
    }
    let queues = place.call("sqs", "ListQueues", json!({}));
    assert_eq!(queues["QueueUrls"].as_array().unwrap().len(), 1, "{queues}");
}

#[test]
fn neighbours_do_not_reach_each_other_and_the_secret_stays_where_it_is() {
    let (one, other) = (Project::walkthrough(), Project::walkthrough());
    let _stop = (Stop(&one), Stop(&other));
    let (mine, theirs) = (root(&one), root(&other));
    assert_ne!(mine.endpoint, theirs.endpoint);
    let there = theirs.acting_as(&mine.credentials);
    let refused = there.try_call("sts", "GetCallerIdentity", json!({}));
    assert_eq!(refused.unwrap_err().code, "SignatureDoesNotMatch");

    // `status` shows no secret: the recorder fails where it does.
    let status = local(&one, ["local", "status", "--json"]).ok().json();
    local(&one, ["local", "start", "-v"]).ok();
    let pid = status["pid"].as_u64().unwrap();
    let secret = mine.credentials.secret_access_key.as_bytes();
    for file in ["cmdline", "environ"] {
        let Ok(shown) = std::fs::read(format!("/proc/{pid}/{file}")) else {
            continue;
        };
        assert!(
            !shown.windows(secret.len()).any(|bytes| bytes == secret),
            "{file}"
        );
    }
}

/// A pinned emulator may open ports of its own, on all addresses, if it is not told otherwise.
#[cfg(target_os = "linux")]
#[test]
fn it_listens_on_loopback_alone() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let started = local(&project, ["local", "start", "--json"]).ok().json();
    let port = u16::try_from(started["port"].as_u64().unwrap()).unwrap();
    let pid = u32::try_from(started["pid"].as_u64().unwrap()).unwrap();
    let expected: std::net::SocketAddr = ([127, 0, 0, 1], port).into();
    assert_eq!(crate::support::listening::addresses(pid), [expected]);
}
