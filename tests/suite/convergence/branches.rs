//! A path goes with all that is below it, and may come back with more below it.
use serde_json::json;

use super::scenario::{FIRST, Scenario};

fn route(path: &str) -> String {
    format!("{FIRST}\n[[route]]\nmethod = \"POST\"\npath = \"{path}\"\ntask = \"tasks.add\"\n")
}

fn paths(scenario: &Scenario) -> Vec<String> {
    let apis = scenario.ms.call("apigateway", "GetRestApis", json!({}));
    let all = json!({"restApiId": apis["items"][0]["id"]});
    let all = scenario.ms.call("apigateway", "GetResources", all);
    let all = all["items"].as_array().unwrap().iter();
    let mut all: Vec<String> = all
        .map(|one| one["path"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn a_path_that_went_comes_back_longer() {
    let scenario = Scenario::new();
    let deep = [
        "/",
        "/orders",
        "/orders/{id}",
        "/orders/{id}/lines",
        "/sendtosqs",
    ];
    for (config, expected) in [
        (
            route("/orders/{id}"),
            vec!["/", "/orders", "/orders/{id}", "/sendtosqs"],
        ),
        (FIRST.to_owned(), vec!["/", "/sendtosqs"]),
        (route("/orders/{id}/lines"), deep.to_vec()),
    ] {
        scenario.project.configure(&config);
        scenario.deploy().ok();
        assert_eq!(paths(&scenario), expected);
        scenario.assert_settled("the routes");
    }
}

/// As on AWS (API Gateway API reference, "DeleteResource").
#[test]
fn the_emulator_deletes_what_is_below_a_resource() {
    let scenario = Scenario::new();
    let call = |operation, params| scenario.ms.call("apigateway", operation, params);
    let api = call("CreateRestApi", json!({"name": "tree"}));
    let make = |parent: &serde_json::Value, part: &str| {
        let params = json!({"restApiId": api["id"], "parentId": parent, "pathPart": part});
        call("CreateResource", params)["id"].clone()
    };
    let orders = make(&api["rootResourceId"], "orders");
    make(&make(&orders, "{id}"), "lines");
    call(
        "DeleteResource",
        json!({"restApiId": api["id"], "resourceId": orders}),
    );
    assert_eq!(paths(&scenario), ["/"]);
}
