//! An OpenAPI 3.0 definition as API Gateway reads it, and what it would not take of one (OpenAPI 3.0.3; API Gateway
//! developer guide, "OpenAPI extensions").
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// API Gateway takes no other; TRACE is none of its methods.
const VERBS: [&str; 7] = ["get", "put", "post", "delete", "patch", "options", "head"];
const ANY: &str = "x-amazon-apigateway-any-method";
const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// One method that a definition has.
pub(crate) struct Operation {
    pub path: String,
    /// As API Gateway names it: `GET`, `ANY`.
    pub method: String,
    /// Authorisation and key, by the security schemes.
    signed: bool,
    keyed: bool,
    integration: Value,
}

impl Operation {
    /// The body of PutMethod.
    pub(crate) fn put_method(&self) -> Value {
        let authorization = if self.signed { "AWS_IAM" } else { "NONE" };
        json!({"authorizationType": authorization, "apiKeyRequired": self.keyed})
    }

    /// The body of PutIntegration; `None` where there is none.
    pub(crate) fn put_integration(&self) -> Option<Value> {
        let part = |name: &str| self.integration[name].as_str();
        let kind = part("type")?.to_uppercase();
        Some(json!({"type": kind, "httpMethod": part("httpMethod"), "uri": part("uri")}))
    }
}

/// All methods, by path.
pub(crate) fn operations(definition: &Value) -> Vec<Operation> {
    let paths = definition["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(verb, operation)| (path, verb, operation))
    });
    all.filter(|(_, verb, _)| *verb == ANY || VERBS.contains(&verb.as_str()))
        .map(|(path, verb, operation)| Operation {
            path: path.clone(),
            method: if verb == ANY {
                "ANY".to_owned()
            } else {
                verb.to_uppercase()
            },
            signed: asks(definition, operation, |scheme| {
                scheme["x-amazon-apigateway-authtype"] == "awsSigv4"
            }),
            keyed: asks(definition, operation, |scheme| {
                scheme["name"] == "x-api-key" && scheme["in"] == "header"
            }),
            integration: operation[INTEGRATION].clone(),
        })
        .collect()
}

/// Whether one of the schemes that an operation names is of this kind. One that is not declared is ignored.
fn asks(definition: &Value, operation: &Value, kind: impl Fn(&Value) -> bool) -> bool {
    let schemes = &definition["components"]["securitySchemes"];
    required(operation).any(|name| {
        let scheme = &schemes[name];
        scheme["type"] == "apiKey" && kind(scheme)
    })
}

fn required(operation: &Value) -> impl Iterator<Item = &String> {
    let requirements = operation["security"].as_array().into_iter().flatten();
    requirements.flat_map(|one| one.as_object().into_iter().flat_map(Map::keys))
}

/// The name of a part in braces.
pub(crate) fn variable(part: &str) -> Option<&str> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').unwrap_or(name))
}

/// What AWS would refuse, ignore with a warning, or take for something else than is meant.
pub(crate) fn problems(text: &Value) -> Vec<String> {
    let text = text.as_str().unwrap_or_default();
    let Ok(definition) = serde_json::from_str::<Value>(text) else {
        return vec!["the definition is no JSON".to_owned()];
    };
    let mut problems = vec![];
    let mut must = |good: bool, problem: &str| {
        if !good {
            problems.push(problem.to_owned());
        }
    };
    let version = definition["openapi"].as_str().unwrap_or_default();
    must(version.starts_with("3.0."), "not OpenAPI 3.0");
    must(definition["info"]["title"].is_string(), "no info.title");
    must(definition["info"]["version"].is_string(), "no info.version");
    must(
        definition.get("servers").is_none(),
        "servers give it a base path",
    );
    must(definition["paths"].is_object(), "no paths");
    must(text.len() <= 6_000_000, "more than 6 MB");
    let paths = definition["paths"].as_object().into_iter().flatten();
    for (path, item) in paths {
        for (verb, operation) in item.as_object().into_iter().flatten() {
            let found = of_operation(&definition, path, verb, operation);
            problems.extend(
                found
                    .into_iter()
                    .map(|problem| format!("{verb} {path}: {problem}")),
            );
        }
    }
    problems
}

fn of_operation(definition: &Value, path: &str, verb: &str, operation: &Value) -> Vec<String> {
    let mut problems = vec![];
    if verb != ANY && !VERBS.contains(&verb) {
        problems.push("no method of API Gateway".to_owned());
    }
    if !operation["responses"].is_object() {
        problems.push("no responses".to_owned());
    }
    let parts: BTreeSet<&str> = path.split('/').filter_map(variable).collect();
    let declared = operation["parameters"].as_array().into_iter().flatten();
    let declared = declared.filter(|one| one["in"] == "path" && one["required"] == true);
    let declared: BTreeSet<&str> = declared.filter_map(|one| one["name"].as_str()).collect();
    if parts != declared {
        problems.push(format!("variables {parts:?}, declared {declared:?}"));
    }
    let schemes = &definition["components"]["securitySchemes"];
    for name in required(operation).filter(|name| !schemes[name.as_str()].is_object()) {
        problems.push(format!("security {name} is not declared"));
    }
    let integration = &operation[INTEGRATION];
    let proxy = integration["type"] == "aws_proxy" && integration["httpMethod"] == "POST";
    if !proxy || !integration["uri"].is_string() {
        problems.push(format!("not the function's integration: {integration}"));
    }
    problems
}
