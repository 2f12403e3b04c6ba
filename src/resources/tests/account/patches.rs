//! Patch operations, as far as API Gateway takes them of what is managed here.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::api_gateway::MISSING;
use super::{Account, Request};
use serde_json::{Value, json};

impl Account {
    /// The thing at `place` with the request's patches made.
    pub(super) fn patched(&mut self, request: &Request, place: &[&str]) -> Reply {
        let thing = self.at(place);
        let mut changed = thing.clone();
        for patch in request.input["patchOperations"].as_array().unwrap() {
            let (op, path) = (
                patch["op"].as_str().unwrap(),
                patch["path"].as_str().unwrap(),
            );
            let value = patch.get("value").and_then(Value::as_str);
            apply(&mut changed, request, (op, path, value))?;
        }
        *thing = changed.clone();
        Ok(changed)
    }
}

fn apply(
    thing: &mut Value,
    request: &Request,
    patch: (&str, &str, Option<&str>),
) -> Result<(), &'static str> {
    match (request.operation.as_str(), patch) {
        ("UpdateStage", ("replace", path, Some(value))) if path.starts_with("/*/*/") => {
            set_method(&mut thing["methodSettings"], path, value);
        }
        ("UpdateStage", ("replace", "/deploymentId", Some(value))) => {
            thing["deploymentId"] = value.into()
        }
        ("UpdateRestApi" | "UpdateDomainName", ("replace", path, Some(value)))
            if path.starts_with("/endpointConfiguration/types/") =>
        {
            thing["endpointConfiguration"]["types"] = json!([value]);
        }
        ("UpdateStage", ("remove", "/accessLogSettings", None)) => {
            thing.as_object_mut().unwrap().remove("accessLogSettings");
        }
        ("UpdateRestApi", ("replace", "/policy", Some(""))) => {
            thing.as_object_mut().unwrap().remove("policy");
        }
        // It comes back as the inside of a JSON string.
        ("UpdateRestApi", ("replace", "/policy", Some(policy))) => {
            let text = json!(policy).to_string();
            thing["policy"] = text.trim_matches('"').into();
        }
        ("UpdateUsagePlan", (op, "/apiStages", Some(stage))) => {
            stages(&mut thing["apiStages"], op, stage)?
        }
        ("UpdateAuthorizer", (op, "/providerARNs", Some(pool))) => {
            item(&mut thing["providerARNs"], op, pool)?
        }
        ("UpdateMethod", (op, "/authorizationScopes", Some(scope))) => {
            item(&mut thing["authorizationScopes"], op, scope)?
        }
        // An empty value takes it away.
        ("UpdateAuthorizer", ("replace", path, Some(""))) => {
            thing.as_object_mut().unwrap().remove(&path[1..]);
        }
        ("UpdateUsagePlan", (op, path, value)) if path.starts_with("/apiStages/") => {
            throttle(&mut thing["apiStages"], op, path, value)?;
        }
        ("UpdateUsagePlan", ("remove", "/quota", None)) => {
            thing.as_object_mut().unwrap().remove("quota");
        }
        ("UpdateAccount", ("replace", "/cloudwatchRoleArn", Some(""))) => {
            thing.as_object_mut().unwrap().remove("cloudwatchRoleArn");
        }
        (_, ("add" | "replace", path, Some(value))) => {
            let path = path.trim_start_matches('/').split('/');
            *path.fold(thing, |value, key| &mut value[key]) = typed(patch.1, value);
        }
        (operation, other) => panic!("{operation} does not take {other:?}"),
    }
    Ok(())
}

/// A value is a text in a patch, whatever it is in an answer.
fn typed(path: &str, value: &str) -> Value {
    match path {
        "/throttle/rateLimit" => value.parse::<f64>().unwrap().into(),
        "/throttle/burstLimit" | "/quota/limit" | "/authorizerResultTtlInSeconds" => {
            value.parse::<i64>().unwrap().into()
        }
        "/enabled" | "/apiKeyRequired" | "/tracingEnabled" | "/disableExecuteApiEndpoint" => {
            (value == "true").into()
        }
        _ => value.into(),
    }
}

/// A text that is added to a list or taken from it.
fn item(list: &mut Value, op: &str, text: &str) -> Result<(), &'static str> {
    if list.is_null() {
        *list = json!([]);
    }
    let list = list.as_array_mut().unwrap();
    match (op, list.iter().position(|one| one == text)) {
        ("add", None) => list.push(text.into()),
        ("remove", Some(at)) => drop(list.remove(at)),
        _ => return Err("NotFoundException"),
    }
    Ok(())
}

/// The first setting fills in the defaults of all others; the log level is absent where it is OFF.
fn set_method(settings: &mut Value, path: &str, value: &str) {
    if settings.get("*/*").is_none() {
        let defaults = body("apigateway", "UpdateStage.without-logging");
        settings["*/*"] = defaults["methodSettings"]["*/*"].clone();
    }
    let all = settings["*/*"].as_object_mut().unwrap();
    let (name, value) = match path.trim_start_matches("/*/*/") {
        "logging/loglevel" => ("loggingLevel", value.into()),
        "logging/dataTrace" => ("dataTraceEnabled", (value == "true").into()),
        "metrics/enabled" => ("metricsEnabled", (value == "true").into()),
        "throttling/rateLimit" => ("throttlingRateLimit", value.parse::<f64>().unwrap().into()),
        "throttling/burstLimit" => ("throttlingBurstLimit", value.parse::<i64>().unwrap().into()),
        other => panic!("UpdateStage does not take /*/*/{other}"),
    };
    all.insert(name.to_owned(), value);
    all.retain(|name, value| name != "loggingLevel" || value != "OFF");
}

/// `/apiStages/api:stage/throttle/~1path/METHOD`, of which one limit is set or all are taken away.
fn throttle(
    stages: &mut Value,
    op: &str,
    path: &str,
    value: Option<&str>,
) -> Result<(), &'static str> {
    let parts: Vec<&str> = path.split('/').skip(2).collect();
    let (stage, path, method) = (parts[0], parts[2].replace("~1", "/"), parts[3]);
    let (api, stage) = stage.split_once(':').unwrap();
    let mut stages = stages.as_array_mut().unwrap().iter_mut();
    let stage = stages.find(|one| one["apiId"] == api && one["stage"] == stage);
    let limits = &mut stage.ok_or(MISSING)?["throttle"];
    let key = format!("{path}/{method}");
    match (op, parts.get(4), value) {
        ("replace", Some(&"rateLimit"), Some(value)) => {
            limits[&key]["rateLimit"] = value.parse::<f64>().unwrap().into();
        }
        ("replace", Some(&"burstLimit"), Some(value)) => {
            limits[&key]["burstLimit"] = value.parse::<i64>().unwrap().into();
        }
        ("remove", None, None) => {
            let limits = limits.as_object_mut().ok_or(MISSING)?;
            limits.remove(&key).ok_or(MISSING)?;
        }
        other => panic!("UpdateUsagePlan does not take {other:?}"),
    }
    Ok(())
}

/// `api:stage`, added to the list or taken from it.
fn stages(list: &mut Value, op: &str, stage: &str) -> Result<(), &'static str> {
    let (api, stage) = stage.split_once(':').unwrap();
    let list = list.as_array_mut().unwrap();
    let mut there = list.iter();
    let there = there.position(|one| one["apiId"] == api && one["stage"] == stage);
    match (op, there) {
        ("add", None) => list.push(json!({"apiId": api, "stage": stage})),
        ("remove", Some(at)) => drop(list.remove(at)),
        _ => return Err(MISSING),
    }
    Ok(())
}
