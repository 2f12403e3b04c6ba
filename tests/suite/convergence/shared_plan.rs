//! A usage plan that somebody else's stage uses too: a delete takes this stage and its keys off it and leaves it.
use serde_json::{Value, json};

use super::scenario::Scenario;

/// A deployed stage whose plan serves another team's API and key.
struct Shared {
    scenario: Scenario,
    /// `API id:stage name` of theirs.
    stage: String,
    key: Value,
}

impl Shared {
    fn new() -> Self {
        let scenario = Scenario::new();
        scenario.deploy().ok();
        let call = |operation, params| scenario.ms.call("apigateway", operation, params);
        let api = call("CreateRestApi", json!({"name": "theirs"}));
        call(
            "CreateDeployment",
            json!({"restApiId": api["id"], "stageName": "prod"}),
        );
        let key = call("CreateApiKey", json!({"name": "theirs", "enabled": true}))["id"].clone();
        let stage = format!("{}:prod", api["id"].as_str().unwrap());
        let shared = Self {
            scenario,
            stage,
            key,
        };
        let plan = shared.plan()["id"].clone();
        let params = json!({"usagePlanId": plan, "keyId": shared.key, "keyType": "API_KEY"});
        shared.call("CreateUsagePlanKey", params);
        shared.patch("add");
        shared
    }

    fn call(&self, operation: &str, params: Value) -> Value {
        self.scenario.ms.call("apigateway", operation, params)
    }

    fn patch(&self, op: &str) {
        let patch = json!([{"op": op, "path": "/apiStages", "value": self.stage}]);
        let params = json!({"usagePlanId": self.plan()["id"], "patchOperations": patch});
        self.call("UpdateUsagePlan", params);
    }

    /// The one plan that there is.
    #[track_caller]
    fn plan(&self) -> Value {
        let plans = self.call("GetUsagePlans", json!({}));
        let plans = plans["items"].as_array().unwrap();
        assert_eq!(plans.len(), 1, "{plans:?}");
        plans[0].clone()
    }

    fn stages(&self) -> Vec<String> {
        let plan = self.plan();
        let stages = plan["apiStages"].as_array().unwrap().iter();
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        stages
            .map(|one| format!("{}:{}", text(one, "apiId"), text(one, "stage")))
            .collect()
    }

    fn keys(&self) -> Vec<Value> {
        let keys = self.call(
            "GetUsagePlanKeys",
            json!({"usagePlanId": self.plan()["id"]}),
        );
        let keys = keys["items"].as_array().unwrap().iter();
        keys.map(|key| key["id"].clone()).collect()
    }

    /// Nothing of this stage is on the plan, and theirs is.
    #[track_caller]
    fn assert_theirs_alone(&self) {
        assert_eq!(self.stages(), [self.stage.as_str()]);
        assert_eq!(self.keys(), std::slice::from_ref(&self.key));
        let keys = self.call("GetApiKeys", json!({}));
        assert_eq!(keys["items"].as_array().unwrap().len(), 1, "{keys}");
    }
}

#[test]
fn is_kept_without_this_stage_and_its_keys() {
    let shared = Shared::new();
    let (scenario, plan) = (&shared.scenario, shared.plan()["id"].clone());
    scenario
        .cli(&["keys", "create", "web", "--stage", "dev"])
        .ok();
    scenario.assert_settled("their stage on the plan");
    let kept = format!(
        "kept on purpose: usage plan shop-dev: the stage {} of another API uses it",
        shared.stage
    );
    let delete = scenario.delete().ok();
    assert!(
        delete.says(&kept) && !delete.says("deleted  usage plan shop-dev"),
        "{delete}"
    );
    shared.assert_theirs_alone();
    for (kind, count) in [
        ("functions", 0),
        ("queues", 0),
        ("roles", 1),
        ("rest_apis", 1),
    ] {
        assert_eq!(scenario.ms.inventory().names(kind).len(), count, "{kind}");
    }
    // Again: there is nothing more to do, and it is told again.
    let again = scenario.delete().ok();
    assert!(
        again.says("nothing to delete") && again.says(&kept),
        "{again}"
    );
    // A deploy takes its plan up again.
    scenario.deploy().ok();
    scenario.assert_settled("a deploy after that");
    assert_eq!(
        (shared.plan()["id"].clone(), shared.stages().len()),
        (plan, 2)
    );
    scenario.delete().ok();
    shared.assert_theirs_alone();
    // Off the plan, theirs no longer keeps it.
    shared.patch("remove");
    let last = scenario.delete().ok();
    assert!(last.says("1 resources") && !last.says(&kept), "{last}");
    let plans = shared.call("GetUsagePlans", json!({}));
    assert_eq!(plans["items"], json!([]));
}
