//! What the account answers, held against the shapes of AWS's own models: it cannot drift away from
//! what it plays.

use super::fixtures;
use super::operations::Request;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const SERVICES: [&str; 7] = [
    "apigateway",
    "apigatewayv2",
    "dynamodb",
    "lambda",
    "logs",
    "monitoring",
    "sqs",
];

static MODELS: LazyLock<BTreeMap<&str, Value>> = LazyLock::new(|| {
    let models = SERVICES.iter();
    let models = models.map(|&service| (service, fixtures::json(&format!("{service}.json"))));
    models.collect()
});

/// Fails unless `body` is one that the request's operation can be answered with. IAM's, which are
/// XML, are the recorded ones with other texts in them.
pub(crate) fn assert_fits(request: &Request, body: &Value) {
    let Some(model) = MODELS.get(request.service.as_str()) else {
        return;
    };
    let place = format!("{} {}", request.service, request.operation);
    match model["operations"][&request.operation]["output"].as_str() {
        _ if body == "" => {}
        Some(output) => fits(model, output, body, &place),
        None => panic!("{place} answers nothing, not {body}"),
    }
}

fn fits(model: &Value, shape: &str, value: &Value, place: &str) {
    let shape = &model["shapes"][shape];
    let part = |name: &str| shape[name]["shape"].as_str().unwrap();
    match (shape["type"].as_str().unwrap(), value) {
        ("structure", Value::Object(fields)) => {
            let members = shape["members"].as_object().unwrap();
            for (name, item) in fields {
                let member = members.iter().find(|(known, member)| {
                    member["locationName"].as_str().unwrap_or(known.as_str()) == name
                });
                let (_, member) = member.unwrap_or_else(|| panic!("{place} has no {name}"));
                let shape = member["shape"].as_str().unwrap();
                fits(model, shape, item, &format!("{place}/{name}"));
            }
        }
        ("list", Value::Array(items)) => {
            let each = |item| fits(model, part("member"), item, place);
            items.iter().for_each(each);
        }
        ("map", Value::Object(fields)) => {
            for (name, item) in fields {
                fits(model, part("value"), item, &format!("{place}/{name}"));
            }
        }
        ("string" | "blob", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("float" | "double" | "timestamp", Value::Number(_))
        | ("timestamp", Value::String(_)) => {}
        ("integer" | "long", Value::Number(number)) if !number.is_f64() => {}
        // A member that is not set is left out, never null.
        (kind, other) => panic!("{place}: {other} is no {kind}"),
    }
}
