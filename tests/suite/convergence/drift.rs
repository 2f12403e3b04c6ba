//! Every field that gatewayq sets, changed behind its back: status names it, deploy fixes it, the plan is empty.
mod account;
mod api;
mod authorizers;
mod back;
mod beside;
mod domain;
mod kept;
mod plans;
mod results;
mod watched;

use serde_json::{Value, json};

use super::scenario::{FIRST, Scenario};

/// A change from outside, and the words by which status has to name it.
pub(super) struct Drift {
    named: &'static str,
    change: fn(&Stage),
}

/// A deployed stage, seen from outside.
pub(super) struct Stage<'a> {
    scenario: &'a Scenario,
    /// What deploy printed as JSON.
    ids: Value,
}

impl Stage<'_> {
    #[track_caller]
    fn call(&self, service: &str, operation: &str, params: Value) -> Value {
        self.scenario.ms.call(service, operation, params)
    }

    fn id(&self, name: &str) -> Value {
        self.ids[name].clone()
    }

    /// A call about the REST API.
    fn api(&self, operation: &str, params: Value) -> Value {
        let mut params = params;
        params["restApiId"] = self.id("rest_api_id");
        self.call("apigateway", operation, params)
    }

    /// A patch of one field.
    fn patch(&self, operation: &str, params: Value, path: &str, value: &str) {
        let mut params = params;
        params["patchOperations"] = json!([{"op": "replace", "path": path, "value": value}]);
        self.call("apigateway", operation, params);
    }
}

/// Lets each of the changes happen to one stage, one after another.
fn all_are_named_and_repaired(drifts: &[Drift]) {
    all_of_a_stage(FIRST, drifts);
}

/// The same for a stage of this configuration.
fn all_of_a_stage(config: &str, drifts: &[Drift]) {
    let scenario = Scenario::new();
    scenario.project.configure(config);
    let mut ids = deploy(&scenario);
    for drift in drifts {
        let stage = Stage {
            scenario: &scenario,
            ids,
        };
        (drift.change)(&stage);
        let status = scenario.status().run();
        assert_eq!(status.code, Some(3), "{}: {status}", drift.named);
        assert!(status.says(drift.named), "{}: {status}", drift.named);
        ids = deploy(&scenario);
        scenario.assert_settled(drift.named);
    }
    scenario.assert_one_of_each("all drifts");
    scenario.delete().ok();
    scenario.assert_nothing_left("all drifts");
}

fn deploy(scenario: &Scenario) -> Value {
    scenario
        .cli(&[
            "deploy",
            "--stage",
            "dev",
            "--bootstrap",
            "bootstrap",
            "--json",
        ])
        .ok()
        .json()
}

fn drift(named: &'static str, change: fn(&Stage)) -> Drift {
    Drift { named, change }
}
