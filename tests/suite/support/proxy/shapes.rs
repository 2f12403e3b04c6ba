//! Answers in AWS's shapes: what the emulator leaves out, puts in or writes otherwise, as it was recorded on AWS.
//!
//! Members that AWS's models do not have and members without a value go; whole numbers of a rate are written as AWS
//! writes them (10.0); defaults that AWS tells are told.
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::request::Request;
use super::{shapes_gateway, shapes_iam};
use crate::support::models::{self, Model, shape::members};

pub(super) fn shape(request: &Request, answer: &mut Answer) {
    if !answer.ok() {
        return;
    }
    match request.about.service.as_str() {
        "iam" => return shapes_iam::shape(answer),
        "sts" => return,
        _ => {}
    }
    let Some(model) = models::all().get(request.about.service.as_str()) else {
        return;
    };
    let operation = &model.json["operations"][request.operation()];
    if let Some(status) = operation["status"].as_u64() {
        let status = u16::try_from(status).unwrap();
        answer.parts.status = hyper::StatusCode::from_u16(status).unwrap();
    }
    let Some(output) = operation["output"].as_str() else {
        return;
    };
    let body = pruned(model, output, answer.json());
    let shaped = match request.about.service.as_str() {
        "apigateway" => shapes_gateway::shaped(request, body),
        "lambda" => function(request, body),
        "sqs" => queue(request, body),
        "logs" => log_groups(request, body),
        _ => body,
    };
    answer.replace_body(shaped.to_string());
}

/// The value with nothing in it but what its shape has.
fn pruned(model: &Model, shape: &str, value: Value) -> Value {
    let shape = model.shape(shape);
    let part = |name: &str| shape[name]["shape"].as_str().unwrap();
    match (shape["type"].as_str().unwrap(), value) {
        ("structure", Value::Object(mut fields)) => {
            let known = members(shape).filter_map(|(name, member)| {
                let value = fields.remove(name).filter(|value| !value.is_null())?;
                let value = pruned(model, member["shape"].as_str().unwrap(), value);
                Some((name.to_owned(), value))
            });
            Value::Object(known.collect())
        }
        ("list", Value::Array(items)) => {
            let items = items
                .into_iter()
                .map(|item| pruned(model, part("member"), item));
            items.collect()
        }
        ("map", Value::Object(fields)) => {
            let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
            let kept = kept.map(|(key, value)| (key, pruned(model, part("value"), value)));
            Value::Object(kept.collect())
        }
        ("double" | "float", Value::Number(number)) => json!(number.as_f64()),
        (_, value) => value,
    }
}

fn function(request: &Request, mut body: Value) -> Value {
    if let Some(text) = body["Policy"].as_str() {
        body["Policy"] = json!(document(text));
    }
    absent_if_empty(&mut body, "Tags");
    let configuration = match request.operation() {
        "GetFunction" => &mut body["Configuration"],
        "CreateFunction"
        | "GetFunctionConfiguration"
        | "UpdateFunctionCode"
        | "UpdateFunctionConfiguration" => &mut body,
        _ => return body,
    };
    fill(
        configuration,
        json!({
            "EphemeralStorage": {"Size": 512},
            "Environment": {"Variables": {}},
            "LoggingConfig": {"LogFormat": "Text"},
            "PackageType": "Zip",
            "RuntimeVersionConfig": {"RuntimeVersionArn": "arn:aws:lambda:eu-west-1::runtime:0"},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "TracingConfig": {"Mode": "PassThrough"},
        }),
    );
    if request.operation() == "CreateFunction" {
        configuration
            .as_object_mut()
            .unwrap()
            .remove("LastUpdateStatus");
    }
    body
}

fn queue(request: &Request, mut body: Value) -> Value {
    if request.operation() == "ListQueueTags" {
        absent_if_empty(&mut body, "Tags");
    }
    if let Some(text) = body["Attributes"]["Policy"].as_str() {
        body["Attributes"]["Policy"] = json!(document(text));
    }
    body
}

/// `arn` with `:*` at its end, and `logGroupArn` without.
fn log_groups(request: &Request, mut body: Value) -> Value {
    if request.operation() != "DescribeLogGroups" {
        return body;
    }
    for group in body
        .get_mut("logGroups")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let arn = group["arn"].as_str().unwrap_or_default();
        let arn = arn.trim_end_matches(":*").to_owned();
        group["arn"] = json!(format!("{arn}:*"));
        group["logGroupArn"] = json!(arn);
        fill(
            group,
            json!({"logGroupClass": "STANDARD", "deletionProtectionEnabled": false, "metricFilterCount": 0}),
        );
    }
    body
}

/// Sets what is not there.
pub(super) fn fill(value: &mut Value, defaults: Value) {
    if let (Value::Object(fields), Value::Object(defaults)) = (value, defaults) {
        for (name, default) in defaults {
            fields.entry(name).or_insert(default);
        }
    }
}

pub(super) fn absent_if_empty(value: &mut Value, name: &str) {
    let empty = value[name].as_object().is_some_and(Map::is_empty);
    if empty || value[name].is_null() {
        value.as_object_mut().map(|fields| fields.remove(name));
    }
}

/// A policy in other words that mean the same: condition keys in the other case, lists of one as their item. What is
/// no JSON stays as it is.
pub(super) fn document(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(policy) => reworded(policy, false).to_string(),
        Err(_) => text.to_owned(),
    }
}

fn reworded(value: Value, keys: bool) -> Value {
    match value {
        Value::Array(items) if items.len() == 1 && !items[0].is_object() => {
            items.into_iter().next().unwrap()
        }
        Value::Array(items) => items
            .into_iter()
            .map(|item| reworded(item, false))
            .collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let inside = name == "Condition";
                let name = if keys { other_case(&name) } else { name };
                match value {
                    // Operators, and below them keys.
                    Value::Object(operators) if inside => (name, conditions(operators)),
                    value => (name, reworded(value, false)),
                }
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn conditions(operators: Map<String, Value>) -> Value {
    let operators = operators.into_iter();
    Value::Object(
        operators
            .map(|(name, keys)| (name, reworded(keys, true)))
            .collect(),
    )
}

/// `aws:SourceArn` as `AWS:SourceArn`, and the other way round.
fn other_case(key: &str) -> String {
    match key.split_once(':') {
        Some(("aws", name)) => format!("AWS:{name}"),
        Some(("AWS", name)) => format!("aws:{name}"),
        _ => key.to_owned(),
    }
}
