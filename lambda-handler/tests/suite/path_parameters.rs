//! Path parameters come percent-encoded as the client wrote them: the events here are API
//! Gateway's, not an emulator's.

use crate::support::NOW;
use lambda_handler::{
    Answer, ApiEvent, ApiRequest, Context, Decision, Message, Routes, decide_with,
};
use serde_json::{Value, json};
use uuid::Uuid;

const ROUTES: &str = r#"{"version": 1, "queue_visibility_timeout": 30, "routes": [
  {"method": "POST", "path": "/path/{customer}", "task": {"names": ["tasks.add"], "group": "path.customer"}},
  {"method": "POST", "path": "/body", "task": {"names": ["tasks.add"], "group": "body.customer"}},
  {"method": "POST", "path": "/files/{rest+}", "task": {"names": ["tasks.add"], "group": "path.rest"}},
  {"method": "POST", "path": "/tasks/{task}", "task": {"names": ["tasks.add", "tasks.mul"]}}
]}"#;

/// A REST API's proxy event (payload format 1.0), as far as a request makes a difference in it.
fn event(resource: &str, path: &str, parameters: &Value, body: &Value) -> ApiEvent {
    let event = json!({
        "resource": resource, "path": path, "httpMethod": "POST",
        "headers": {"Host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com", "idempotency-key": "k"},
        "multiValueHeaders": {}, "queryStringParameters": null,
        "multiValueQueryStringParameters": null, "pathParameters": parameters,
        "stageVariables": null, "body": body.to_string(), "isBase64Encoded": false,
        "requestContext": {
            "resourceId": "abc123", "resourcePath": resource, "httpMethod": "POST", "stage": "dev",
            "path": format!("/dev{path}"), "requestId": "r", "apiId": "a1b2c3d4e5",
            "identity": {"accountId": null, "caller": null, "sourceIp": "192.0.2.1"},
        },
    });
    serde_json::from_value(event).unwrap()
}

fn run(event: ApiEvent, custom: impl Fn(&ApiRequest) -> Option<Decision>) -> Decision {
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: false,
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    let custom = |request: &ApiRequest, _: &Context<'_>| custom(request);
    decide_with(custom, &Routes::parse(ROUTES).unwrap(), event, &context)
}

fn message(event: ApiEvent) -> Message {
    match run(event, |_| None) {
        Decision::One(message) => message,
        other => panic!("no message: {other:?}"),
    }
}

fn by_path(customer: &str) -> Message {
    let parameters = json!({ "customer": customer });
    message(event(
        "/path/{customer}",
        &format!("/path/{customer}"),
        &parameters,
        &json!({}),
    ))
}

fn by_body(customer: &str) -> Message {
    message(event(
        "/body",
        "/body",
        &Value::Null,
        &json!({ "customer": customer }),
    ))
}

/// Values, each with the ways that clients write it in a path.
const WRITTEN: [(&str, &[&str]); 9] = [
    ("acme", &["acme", "%61cme", "ac%6De", "ac%6de"]),
    (
        "test+alias@gmail.com",
        &[
            "test+alias@gmail.com",
            "test%2Balias@gmail.com",
            "test%2balias%40gmail.com",
        ],
    ),
    ("a/b", &["a%2Fb", "a%2fb"]),
    ("a b", &["a%20b"]),
    ("100%", &["100%25", "100%"]),
    ("%2F", &["%252F", "%25%32%46"]),
    ("%zz", &["%zz", "%25zz"]),
    (
        "Müller & Söhne",
        &[
            "M%C3%BCller%20%26%20S%C3%B6hne",
            "M%c3%bcller%20%26%20S%c3%b6hne",
            "Müller%20&%20Söhne",
        ],
    ),
    ("\u{1f427}", &["%F0%9F%90%A7", "%f0%9f%90%a7"]),
];

#[test]
fn a_value_is_one_group_however_it_is_written() {
    for (value, written) in WRITTEN {
        let wanted = by_body(value);
        for path in written {
            let found = by_path(path);
            assert_eq!(found.group_id, wanted.group_id, "{path} for {value}");
            let rest = json!({ "rest": path });
            let greedy = message(event(
                "/files/{rest+}",
                &format!("/files/{path}"),
                &rest,
                &json!({}),
            ));
            assert_eq!(greedy.group_id, wanted.group_id, "{path} for {value}");
        }
    }
}

#[test]
fn a_value_is_one_idempotency_scope_however_it_is_written() {
    let mut ids = std::collections::HashSet::new();
    for (value, written) in WRITTEN {
        let id = by_path(written[0]).task_id;
        for path in written {
            assert_eq!(by_path(path).task_id, id, "{path} for {value}");
        }
        assert!(ids.insert(id), "{value} shares its ids with another value");
    }
}

#[test]
fn a_task_is_found_however_its_name_is_written() {
    let send = |name: &str| {
        let parameters = json!({ "task": name });
        run(
            event(
                "/tasks/{task}",
                &format!("/tasks/{name}"),
                &parameters,
                &json!({}),
            ),
            |_| None,
        )
    };
    let ids =
        ["tasks.mul", "tasks%2Emul", "tasks%2emul", "%74asks.mul"].map(|name| match send(name) {
            Decision::One(message) => {
                assert_eq!(
                    crate::support::envelope(&message)["headers"]["task"],
                    "tasks.mul"
                );
                message.task_id
            }
            other => panic!("{name}: {other:?}"),
        });
    assert!(
        ids.iter().all(|id| *id == ids[0]),
        "one task, one idempotency scope"
    );
    for name in ["tasks%252Emul", "tasks%2", "tasks%2Fmul", "tasks+mul"] {
        let Decision::Answer(answer) = send(name) else {
            panic!("{name} was sent")
        };
        assert_eq!(answer.status, 404, "{name}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for value in ["M%FCller", "%C3", "%ED%A0%80", "%80"] {
        let parameters = json!({ "customer": value });
        let sent = event(
            "/path/{customer}",
            &format!("/path/{value}"),
            &parameters,
            &json!({}),
        );
        let asked = |_: &ApiRequest| panic!("custom code reads text only");
        let Decision::Answer(answer) = run(sent, asked) else {
            panic!("{value} was sent")
        };
        assert_eq!(answer.status, 400);
        assert!(
            answer.body.contains("`customer` is not UTF-8"),
            "{}",
            answer.body
        );
    }
}

#[test]
fn custom_code_reads_decoded_values() {
    let parameters = json!({ "customer": "M%C3%BCller%2FS%252F+" });
    let sent = event(
        "/path/{customer}",
        "/path/M%C3%BCller%2FS%252F+",
        &parameters,
        &json!({}),
    );
    let custom = |request: &ApiRequest| {
        let customer = &request.path_parameters["customer"];
        Some(Decision::Answer(Answer::json(200, &json!(customer))))
    };
    let Decision::Answer(answer) = run(sent, custom) else {
        panic!("no answer")
    };
    assert_eq!(answer.body, r#""Müller/S%2F+""#);
}
