//! A deploy renames a path parameter: until the stage is switched, and after it was switched back,
//! events of one name meet routes of another.

use crate::support::{NOW, envelope};
use lambda_handler::{Answer, ApiRequest, Context, Decision, Routes, decide_with};
use serde_json::{Value, json};
use uuid::Uuid;

fn routes(path: &str, task: &Value) -> Routes {
    let route = json!({"method": "POST", "path": path, "task": task});
    let file = json!({"version": 1, "queue_visibility_timeout": 30, "routes": [route]});
    Routes::parse(&file.to_string()).unwrap()
}

fn run(
    routes: &Routes,
    resource: &str,
    parameters: &Value,
    custom: impl Fn(&ApiRequest, &Context<'_>) -> Option<Decision>,
) -> Decision {
    let event = json!({
        "httpMethod": "POST", "resource": resource, "pathParameters": parameters, "body": "{}",
        "headers": {"Idempotency-Key": "k"}});
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: false,
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    decide_with(
        custom,
        routes,
        serde_json::from_value(event).unwrap(),
        &context,
    )
}

/// Group, task and task id of what is sent.
fn sent(routes: &Routes, resource: &str, parameters: Value) -> (String, String, String) {
    match run(routes, resource, &parameters, |_, _| None) {
        Decision::One(message) => {
            let task = envelope(&message)["headers"]["task"]
                .as_str()
                .unwrap()
                .to_owned();
            (message.group_id, task, message.task_id)
        }
        other => panic!("{resource} {parameters}: {other:?}"),
    }
}

#[test]
fn old_events_are_served_by_new_routes_and_the_reverse() {
    let old = routes(
        "/orders/{customer}",
        &json!({"names": ["a"], "group": "path.customer"}),
    );
    let new = routes(
        "/orders/{client}",
        &json!({"names": ["a"], "group": "path.client"}),
    );
    let old_event = ("/orders/{customer}", json!({"customer": "c%2F7"}));
    let new_event = ("/orders/{client}", json!({"client": "c%2F7"}));
    let wanted = sent(&old, old_event.0, old_event.1.clone());
    assert_eq!(wanted.0, "c/7");
    for routes in [&old, &new] {
        for (resource, parameters) in [&old_event, &new_event] {
            // The same ids too: a repeat across the deploy is a repeat.
            assert_eq!(sent(routes, resource, parameters.clone()), wanted);
        }
    }
}

#[test]
fn parameters_belong_together_by_position() {
    let task = |group: &str| json!({"names": ["a"], "group": group});
    let swapped = routes("/{b}/x/{a}/{rest+}", &task("path.a"));
    let parameters = json!({"a": "1", "b": "2", "more": "3%2F4/5"});
    assert_eq!(
        sent(&swapped, "/{a}/x/{b}/{more+}", parameters.clone()).0,
        "2"
    );
    let greedy = routes("/{b}/x/{a}/{rest+}", &task("path.rest"));
    assert_eq!(sent(&greedy, "/{a}/x/{b}/{more+}", parameters).0, "3/4/5");
}

#[test]
fn the_task_is_chosen_by_what_is_the_task_today() {
    let two = json!({"names": ["a.b", "c.d"]});
    let new = routes("/run/{job}/{task}", &two);
    let event = |parameters| sent(&new, "/run/{task}/{job}", parameters).1;
    assert_eq!(event(json!({"task": "a.b", "job": "c.d"})), "c.d");
    // `{task}` of old is a plain variable today.
    let one = routes("/run/{job}", &json!({"names": ["a.b"]}));
    assert_eq!(sent(&one, "/run/{task}", json!({"task": "other"})).1, "a.b");
}

#[test]
fn custom_code_sees_the_names_of_the_routes_file() {
    let new = routes("/orders/{client}", &json!({"names": ["a"]}));
    let custom = |request: &ApiRequest, _: &Context<'_>| {
        let seen = json!([request.route_key, request.resource, request.path_parameters]);
        Some(Decision::Answer(Answer::json(200, &seen)))
    };
    let Decision::Answer(answer) = run(
        &new,
        "/orders/{customer}",
        &json!({"customer": "7"}),
        custom,
    ) else {
        panic!("no answer")
    };
    let wanted = r#"["POST /orders/{client}","/orders/{client}",{"client":"7"}]"#;
    assert_eq!(answer.body, wanted);
}

#[test]
fn another_shape_is_another_route() {
    let new = routes("/orders/{client}", &json!({"names": ["a"]}));
    for resource in [
        "/orders/{client+}",
        "/orders/client",
        "/orders",
        "/orders/{client}/x",
        "/{orders}/{client}",
    ] {
        let Decision::Answer(answer) = run(&new, resource, &json!({"client": "7"}), |_, _| None)
        else {
            panic!("{resource} was served")
        };
        assert_eq!(answer.status, 404, "{resource}");
    }
    let Decision::Answer(answer) = run(&new, "/orders/{client}", &Value::Null, |_, _| None) else {
        panic!("a parameter was made up")
    };
    assert_eq!(answer.status, 400);
}
