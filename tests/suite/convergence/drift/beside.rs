//! What others open or close beside the configuration: status warns of it as long as it is there, and it is no drift.
use serde_json::{Value, json};

use super::super::scenario::Scenario;
use super::{Stage, deploy};

const ROLE: &str = "shop-dev-eu-west-1";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;
const FUNCTION: &str = "shop-dev";

/// What somebody does, how it is undone, and the words of the warning.
struct Beside {
    warned: &'static [&'static str],
    done: fn(&Stage),
    undone: fn(&Stage),
}

fn all() -> Vec<Beside> {
    vec![
        Beside {
            warned: &["role shop-dev-eu-west-1", "inline policy theirs"],
            done: |stage| {
                let params =
                    json!({"RoleName": ROLE, "PolicyName": "theirs", "PolicyDocument": POLICY});
                stage.call("iam", "PutRolePolicy", params);
            },
            undone: |stage| {
                let params = json!({"RoleName": ROLE, "PolicyName": "theirs"});
                stage.call("iam", "DeleteRolePolicy", params);
            },
        },
        Beside {
            warned: &[
                "role shop-dev-eu-west-1",
                "attached arn:aws:iam::aws:policy/ReadOnlyAccess",
            ],
            done: |stage| attach(stage, "AttachRolePolicy"),
            undone: |stage| attach(stage, "DetachRolePolicy"),
        },
        Beside {
            warned: &["statement theirs", "lambda:InvokeFunction to everybody"],
            done: |stage| permit(stage, "*", &Value::Null),
            undone: forbid,
        },
        Beside {
            warned: &[
                "statement theirs",
                "to events.amazonaws.com, on the condition",
                "rule/nightly",
            ],
            done: |stage| {
                let rule = json!("arn:aws:events:eu-west-1:111122223333:rule/nightly");
                permit(stage, "events.amazonaws.com", &rule);
            },
            undone: forbid,
        },
        Beside {
            warned: &["function shop-dev", "reserved concurrency is 0"],
            done: |stage| {
                let params = json!({"FunctionName": FUNCTION, "ReservedConcurrentExecutions": 0});
                stage.call("lambda", "PutFunctionConcurrency", params);
            },
            undone: |stage| {
                let params = json!({"FunctionName": FUNCTION});
                stage.call("lambda", "DeleteFunctionConcurrency", params);
            },
        },
        Beside {
            warned: &["REST API shop-dev", "resource policy"],
            done: |stage| patch_api(stage, "/policy", POLICY),
            undone: |stage| patch_api(stage, "/policy", ""),
        },
        Beside {
            warned: &["REST API shop-dev", "disableExecuteApiEndpoint"],
            done: |stage| patch_api(stage, "/disableExecuteApiEndpoint", "true"),
            undone: |stage| patch_api(stage, "/disableExecuteApiEndpoint", "false"),
        },
        Beside {
            warned: &["usage plan shop-dev", "API key by-hand"],
            done: |stage| {
                let key = stage.call(
                    "apigateway",
                    "CreateApiKey",
                    json!({"name": "by-hand", "enabled": true}),
                );
                let params = json!({"usagePlanId": stage.id("usage_plan_id"), "keyId": key["id"], "keyType": "API_KEY"});
                stage.call("apigateway", "CreateUsagePlanKey", params);
            },
            undone: |stage| {
                let keys = stage.call("apigateway", "GetApiKeys", json!({"nameQuery": "by-hand"}));
                let id = &keys["items"][0]["id"];
                stage.call("apigateway", "DeleteApiKey", json!({"apiKey": id}));
            },
        },
        Beside {
            warned: &["usage plan shop-dev", ":prod of another API"],
            done: |stage| {
                let api = stage.call("apigateway", "CreateRestApi", json!({"name": "theirs"}));
                let params = json!({"restApiId": api["id"], "stageName": "prod"});
                stage.call("apigateway", "CreateDeployment", params);
                put_on_plan(stage, "add");
            },
            undone: |stage| put_on_plan(stage, "remove"),
        },
    ]
}

fn attach(stage: &Stage, operation: &str) {
    stage.call(
        "iam",
        operation,
        json!({"RoleName": ROLE, "PolicyArn": READ_ONLY}),
    );
}

fn permit(stage: &Stage, principal: &str, source: &Value) {
    let mut params = json!({"FunctionName": FUNCTION, "StatementId": "theirs", "Action": "lambda:InvokeFunction",
        "Principal": principal});
    if !source.is_null() {
        params["SourceArn"] = source.clone();
    }
    stage.call("lambda", "AddPermission", params);
}

fn forbid(stage: &Stage) {
    let params = json!({"FunctionName": FUNCTION, "StatementId": "theirs"});
    stage.call("lambda", "RemovePermission", params);
}

fn patch_api(stage: &Stage, path: &str, value: &str) {
    let params = json!({"restApiId": stage.id("rest_api_id")});
    stage.patch("UpdateRestApi", params, path, value);
}

fn put_on_plan(stage: &Stage, op: &str) {
    let apis = stage.call("apigateway", "GetRestApis", json!({}));
    let mut apis = apis["items"].as_array().unwrap().iter();
    let theirs = apis.find(|api| api["name"] == "theirs").unwrap();
    let value = format!("{}:prod", theirs["id"].as_str().unwrap());
    let params = json!({"usagePlanId": stage.id("usage_plan_id"),
        "patchOperations": [{"op": op, "path": "/apiStages", "value": value}]});
    stage.call("apigateway", "UpdateUsagePlan", params);
}

/// What `status --json` warns of.
fn warnings(scenario: &Scenario) -> Vec<String> {
    let status = scenario
        .cli(&["status", "--stage", "dev", "--json"])
        .ok()
        .json();
    let resources = status["resources"].as_array().unwrap().iter();
    let texts = resources.flat_map(|resource| resource["warnings"].as_array().unwrap());
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_is_warned_of_as_long_as_it_is_there() {
    let scenario = Scenario::new();
    let ids = deploy(&scenario);
    // A deploy does not ask for any of it.
    for operation in ["ListRolePolicies", "GetUsagePlanKeys", "GetRestApi"] {
        assert!(
            scenario.proxy.record().of(operation).is_empty(),
            "{operation}"
        );
    }
    let stage = Stage {
        scenario: &scenario,
        ids,
    };
    for beside in all() {
        assert_eq!(warnings(&scenario), [""; 0], "before {:?}", beside.warned);
        (beside.done)(&stage);
        let status = scenario.status().ok();
        let mut lines = status.stdout.lines();
        let line = lines
            .find(|line| line.starts_with("warning: "))
            .unwrap_or_default();
        for words in beside.warned {
            assert!(line.contains(words), "{words}: {status}");
        }
        assert_eq!(warnings(&scenario).len(), 1, "{status}");
        (beside.undone)(&stage);
    }
    assert_eq!(warnings(&scenario), [""; 0]);
}

/// Where gatewayq's own statement is missing, those of others still count.
#[test]
fn a_statement_is_warned_of_without_ours_beside_it() {
    let scenario = Scenario::new();
    let ids = deploy(&scenario);
    let stage = Stage {
        scenario: &scenario,
        ids,
    };
    permit(&stage, "*", &Value::Null);
    let params =
        json!({"FunctionName": FUNCTION, "Qualifier": "live", "StatementId": "gatewayq-live"});
    stage.call("lambda", "RemovePermission", params);
    let status = scenario.status().exits(3);
    assert!(status.says("to everybody"), "{status}");
}
