//! The authorizers of the API.
use serde_json::{Value, json};

use super::api::method;
use super::{Stage, all_of_a_stage, drift};

/// Both kinds; the function is another account's, so that nothing is asked of it.
const JUDGED: &str = r#"
[app]
name = "shop"

[[route]]
method = "GET"
path = "/sendtosqs"
auth = "customers"
reply = {}

[[route]]
method = "POST"
path = "/sendtosqs"
auth = "partners"
reply = {}

[authorizers.customers]
type = "cognito"
user_pools = ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"]
scopes = ["orders/read"]

[authorizers.partners]
type = "lambda"
function = "arn:aws:lambda:eu-west-1:444455556666:function:judge"
kind = "token"
token_pattern = "^[a-z]+$"
"#;

fn authorizer(stage: &Stage, name: &str) -> Value {
    let all = stage.api("GetAuthorizers", json!({}));
    let mut items = all["items"].as_array().unwrap().iter();
    let id = items.find(|item| item["name"] == name).unwrap()["id"].clone();
    json!({"restApiId": stage.id("rest_api_id"), "authorizerId": id})
}

fn patch_judge(stage: &Stage, path: &str, value: &str) {
    let params = authorizer(stage, "partners-lambda-f21d6966");
    stage.patch("UpdateAuthorizer", params, path, value);
}

fn patch_pools(stage: &Stage, op: &str, pool: &str) {
    let mut params = authorizer(stage, "customers-cognito");
    let pool = format!("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/{pool}");
    params["patchOperations"] = json!([{"op": op, "path": "/providerARNs", "value": pool}]);
    stage.call("apigateway", "UpdateAuthorizer", params);
}

#[test]
fn the_authorizers() {
    let drifts = [
        drift("type", |stage| patch_judge(stage, "/type", "REQUEST")),
        drift("authorizerUri", |stage| {
            let uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:444455556666:function:evil/invocations";
            patch_judge(stage, "/authorizerUri", uri);
        }),
        drift("identitySource", |stage| {
            patch_judge(stage, "/identitySource", "method.request.header.X");
        }),
        drift("identityValidationExpression", |stage| {
            patch_judge(stage, "/identityValidationExpression", "");
        }),
        drift("authorizerResultTtlInSeconds", |stage| {
            patch_judge(stage, "/authorizerResultTtlInSeconds", "3600");
        }),
        drift("providerARNs", |stage| {
            patch_pools(stage, "add", "eu-west-1_evil");
        }),
        drift("providerARNs", |stage| {
            patch_pools(stage, "remove", "eu-west-1_abc");
        }),
        drift("earlier authorizers", |stage| {
            let params = authorizer(stage, "partners-lambda-f21d6966");
            stage.patch("UpdateAuthorizer", params, "/name", "mine");
        }),
        drift("earlier authorizers", |stage| {
            let uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:444455556666:function:evil/invocations";
            let params = json!({"name": "evil", "type": "REQUEST", "authorizerUri": uri});
            stage.api("CreateAuthorizer", params);
        }),
        drift("GET /sendtosqs authorizationType", |stage| {
            let params = method(stage, "/sendtosqs");
            stage.patch("UpdateMethod", params, "/authorizationType", "NONE");
        }),
        drift("GET /sendtosqs authorizerId", |stage| {
            let id = authorizer(stage, "partners-lambda-f21d6966")["authorizerId"].clone();
            let params = method(stage, "/sendtosqs");
            stage.patch(
                "UpdateMethod",
                params,
                "/authorizerId",
                id.as_str().unwrap(),
            );
        }),
        drift("GET /sendtosqs authorizationScopes", |stage| {
            let mut params = method(stage, "/sendtosqs");
            let scope =
                json!([{"op": "add", "path": "/authorizationScopes", "value": "orders/write"}]);
            params["patchOperations"] = scope;
            stage.call("apigateway", "UpdateMethod", params);
        }),
    ];
    all_of_a_stage(JUDGED, &drifts);
}
