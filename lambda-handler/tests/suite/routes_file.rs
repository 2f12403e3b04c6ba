//! `routes.json`: what is refused, and that it keeps its form.

use lambda_handler::Routes;
use serde_json::{Value, json};

#[test]
fn unusable_routes_are_refused_with_the_reason() {
    let task = |task: Value| {
        json!({"version": 1, "queue_visibility_timeout": 30,
               "routes": [{"method": "POST", "path": "/a/{b}", "task": task}]})
    };
    let reply = |mut route: Value| {
        route["method"] = json!("GET");
        route["path"] = json!("/");
        json!({"version": 1, "queue_visibility_timeout": 30, "routes": [route]})
    };
    for (routes, reason) in [
        (
            json!({"version": 2, "queue_visibility_timeout": 30, "routes": []}),
            "version 2",
        ),
        (
            json!({"version": 1, "queue_visibility_timeout": 43_201, "routes": []}),
            "at most 43200",
        ),
        (
            json!({"version": 1, "queue_visibility_timeout": 1, "routes": [{"method": "GET", "path": "/"}]}),
            "needs one of",
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
            task(json!({"names": ["a"], "group": "body.task_id"})),
            "`task_id` in a body is no ordering key",
        ),
        (
            task(json!({"names": ["a"], "group": "body.tasks.id"})),
            "`tasks` in a body",
        ),
        (
            task(json!({"names": ["a"], "group": "body.kwargs"})),
            "`kwargs` in a body",
        ),
        (
            task(json!({"names": ["a"], "args": {}})),
            "`args` must be an array",
        ),
        (task(json!({"names": ["a"], "queue": "x"})), "queue"),
        (
            task(json!({"names": ["a"], "options": ["retries"]})),
            "retries",
        ),
        (
            task(json!({"names": ["a"], "accepted": {"status": 303}})),
            "status 303 is not one of 200 to 299",
        ),
        (
            task(json!({"names": ["a"], "accepted": {"fields": {"task_id": 1}}})),
            "`task_id`",
        ),
        (
            task(json!({"names": ["a"], "accepted": {"headers": {}}})),
            "headers",
        ),
        (
            reply(json!({"reply": 1, "status": 199})),
            "status 199 is not one of 200 to 599",
        ),
        (
            reply(json!({"reply": 1, "headers": {"a b": "c"}})),
            "`a b`; allowed",
        ),
        (
            reply(json!({"reply": 1, "headers": {"a": "\r\n"}})),
            "`a`; allowed",
        ),
        (
            reply(json!({"task": {"names": ["a"], "args": []}, "status": 201})),
            "only go with `reply`",
        ),
        (
            reply(json!({"task": {"names": ["a"], "args": []}, "headers": {"a": "b"}})),
            "only go with `reply`",
        ),
    ] {
        let error = Routes::parse(&routes.to_string()).unwrap_err().to_string();
        assert!(error.contains(reason), "{routes}: {error}");
    }
}

#[test]
fn fixed_arguments_that_no_worker_can_hold_are_refused() {
    let file = |args: &str| {
        r#"{"version": 1, "queue_visibility_timeout": 30, "routes": [
            {"method": "POST", "path": "/", "task": {"names": ["a"], "args": ARGS}}]}"#
            .replace("ARGS", args)
    };
    Routes::parse(&file("[1.7976931348623157e308]")).unwrap();
    for args in ["[1e400]", r#"[{"a": [-1e400]}]"#] {
        let error = Routes::parse(&file(args)).unwrap_err().to_string();
        assert!(error.contains("`args`: a number too large"), "{error}");
    }
}

#[test]
fn routes_survive_the_way_through_json() {
    let routes = Routes::parse(crate::support::ROUTES).unwrap();
    let text = serde_json::to_string(&routes).unwrap();
    let again = serde_json::to_string(&Routes::parse(&text).unwrap()).unwrap();
    assert_eq!(text, again);
}
