//! Before the function: the REST API, its methods and stage, the key and the usage plan.
use serde_json::{Value, json};

use super::super::scenario::{CHANGED, FIRST};
use super::{Stage, all_are_named_and_repaired, all_of_a_stage, drift};

/// The id of a path.
fn resource(stage: &Stage, path: &str) -> Value {
    let all = stage.api("GetResources", json!({}));
    let mut items = all["items"].as_array().unwrap().iter();
    items.find(|item| item["path"] == path).unwrap()["id"].clone()
}

fn method(stage: &Stage, path: &str) -> Value {
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

fn set_domain(stage: &Stage, path: &str, value: &str) {
    let params = json!({"domainName": "api.shop.test"});
    stage.patch("UpdateDomainName", params, path, value);
}

fn map_domain(stage: &Stage, base_path: &str) {
    let params = json!({"domainName": "api.shop.test", "basePath": base_path, "stage": "dev",
        "restApiId": stage.id("rest_api_id")});
    stage.call("apigateway", "CreateBasePathMapping", params);
}

fn unmap_domain(stage: &Stage) {
    let params = json!({"domainName": "api.shop.test", "basePath": "v1"});
    stage.call("apigateway", "DeleteBasePathMapping", params);
}

#[test]
fn the_domain_and_what_is_mapped_on_it() {
    let certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/1";
    let config = format!(
        "{FIRST}[domain]\nname = \"api.shop.test\"\ncertificate_arn = \"{certificate}\"\nbase_path = \"v1\"\n"
    );
    let drifts = [
        drift("regionalCertificateArn", |stage| {
            let other = "arn:aws:acm:eu-west-1:111122223333:certificate/2";
            set_domain(stage, "/regionalCertificateArn", other);
        }),
        drift("securityPolicy", |stage| {
            set_domain(stage, "/securityPolicy", "TLS_1_0");
        }),
        drift("endpointConfiguration", |stage| {
            set_domain(stage, "/endpointConfiguration/types/REGIONAL", "EDGE");
        }),
        drift("drifted  base path mapping", |stage| {
            let params = json!({"domainName": "api.shop.test", "basePath": "v1"});
            stage.patch("UpdateBasePathMapping", params, "/stage", "");
        }),
        drift("other base path", |stage| map_domain(stage, "v2")),
        drift("other base path", |stage| {
            unmap_domain(stage);
            map_domain(stage, "(none)");
        }),
        drift("missing  base path mapping", unmap_domain),
        drift("missing  domain name", |stage| {
            unmap_domain(stage);
            let params = json!({"domainName": "api.shop.test"});
            stage.call("apigateway", "DeleteDomainName", params);
        }),
        drift("tag gatewayq:domain", |stage| {
            let api = stage.id("rest_api_id");
            let arn = format!(
                "arn:aws:apigateway:eu-west-1::/restapis/{}/stages/dev",
                api.as_str().unwrap()
            );
            let params = json!({"resourceArn": arn, "tagKeys": ["gatewayq:domain"]});
            stage.call("apigateway", "UntagResource", params);
        }),
    ];
    all_of_a_stage(&config, &drifts);
}

fn set_stage(stage: &Stage, path: &str, value: &str) {
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

/// Sets the API's resource policy.
fn let_in(stage: &Stage, policy: &str) {
    let params = json!({"restApiId": stage.id("rest_api_id")});
    stage.patch("UpdateRestApi", params, "/policy", policy);
}

fn alarm(stage: &Stage, kind: &str) -> Value {
    let name = format!("shop-dev-{kind}");
    let found = stage.call(
        "cloudwatch",
        "DescribeAlarms",
        json!({"AlarmNames": [name]}),
    );
    found["MetricAlarms"][0].clone()
}

/// Puts an alarm again with another value.
fn put_alarm(stage: &Stage, kind: &str, field: &str, value: Value) {
    let found = alarm(stage, kind);
    let kept = [
        "AlarmName",
        "ActionsEnabled",
        "OKActions",
        "AlarmActions",
        "MetricName",
        "Namespace",
        "Statistic",
        "Dimensions",
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
    ];
    let mut params = json!({});
    for name in kept {
        params[name] = found[name].clone();
    }
    params[field] = value;
    stage.call("cloudwatch", "PutMetricAlarm", params);
}

#[test]
fn who_may_reach_it_and_what_is_seen() {
    let drifts = [
        drift("resource policy", |stage| let_in(stage, "")),
        drift("policy", |stage| {
            let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]});
            let_in(stage, &all.to_string());
        }),
        drift("tracingEnabled", |stage| {
            set_stage(stage, "/tracingEnabled", "false")
        }),
        drift("TracingConfig", |stage| {
            let params =
                json!({"FunctionName": "shop-dev", "TracingConfig": {"Mode": "PassThrough"}});
            stage.call("lambda", "UpdateFunctionConfiguration", params);
        }),
        drift("accessLogSettings/format", |stage| {
            set_stage(stage, "/accessLogSettings/format", "$context.requestId")
        }),
        drift("accessLogSettings/destinationArn", |stage| {
            let elsewhere = "arn:aws:logs:eu-west-1:000000000000:log-group:theirs";
            set_stage(stage, "/accessLogSettings/destinationArn", elsewhere);
        }),
        drift("accessLogSettings/format", |stage| {
            let operations = json!([{"op": "remove", "path": "/accessLogSettings"}]);
            let params = json!({"stageName": "dev", "patchOperations": operations});
            stage.api("UpdateStage", params);
        }),
        drift("RetentionInDays", |stage| {
            let group = json!({"logGroupName": "/aws/apigateway/shop-dev"});
            stage.call("logs", "DeleteRetentionPolicy", group);
        }),
        drift("access log group", |stage| {
            let group = json!({"logGroupName": "/aws/apigateway/shop-dev"});
            stage.call("logs", "DeleteLogGroup", group);
        }),
        drift("shop-dev-errors Threshold", |stage| {
            put_alarm(stage, "errors", "Threshold", json!(9.0));
        }),
        drift("shop-dev-dead-letters ActionsEnabled", |stage| {
            let names = json!({"AlarmNames": ["shop-dev-dead-letters"]});
            stage.call("cloudwatch", "DisableAlarmActions", names);
        }),
        drift("shop-dev-throttles AlarmActions", |stage| {
            put_alarm(stage, "throttles", "AlarmActions", json!([]));
        }),
        drift("shop-dev-oldest-message Dimensions", |stage| {
            let other = json!([{"Name": "QueueName", "Value": "other.fifo"}]);
            put_alarm(stage, "oldest-message", "Dimensions", other);
        }),
        drift("shop-dev-server-errors Namespace", |stage| {
            let names = json!({"AlarmNames": ["shop-dev-server-errors"]});
            stage.call("cloudwatch", "DeleteAlarms", names);
        }),
    ];
    all_of_a_stage(CHANGED, &drifts);
}

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
