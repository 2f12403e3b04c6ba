//! Bodies that are held to a schema.

use std::cell::Cell;

use crate::support::{NOW, ROUTES, inner, message, post, refusal, run};
use lambda_handler::message::SIZE_LIMIT;
use lambda_handler::{ApiRequest, Context, Decision, Routes, decide_with};
use serde_json::json;
use uuid::Uuid;

fn order(amount: &str) -> String {
    format!(r#"{{"kwargs": {{"amount": {amount}}}, "customer": "c"}}"#)
}

#[test]
fn a_body_that_fits_goes_on_as_it_came() {
    let sent = message(&post("/checked", &order("1.0")));
    assert!(inner(&sent).starts_with(r#"[[], {"amount": 1.0}, "#));
    assert_eq!(sent.group_id, "c");
    let encoded = ApiRequest {
        is_base64_encoded: true,
        ..post(
            "/checked",
            "eyJrd2FyZ3MiOiB7ImFtb3VudCI6IDF9LCAiY3VzdG9tZXIiOiAiYyJ9",
        )
    };
    message(&encoded);
}

#[test]
fn a_body_that_does_not_fit_is_refused_with_the_place() {
    for (body, reason) in [
        (
            order("0"),
            "the body does not fit: `/kwargs/amount` must be at least 1",
        ),
        (
            order("\"1\""),
            "the body does not fit: `/kwargs/amount` must be an integer",
        ),
        (
            "{\"customer\": \"c\"}".to_owned(),
            "the body does not fit: it must have the property `kwargs`",
        ),
        (
            " \n".to_owned(),
            "the body does not fit: it must have the property `kwargs`",
        ),
        ("[]".to_owned(), "the body is not a JSON object: "),
        (
            order("1e400"),
            "the body cannot be checked: number out of range",
        ),
    ] {
        let (status, said) = refusal(&post("/checked", &body));
        assert!(status == 400 && said.starts_with(reason), "{body}: {said}");
    }
}

#[test]
fn one_task_that_does_not_fit_refuses_all_of_them() {
    let batch = |tasks: &[String], beside: &str| {
        post(
            "/checked",
            &format!(r#"{{"tasks": [{}]{beside}}}"#, tasks.join(",")),
        )
    };
    let good = vec![order("1"); 999];
    let Decision::Many(entries) = run(&batch(&good, "")) else {
        panic!("not several tasks")
    };
    assert!(entries.len() == 999 && entries.iter().all(Result::is_ok));
    let mut bad = good;
    bad.push(order("0"));
    assert_eq!(
        refusal(&batch(&bad, "")),
        (
            400,
            "the body does not fit: `/tasks/999/kwargs/amount` must be at least 1".to_owned()
        )
    );
    bad.push(order("1"));
    assert_eq!(refusal(&batch(&bad, "")).0, 413);
    assert_eq!(refusal(&batch(&[], "")).1, "`tasks` is empty");
    let (_, said) = refusal(&batch(&[order("1")], r#", "kwargs": {}"#));
    assert_eq!(said, "`kwargs` has no place beside `tasks`");
}

#[test]
fn a_task_that_no_message_could_hold_is_not_checked() {
    let body = order(&format!("1{}", " ".repeat(SIZE_LIMIT)));
    assert_eq!(refusal(&post("/checked", &body)).0, 413);
}

#[test]
fn code_of_ones_own_only_sees_bodies_that_fit() {
    let (routes, asked) = (Routes::parse(ROUTES).unwrap(), Cell::new(0));
    let custom = |_: &ApiRequest, _: &Context<'_>| {
        asked.set(asked.get() + 1);
        None
    };
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: false,
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    let decide = |body: &str| decide_with(custom, &routes, post("/checked", body).into(), &context);
    assert!(matches!(decide(&order("1")), Decision::One(_)));
    assert_eq!(asked.get(), 1);
    for body in [
        order("0"),
        format!(r#"{{"tasks": [{}, {{}}]}}"#, order("1")),
        r#"{"tasks": []}"#.to_owned(),
    ] {
        assert!(matches!(decide(&body), Decision::Answer(answer) if answer.status == 400));
    }
    assert_eq!(asked.get(), 1);
}

#[test]
fn a_schema_for_a_newer_function_is_not_passed_over() {
    let task = json!({"names": ["a"], "body": {"newKeyword": 1}});
    let routes = json!({"version": 1, "queue_visibility_timeout": 30, "routes": [
        {"method": "POST", "path": "/", "task": task}]});
    let routes = Routes::parse(&routes.to_string()).unwrap();
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: false,
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    let decided = decide_with(|_, _| None, &routes, post("/", "{}").into(), &context);
    let Decision::Answer(answer) = decided else {
        panic!("{decided:?}")
    };
    assert!(
        answer.status == 500 && answer.body.contains("newKeyword"),
        "{answer:?}"
    );
}

#[test]
fn fixed_arguments_have_no_body_to_check() {
    let task = json!({"names": ["a"], "args": [], "body": {}});
    let routes = json!({"version": 1, "queue_visibility_timeout": 30, "routes": [
        {"method": "POST", "path": "/", "task": task}]});
    let error = Routes::parse(&routes.to_string()).unwrap_err().to_string();
    assert!(error.contains("fixed arguments"), "{error}");
}
