//! What a request becomes, rule by rule: message, options, refusals.

use crate::support::{answer, envelope, inner, message, post, refusal};
use lambda_handler::ApiRequest;
use serde_json::json;
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
fn a_reply_has_the_status_and_headers_that_the_route_gives_it() {
    let sent = serde_json::to_value(answer(&get("/"))).unwrap();
    let wanted = json!({"statusCode": 200, "headers": {"content-type": "application/json"},
                        "body": r#"{"hello":"world"}"#});
    assert_eq!(sent, wanted);
    let sent = serde_json::to_value(answer(&get("/old"))).unwrap();
    let headers = json!({"content-type": "application/problem+json", "location": "/"});
    assert_eq!(
        sent,
        json!({"statusCode": 308, "headers": headers, "body": "\"moved\""})
    );
    let sent = serde_json::to_value(answer(&get("/nothing"))).unwrap();
    assert_eq!(
        sent,
        json!({"statusCode": 204, "headers": {"vary": "accept"}, "body": ""})
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
        "requestContext": {"requestId": "r", "identity": {"apiKeyId": null, "caller": "AROA:s"}},
    });
    let request: ApiRequest = serde_json::from_value(event).unwrap();
    assert!(inner(&message(&request)).starts_with("[[1], {}, "));
    assert_eq!(request.request_context.identity.stable(), ("", "AROA"));
}

#[test]
fn the_callers_number_text_stays() {
    let args = "[18446744073709551617, 0.10, 1E300, -0.0]";
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
        (r#"{"args": [1e400]}"#, "`args`: a number too large"),
        (
            r#"{"kwargs": {"a": [{"b": -1E+400}]}}"#,
            "`kwargs`: a number too large",
        ),
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
