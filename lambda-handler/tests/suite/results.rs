//! Routes that answer results, and what a message says of its task's result.

use lambda_handler::{ApiEvent, Context, Decision, Lookup, Routes, decide};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{NOW, envelope};

fn routes(results: bool) -> Routes {
    let task = |more: Value| {
        let mut task = json!({"names": ["tasks.add"]});
        task.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        task
    };
    let mut all = vec![
        json!({"method": "POST", "path": "/add", "task": task(json!({}))}),
        json!({"method": "POST", "path": "/forget", "task": task(json!({"ignore_result": true}))}),
    ];
    let mut file = json!({"version": 1, "queue_visibility_timeout": 30});
    if results {
        file["results"] = json!({"table": "t"});
        all.push(json!({"method": "GET", "path": "/tasks/{task_id}", "result": true}));
        all.push(json!({"method": "POST", "path": "/wait", "task": task(json!({"wait": 8}))}));
    }
    file["routes"] = json!(all);
    Routes::parse(&file.to_string()).unwrap()
}

fn decided(routes: &Routes, event: &Value) -> Decision {
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: routes.results.is_some(),
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    let event: ApiEvent = serde_json::from_value(event.clone()).unwrap();
    decide(routes, event, &context)
}

fn ignored(routes: &Routes, path: &str) -> Value {
    let event = json!({"httpMethod": "POST", "resource": path, "body": "{}"});
    match decided(routes, &event) {
        Decision::One(message) => envelope(&message)["headers"]["ignore_result"].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_says_whether_its_result_is_kept() {
    assert_eq!(ignored(&routes(true), "/add"), json!(false));
    assert_eq!(ignored(&routes(true), "/forget"), json!(true));
    assert_eq!(ignored(&routes(false), "/add"), json!(null));
    assert_eq!(ignored(&routes(false), "/forget"), json!(true));
}

#[test]
fn a_task_route_may_wait() {
    let event = json!({"httpMethod": "POST", "resource": "/wait", "body": "{}"});
    assert!(matches!(
        decided(&routes(true), &event),
        Decision::OneAndWait(_, 8)
    ));
    let several = r#"{"tasks": [{}, {}]}"#;
    let event = json!({"httpMethod": "POST", "resource": "/wait", "body": several});
    assert!(matches!(decided(&routes(true), &event), Decision::Many(_)));
}

#[test]
fn a_result_is_asked_for_by_a_tasks_id() {
    let ask = |id: &str, wait: Value| {
        let event = json!({"httpMethod": "GET", "resource": "/tasks/{task_id}",
            "pathParameters": {"task_id": id}, "queryStringParameters": wait});
        decided(&routes(true), &event)
    };
    let wanted = |wait| {
        Decision::Result(Lookup {
            task_id: "a-1".to_owned(),
            wait,
        })
    };
    assert_eq!(ask("a-1", json!(null)), wanted(0));
    assert_eq!(ask("a%2D1", json!({"wait": "20"})), wanted(20));
    for (id, wait) in [
        ("a'b", json!(null)),
        ("a%2Fb", json!(null)),
        ("", json!(null)),
        ("a", json!({"wait": "27"})),
        ("a", json!({"wait": "+1"})),
        ("a", json!({"wait": "1.5"})),
    ] {
        let answer = match ask(id, wait.clone()) {
            Decision::Answer(answer) => answer,
            other => panic!("{id} {wait}: {other:?}"),
        };
        assert_eq!(answer.status, 400, "{id} {wait}");
    }
}

#[test]
fn a_route_that_nothing_is_kept_for_is_refused() {
    for route in [
        json!({"method": "GET", "path": "/tasks/{task_id}", "result": true}),
        json!({"method": "POST", "path": "/add", "task": {"names": ["a"], "wait": 5}}),
    ] {
        let mut file = json!({"version": 1, "queue_visibility_timeout": 30, "routes": [route]});
        let error = Routes::parse(&file.to_string()).unwrap_err().to_string();
        assert!(error.contains("no `results` are kept"), "{error}");
        file["results"] = json!({"table": "t"});
        assert!(Routes::parse(&file.to_string()).is_ok(), "{file}");
    }
}
