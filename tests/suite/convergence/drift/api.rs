//! Before the function: the REST API, its methods and stage, and what lets pages of other origins in.
use serde_json::{Value, json};

use super::super::scenario::FIRST;
use super::{Stage, all_are_named_and_repaired, all_of_a_stage, drift};

/// The id of a path.
fn resource(stage: &Stage, path: &str) -> Value {
    let all = stage.api("GetResources", json!({}));
    let mut items = all["items"].as_array().unwrap().iter();
    items.find(|item| item["path"] == path).unwrap()["id"].clone()
}

pub(super) fn method(stage: &Stage, path: &str) -> Value {
    let id = resource(stage, path);
    json!({"restApiId": stage.id("rest_api_id"), "resourceId": id, "httpMethod": "GET"})
}

fn integrate(stage: &Stage, change: Value) {
    let mut params = method(stage, "/sendtosqs");
    for (name, value) in change.as_object().unwrap() {
        params[name] = value.clone();
    }
    stage.call("apigateway", "PutIntegration", params);
}

#[test]
fn the_methods() {
    all_are_named_and_repaired(&[
        drift("GET /sendtosqs authorizationType", |stage| {
            let params = method(stage, "/sendtosqs");
            stage.patch("UpdateMethod", params, "/authorizationType", "NONE");
        }),
        drift("GET /sendtosqs apiKeyRequired", |stage| {
            let params = method(stage, "/sendtosqs");
            stage.patch("UpdateMethod", params, "/apiKeyRequired", "false");
        }),
        drift("GET /sendtosqs integration", |stage| {
            integrate(stage, json!({"type": "MOCK"}));
        }),
        drift("GET /sendtosqs integration", |stage| {
            let uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:other/invocations";
            integrate(
                stage,
                json!({"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri}),
            );
        }),
        drift("GET /sendtosqs integration", |stage| {
            stage.call(
                "apigateway",
                "DeleteIntegration",
                method(stage, "/sendtosqs"),
            );
        }),
        drift("GET /sendtosqs", |stage| {
            stage.call("apigateway", "DeleteMethod", method(stage, "/sendtosqs"));
        }),
        drift("GET /sendtosqs", |stage| {
            let id = resource(stage, "/sendtosqs");
            stage.api("DeleteResource", json!({"resourceId": id}));
        }),
        drift("/added", |stage| {
            let root = resource(stage, "/");
            stage.api(
                "CreateResource",
                json!({"parentId": root, "pathPart": "added"}),
            );
        }),
        drift("POST /sendtosqs", |stage| {
            let mut params = method(stage, "/sendtosqs");
            params["httpMethod"] = json!("POST");
            params["authorizationType"] = json!("NONE");
            stage.call("apigateway", "PutMethod", params);
        }),
    ]);
}

fn respond(stage: &Stage, kind: &str, parameters: Value) {
    let params = json!({"responseType": kind, "responseParameters": parameters});
    stage.api("PutGatewayResponse", params);
}

#[test]
fn what_lets_pages_of_other_origins_in() {
    let config = format!("{FIRST}[api.cors]\norigins = [\"https://app.example.com\"]\n");
    let drifts = [
        drift("OPTIONS /sendtosqs authorizationType", |stage| {
            let mut params = method(stage, "/sendtosqs");
            params["httpMethod"] = json!("OPTIONS");
            stage.patch("UpdateMethod", params, "/authorizationType", "AWS_IAM");
        }),
        drift("OPTIONS /sendtosqs", |stage| {
            let mut params = method(stage, "/sendtosqs");
            params["httpMethod"] = json!("OPTIONS");
            stage.call("apigateway", "DeleteMethod", params);
        }),
        drift("DEFAULT_4XX Access-Control-Allow-Origin", |stage| {
            let origin = "gatewayresponse.header.Access-Control-Allow-Origin";
            respond(
                stage,
                "DEFAULT_4XX",
                json!({origin: "'https://evil.example'"}),
            );
        }),
        drift("DEFAULT_5XX access-control-max-age", |stage| {
            let origin = "gatewayresponse.header.Access-Control-Allow-Origin";
            let age = "gatewayresponse.header.access-control-max-age";
            respond(
                stage,
                "DEFAULT_5XX",
                json!({origin: "'https://app.example.com'", age: "'1'"}),
            );
        }),
        drift("DEFAULT_5XX Access-Control-Allow-Origin", |stage| {
            stage.api(
                "DeleteGatewayResponse",
                json!({"responseType": "DEFAULT_5XX"}),
            );
        }),
        drift("tag gatewayq:cors", |stage| {
            let api = stage.id("rest_api_id");
            let arn = format!(
                "arn:aws:apigateway:eu-west-1::/restapis/{}",
                api.as_str().unwrap()
            );
            let keys = json!(["gatewayq:cors"]);
            stage.call(
                "apigateway",
                "UntagResource",
                json!({"resourceArn": arn, "tagKeys": keys}),
            );
        }),
    ];
    all_of_a_stage(&config, &drifts);
}

pub(super) fn set_stage(stage: &Stage, path: &str, value: &str) {
    let params = json!({"restApiId": stage.id("rest_api_id"), "stageName": "dev"});
    stage.patch("UpdateStage", params, path, value);
}

#[test]
fn the_api_and_its_stage() {
    all_are_named_and_repaired(&[
        drift("name", |stage| {
            let params = json!({"restApiId": stage.id("rest_api_id")});
            stage.patch("UpdateRestApi", params, "/name", "other");
        }),
        drift("endpointConfiguration", |stage| {
            let params = json!({"restApiId": stage.id("rest_api_id")});
            stage.patch(
                "UpdateRestApi",
                params,
                "/endpointConfiguration/types/REGIONAL",
                "EDGE",
            );
        }),
        drift("deploymentId", |stage| {
            let made = stage.api("CreateDeployment", json!({"description": "by hand"}));
            set_stage(stage, "/deploymentId", made["id"].as_str().unwrap());
        }),
        drift("logging/loglevel", |stage| {
            set_stage(stage, "/*/*/logging/loglevel", "OFF")
        }),
        drift("logging/dataTrace", |stage| {
            set_stage(stage, "/*/*/logging/dataTrace", "true")
        }),
        drift("metrics/enabled", |stage| {
            set_stage(stage, "/*/*/metrics/enabled", "false")
        }),
        drift("throttling/rateLimit", |stage| {
            set_stage(stage, "/*/*/throttling/rateLimit", "1");
        }),
        drift("throttling/burstLimit", |stage| {
            set_stage(stage, "/*/*/throttling/burstLimit", "1");
        }),
        drift("tag gatewayq:app", |stage| {
            let api = stage.id("rest_api_id");
            let arn = format!(
                "arn:aws:apigateway:eu-west-1::/restapis/{}/stages/dev",
                api.as_str().unwrap()
            );
            let tags = json!({"gatewayq:app": "other"});
            stage.call(
                "apigateway",
                "TagResource",
                json!({"resourceArn": arn, "tags": tags}),
            );
        }),
        drift("stage", |stage| {
            stage.api("DeleteStage", json!({"stageName": "dev"}));
        }),
        drift("REST API", |stage| {
            stage.api("DeleteRestApi", json!({}));
        }),
    ]);
}
