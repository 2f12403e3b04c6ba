//! What a request becomes, rule by rule.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use lambda_handler::{ApiRequest, Decision, Routes};
use serde_json::{Value, json};
use support::{answer, envelope, inner, message, post, refusal, run};
use uuid::Uuid;

const EMBED: &str = r#"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#;

fn get(resource: &str) -> ApiRequest {
    ApiRequest {
        http_method: "GET".to_owned(),
        resource: resource.to_owned(),
        ..ApiRequest::default()
    }
}

#[test]
fn the_walkthroughs_two_routes() {
    let reply = answer(&get("/"));
    assert_eq!(
        (reply.status, reply.body.as_str()),
        (200, r#"{"hello":"world"}"#)
    );
    let sent = message(&get("/sendtosqs"));
    assert_eq!(inner(&sent), format!("[[2, 2], {{}}, {EMBED}]"));
    let id = &sent.task_id;
    assert_eq!(Uuid::parse_str(id).unwrap().get_version_num(), 4);
    assert_eq!((&sent.group_id, &sent.deduplication_id), (id, id));
    assert_eq!(
        envelope(&sent)["properties"]["delivery_info"]["routing_key"],
        "q.fifo"
    );
}

#[test]
fn a_route_that_is_not_there_is_404() {
    assert_eq!(refusal(&get("/add")).0, 404);
    assert_eq!(refusal(&ApiRequest::default()).0, 404);
}

#[test]
fn the_event_of_api_gateway_is_read() {
    let event = json!({
        "resource": "/add", "httpMethod": "POST", "headers": null, "pathParameters": null,
        "body": "eyJhcmdzIjpbMV19", "isBase64Encoded": true, "queryStringParameters": null,
        "requestContext": {"requestId": "r", "identity": {"apiKeyId": null, "caller": "A:s"}},
    });
    let request: ApiRequest = serde_json::from_value(event).unwrap();
    assert!(inner(&message(&request)).starts_with("[[1], {}, "));
    assert_eq!(request.request_context.identity.stable(), ("", "A"));
}

#[test]
fn the_callers_number_text_stays() {
    let args = "[18446744073709551617, 0.10, 1E400, -0.0]";
    let body = format!(r#"{{"args": {args}, "kwargs": {{"a": 1e-7}}}}"#);
    assert_eq!(
        inner(&message(&post("/plain", &body))),
        format!(r#"[{args}, {{"a": 1e-7}}, {EMBED}]"#)
    );
}

#[test]
fn what_no_worker_can_run_is_refused() {
    let deep = format!(r#"{{"args": {}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let digits = format!(r#"{{"args": [{}]}}"#, "7".repeat(4301));
    let cases = [
        ("no json", "not a JSON object"),
        ("[1]", "not a JSON object"),
        (r#"{"args": {}}"#, "`args` must be an array"),
        (r#"{"args": null}"#, "`args` must be an array"),
        (r#"{"kwargs": []}"#, "`kwargs` must be an object"),
        (r#"{"kwargs": null}"#, "`kwargs` must be an object"),
        (
            r#"{"kwargs": {"a": {"__type__": 1, "__value__": 2}}}"#,
            "__type__",
        ),
        (r#"{"kwargs": {"__type__": 1, "__value__": 2}}"#, "__type__"),
        (r#"{"kwargs": {"\u0073elf": 1}}"#, "the name `self`"),
        (deep.as_str(), "nested"),
        (digits.as_str(), "digits"),
        (r#"{"arguments": [1]}"#, "unknown key `arguments`"),
        (
            r#"{"eta": "2026-01-02T03:04:06Z"}"#,
            "does not allow the option `eta`",
        ),
    ];
    for (body, reason) in cases {
        let (status, found) = refusal(&post("/plain", body));
        assert!(
            status == 400 && found.contains(reason),
            "{body:.60}: {status} {found}"
        );
    }
}

#[test]
fn a_message_beyond_the_queues_limit_is_413() {
    let body = format!(r#"{{"args": ["{}"]}}"#, "x".repeat(800_000));
    assert_eq!(refusal(&post("/plain", &body)).0, 413);
    let body = format!(r#"{{"args": ["{}"]}}"#, "x".repeat(780_000));
    assert!(message(&post("/plain", &body)).body.len() <= 1_048_576);
}

#[test]
fn options_reach_the_headers() {
    let body = json!({
        "args": [1], "eta": "2026-01-02T05:04:15.5+02:00", "expires": "2026-01-02T03:05:00Z",
        "task_id": "order-7", "time_limit": 20, "soft_time_limit": 10,
    });
    let sent = message(&post("/add", &body.to_string()));
    let headers = &envelope(&sent)["headers"];
    assert_eq!(headers["eta"], "2026-01-02T03:04:15.500000+00:00");
    assert_eq!(headers["expires"], "2026-01-02T03:05:00+00:00");
    assert_eq!(headers["timelimit"], json!([20, 10]));
    assert_eq!(headers["id"], "order-7");
    assert_eq!(
        (sent.group_id.as_str(), sent.deduplication_id.as_str()),
        ("order-7", "order-7")
    );
    let sent = message(&post("/add", r#"{"countdown": 1.5, "eta": null}"#));
    assert_eq!(
        envelope(&sent)["headers"]["eta"],
        "2026-01-02T03:04:06.500000+00:00"
    );
}

#[test]
fn options_that_a_worker_would_drop_the_task_for_are_refused() {
    for (body, reason) in [
        (json!({"eta": 17}), "`eta` must be RFC 3339"),
        (json!({"eta": "soon"}), "`eta` must be RFC 3339"),
        (
            json!({"eta": "2026-01-02T03:04:06"}),
            "`eta` must be RFC 3339",
        ),
        (json!({"eta": "2026-01-02T03:04:33Z"}), "27 seconds"),
        (json!({"countdown": 28}), "27 seconds"),
        (json!({"countdown": 1e300}), "27 seconds"),
        (json!({"countdown": -1}), "`countdown` must be"),
        (json!({"countdown": "1"}), "`countdown` must be"),
        (
            json!({"countdown": 1, "eta": "2026-01-02T03:04:06Z"}),
            "exclude each other",
        ),
        (json!({"expires": 60}), "`expires` must be RFC 3339"),
        (json!({"expires": "2026-01-02T03:04:05Z"}), "over before"),
        (
            json!({"expires": "2026-01-02T03:04:10Z", "countdown": 5}),
            "over before",
        ),
        (
            json!({"expires": "+10000-01-01T00:00:00Z"}),
            "`expires` must be",
        ),
        (json!({"task_id": ""}), "`task_id` must be"),
        (json!({"task_id": "a b"}), "`task_id` must be"),
        (json!({"task_id": "x".repeat(129)}), "`task_id` must be"),
        (json!({"time_limit": 0}), "`time_limit` must be"),
        (json!({"time_limit": 1.5}), "`time_limit` must be"),
        (json!({"time_limit": 43_201}), "`time_limit` must be"),
        (json!({"soft_time_limit": "9"}), "`soft_time_limit` must be"),
        (json!({"time_limit": 5, "soft_time_limit": 5}), "less than"),
    ] {
        let (status, found) = refusal(&post("/add", &body.to_string()));
        assert!(
            status == 400 && found.contains(reason),
            "{body}: {status} {found}"
        );
    }
}

#[test]
fn the_task_in_the_path_must_be_one_of_the_routes() {
    let mut request = post("/tasks/{task}", r#"{"args": [3, 4]}"#);
    request
        .path_parameters
        .insert("task".to_owned(), "tasks.mul".to_owned());
    assert_eq!(envelope(&message(&request))["headers"]["task"], "tasks.mul");
    request
        .path_parameters
        .insert("task".to_owned(), "tasks.secret".to_owned());
    assert_eq!(refusal(&request).0, 404);
}

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

#[test]
fn unusable_routes_are_refused_with_the_reason() {
    let task = |task: Value| {
        json!({"version": 1, "queue_visibility_timeout": 30,
               "routes": [{"method": "POST", "path": "/a/{b}", "task": task}]})
    };
    for (routes, reason) in [
        (
            json!({"version": 2, "queue_visibility_timeout": 30, "routes": []}),
            "version 2",
        ),
        (
            json!({"version": 1, "queue_visibility_timeout": 0, "routes": []}),
            "1 to 43200",
        ),
        (
            json!({"version": 1, "queue_visibility_timeout": 1, "routes": [{"method": "GET", "path": "/"}]}),
            "either",
        ),
        (task(json!({"names": []})), "at least one"),
        (task(json!({"names": ["a", "b"]})), "{task}"),
        (
            task(json!({"names": ["a"], "group": "path.c"})),
            "parameter c",
        ),
        (
            task(json!({"names": ["a"], "group": "cookie.c"})),
            "cookie.c",
        ),
        (task(json!({"names": ["a"], "group": "body."})), "body."),
        (
            task(json!({"names": ["a"], "args": {}})),
            "`args` must be an array",
        ),
        (task(json!({"names": ["a"], "queue": "x"})), "queue"),
        (
            task(json!({"names": ["a"], "options": ["retries"]})),
            "retries",
        ),
    ] {
        let error = Routes::parse(&routes.to_string()).unwrap_err().to_string();
        assert!(error.contains(reason), "{routes}: {error}");
    }
}

#[test]
fn routes_survive_the_way_through_json() {
    let routes = Routes::parse(support::ROUTES).unwrap();
    let text = serde_json::to_string(&routes).unwrap();
    let again = serde_json::to_string(&Routes::parse(&text).unwrap()).unwrap();
    assert_eq!(text, again);
}
