//! The key and the usage plan.
use serde_json::json;

use super::{Stage, all_are_named_and_repaired, drift};

fn set_plan(stage: &Stage, path: &str, value: &str) {
    let params = json!({"usagePlanId": stage.id("usage_plan_id")});
    stage.patch("UpdateUsagePlan", params, path, value);
}

fn set_key(stage: &Stage, path: &str, value: &str) {
    let params = json!({"apiKey": stage.id("api_key_id")});
    stage.patch("UpdateApiKey", params, path, value);
}

#[test]
fn the_key_and_the_usage_plan() {
    all_are_named_and_repaired(&[
        drift("enabled", |stage| set_key(stage, "/enabled", "false")),
        // A key is looked for by its name, which begins with the stage's.
        drift("name", |stage| set_key(stage, "/name", "shop-dev-other")),
        drift("name", |stage| set_plan(stage, "/name", "other")),
        drift("throttle.rateLimit", |stage| {
            set_plan(stage, "/throttle/rateLimit", "1")
        }),
        drift("throttle.burstLimit", |stage| {
            set_plan(stage, "/throttle/burstLimit", "1")
        }),
        drift("quota.limit", |stage| {
            let operations = json!([
                {"op": "replace", "path": "/quota/limit", "value": "7"},
                {"op": "replace", "path": "/quota/period", "value": "DAY"},
            ]);
            let params =
                json!({"usagePlanId": stage.id("usage_plan_id"), "patchOperations": operations});
            stage.call("apigateway", "UpdateUsagePlan", params);
        }),
        drift("apiStages", |stage| {
            let api = stage.id("rest_api_id");
            let value = format!("{}:dev", api.as_str().unwrap());
            let operations = json!([{"op": "remove", "path": "/apiStages", "value": value}]);
            let params =
                json!({"usagePlanId": stage.id("usage_plan_id"), "patchOperations": operations});
            stage.call("apigateway", "UpdateUsagePlan", params);
        }),
        drift("usage plan key", |stage| {
            let params =
                json!({"usagePlanId": stage.id("usage_plan_id"), "keyId": stage.id("api_key_id")});
            stage.call("apigateway", "DeleteUsagePlanKey", params);
        }),
        drift("API key", |stage| {
            stage.call(
                "apigateway",
                "DeleteApiKey",
                json!({"apiKey": stage.id("api_key_id")}),
            );
        }),
        drift("usage plan", |stage| {
            stage.call(
                "apigateway",
                "DeleteUsagePlan",
                json!({"usagePlanId": stage.id("usage_plan_id")}),
            );
        }),
        drift("duplicate", |stage| {
            let tags = json!({"gatewayq:app": "shop", "gatewayq:stage": "dev"});
            stage.call(
                "apigateway",
                "CreateUsagePlan",
                json!({"name": "shop-dev", "tags": tags}),
            );
        }),
        drift("duplicate", |stage| {
            let tags =
                json!({"gatewayq:app": "shop", "gatewayq:stage": "dev", "gatewayq:key": "default"});
            stage.call(
                "apigateway",
                "CreateApiKey",
                json!({"name": "shop-dev", "tags": tags}),
            );
        }),
        drift("duplicate", |stage| {
            let tags = json!({"gatewayq:app": "shop", "gatewayq:stage": "dev"});
            stage.call(
                "apigateway",
                "CreateRestApi",
                json!({"name": "shop-dev", "tags": tags}),
            );
        }),
    ]);
}
