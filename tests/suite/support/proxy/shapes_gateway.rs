//! API Gateway's answers as AWS gives them.
use serde_json::{Value, json};

use super::request::Request;
use super::shapes::{absent_if_empty, fill};

pub(super) fn shaped(request: &Request, mut body: Value) -> Value {
    let operation = request.operation();
    // On the wire a list is `item`.
    for name in ["item", "items"] {
        for item in body
            .get_mut(name)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            absent_if_empty(item, "tags");
            one(operation, item);
        }
    }
    if operation.starts_with("Get") && operation.ends_with('s') {
        if let Value::Object(fields) = &mut body {
            fields.retain(|_, value| !value.is_null());
        }
        return body;
    }
    match operation {
        "GetAccount" | "UpdateAccount" => account(&mut body),
        "GetRestApi" | "UpdateRestApi" | "UpdateApiKey" => fill(&mut body, json!({"tags": {}})),
        _ => absent_if_empty(&mut body, "tags"),
    }
    one(operation, &mut body);
    body
}

fn one(operation: &str, value: &mut Value) {
    if operation.contains("RestApi") {
        fill(
            value,
            json!({"apiKeySource": "HEADER", "disableExecuteApiEndpoint": false}),
        );
        fill_in(
            value,
            "endpointConfiguration",
            json!({"ipAddressType": "ipv4"}),
        );
    } else if operation.contains("Authorizer") {
        authorizer(value);
    } else if operation.contains("Stage") {
        stage(value);
    } else if operation.contains("UsagePlanKey") {
        fill(value, json!({"value": "a-value-of-twenty-characters"}));
    } else if operation.contains("UsagePlan") {
        usage_plan(value);
    } else if operation == "GetResources" {
        let id = value["id"].clone();
        for method in value
            .get_mut("resourceMethods")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            if let Some(made) = method.1.get_mut("methodIntegration") {
                integration(made, &id);
            }
        }
        let methods = value["resourceMethods"].as_object();
        if methods.is_none_or(|methods| methods.is_empty()) {
            value
                .as_object_mut()
                .map(|fields| fields.remove("resourceMethods"));
        }
    } else if ["PutIntegration", "GetIntegration"].contains(&operation) {
        integration(value, &json!("abc123"));
    } else if operation.contains("ApiKey") {
        fill(value, json!({"stageKeys": []}));
    }
}

/// What is not set is left out, and of user pools no answer is kept.
fn authorizer(value: &mut Value) {
    let is_cognito = value["type"] == "COGNITO_USER_POOLS";
    if let Value::Object(fields) = value {
        fields.retain(|name, part| {
            let is_set = !part.is_null() && *part != "" && *part != json!([]);
            is_set && !(is_cognito && name == "authorizerResultTtlInSeconds")
        });
    }
}

fn fill_in(value: &mut Value, part: &str, defaults: Value) {
    if let Some(part) = value.get_mut(part) {
        fill(part, defaults);
    }
}

/// All settings of a method are told once one is set; the level only where something is logged.
fn stage(value: &mut Value) {
    let defaults = json!({
        "metricsEnabled": false, "dataTraceEnabled": false, "throttlingBurstLimit": 5000,
        "throttlingRateLimit": 10000.0, "cachingEnabled": false, "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": false, "requireAuthorizationForCacheControl": true,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    });
    for (_, settings) in value
        .get_mut("methodSettings")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        fill(settings, defaults.clone());
        let off = settings["loggingLevel"] == "OFF";
        if let Value::Object(fields) = settings {
            fields.retain(|name, value| !(value.is_null() || off && name == "loggingLevel"));
        }
    }
    fill(
        value,
        json!({"cacheClusterEnabled": false, "cacheClusterStatus": "NOT_AVAILABLE", "methodSettings": {}, "tracingEnabled": false}),
    );
    if let Value::Object(fields) = value {
        fields.retain(|name, value| {
            name != "variables" || value.as_object().is_some_and(|all| !all.is_empty())
        });
    }
}

/// What is not set is left out: throttle, quota, description.
fn usage_plan(value: &mut Value) {
    let Value::Object(fields) = &mut *value else {
        return;
    };
    let empty = |part: &Value| part.as_object().is_none_or(|all| all.is_empty());
    fields.retain(|name, part| match name.as_str() {
        "throttle" | "quota" => !empty(part),
        "description" => part != "",
        _ => true,
    });
    fill_in(value, "quota", json!({"offset": 0}));
}

fn integration(value: &mut Value, resource: &Value) {
    fill(
        value,
        json!({"cacheNamespace": resource, "cacheKeyParameters": [], "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000}),
    );
}

fn account(value: &mut Value) {
    fill(
        value,
        json!({"apiKeyVersion": "4", "features": ["UsagePlans"], "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}}),
    );
    if let Value::Object(fields) = value {
        fields.retain(|name, value| name != "cloudwatchRoleArn" || value != "");
    }
}
