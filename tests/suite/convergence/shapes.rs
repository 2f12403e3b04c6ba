//! The shape run: the emulator answers as AWS was recorded to (defaults filled in, empty things left out, documents in
//! other words), and everything from deploy to delete is the same: nothing to do where nothing is, drift seen and put right.
use serde_json::json;

use super::scenario::{CHANGED, FIRST, Scenario};
use crate::support::proxy::{Fault, Rule, When};

fn scenario() -> Scenario {
    Scenario::under(&[Rule::AwsShapes])
}

/// A deploy that finds nothing to do writes nothing.
fn assert_nothing_is_written(scenario: &Scenario, when: &str) {
    scenario.proxy.reset();
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    assert!(record.writes().is_empty(), "{when}: {record}");
    scenario.assert_settled(when);
}

#[test]
fn a_stage_in_awss_shapes_from_deploy_to_delete() {
    let scenario = scenario();
    for config in [FIRST, CHANGED, FIRST, PLAIN, EVERYTHING] {
        scenario.project.configure(config);
        scenario.deploy().ok();
        assert_nothing_is_written(&scenario, config);
    }
    scenario.assert_one_of_each("the deploys");
    scenario.delete().ok();
    scenario.assert_nothing_left("delete");
}

/// No logging and no metrics; no quota.
const PLAIN: &str = r#"
[app]
name = "shop"

[[route]]
method = "GET"
path = "/"
reply = { hello = "world" }

[api]
log_level = "OFF"
metrics = false
"#;

/// Every section with something that is no default. No path of CHANGED: where a path is deleted, AWS takes what is
/// below it, and the emulator leaves it, without a parent and under its old name.
const EVERYTHING: &str = r#"
[app]
name = "shop"
tags = { team = "penguins", "cost:centre" = "1 2" }

[[route]]
method = "GET"
path = "/"
reply = { hello = "world" }

[[route]]
method = "ANY"
path = "/lines/{id}/all"
task = "tasks.add"
auth = "none"

[function]
memory = 512
environment = { COLOUR = "red" }

[queue]
senders = ["arn:aws:iam::111122223333:role/other"]

[api]
log_level = "INFO"
rate = 7
burst = 9

[usage_plan]
rate = 2.5
burst = 5
quota = { limit = 1000, period = "day" }
"#;

#[test]
fn drift_in_awss_shapes_is_seen_and_put_right() {
    let scenario = scenario();
    let ids = scenario.deploy().args(["--json"]).ok().json();
    let api = ids["rest_api_id"].clone();
    let loud = json!([{"op": "replace", "path": "/*/*/logging/loglevel", "value": "OFF"}]);
    let quiet = json!({"restApiId": api, "stageName": "dev", "patchOperations": loud});
    scenario.ms.call("apigateway", "UpdateStage", quiet);
    let nobody = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let trust = json!({"RoleName": "shop-dev-eu-west-1", "PolicyDocument": nobody});
    scenario.ms.call("iam", "UpdateAssumeRolePolicy", trust);
    let function = json!({"FunctionName": "shop-dev", "MemorySize": 1024});
    scenario
        .ms
        .call("lambda", "UpdateFunctionConfiguration", function);
    let status = scenario.status().exits(3);
    for named in ["logging/loglevel", "AssumeRolePolicyDocument", "MemorySize"] {
        let said = status.to_string().to_lowercase();
        assert!(said.contains(&named.to_lowercase()), "{named}: {status}");
    }
    scenario.deploy().ok();
    assert_nothing_is_written(&scenario, "drift");
    scenario.delete().ok();
    scenario.assert_nothing_left("drift");
}

/// A sample of what `kills` and `lost` do at every call.
#[test]
fn kills_and_lost_answers_in_awss_shapes() {
    let scenario = scenario();
    for n in [5, 17, 31] {
        scenario.proxy.reset();
        scenario.proxy.inject(When::Call(n), Fault::KillAfter);
        let running = scenario.deploy().spawn();
        scenario.proxy.aim(running.pid());
        running.wait();
        scenario.proxy.reset();
        scenario.proxy.inject(When::Call(n + 4), Fault::CutAfter);
        scenario.deploy().ok();
        assert_nothing_is_written(&scenario, "a kill");
        scenario.proxy.reset();
        scenario.proxy.inject(When::Call(n), Fault::CutAfter);
        scenario.delete().ok();
        scenario.assert_nothing_left("a kill");
    }
}
