//! From the wire to an operation's input, by the service's protocol.
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::shape::members;
use super::{Input, Model, wire_query};

/// What is asked, or what is wrong with the request as such.
pub(super) fn read(model: &Model, parts: &Parts, body: &[u8]) -> Result<Input, Vec<String>> {
    match model.metadata("protocol") {
        "rest-json" => rest(model, parts, body),
        "query" => wire_query::read(model, body),
        _ => json_target(model, parts, body),
    }
}

/// The target names the operation, and the body is its input.
fn json_target(model: &Model, parts: &Parts, body: &[u8]) -> Result<Input, Vec<String>> {
    let target = parts.headers.get("x-amz-target");
    let target = target
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let prefix = format!("{}.", model.metadata("targetPrefix"));
    let operation = target.strip_prefix(&prefix).unwrap_or_default();
    let content = parts.headers.get("content-type");
    let expected = format!("application/x-amz-json-{}", model.metadata("jsonVersion"));
    if content.and_then(|value| value.to_str().ok()) != Some(&expected) {
        return Err(vec![format!("{target}: content-type is not {expected}")]);
    }
    known(model, operation, || format!("target {target:?}"))?;
    let members = object(body).map_err(|problem| vec![format!("{operation}: {problem}")])?;
    Ok(input(model, operation, members))
}

/// Method and path name the operation; path, query, headers and body are its input.
fn rest(model: &Model, parts: &Parts, body: &[u8]) -> Result<Input, Vec<String>> {
    let path = parts.uri.path();
    let found = model.operations().find_map(|(name, operation)| {
        let same = operation["method"] == parts.method.as_str();
        let labels = same.then(|| labels(operation["uri"].as_str()?, path))??;
        Some((name, labels))
    });
    let Some((operation, labels)) = found else {
        return Err(unknown(model, &format!("{} {path}", parts.method)));
    };
    let fail = |problem: String| vec![format!("{operation}: {problem}")];
    let empty = json!({"members": {}});
    let shape = model.input(operation).map(|name| model.shape(name));
    let reader = Rest {
        model,
        shape: shape.unwrap_or(&empty),
    };
    let mut found = reader.body(body).map_err(fail)?;
    for (name, value) in labels {
        found.insert(reader.member("uri", &name), Value::String(value));
    }
    reader.query(parts.uri.query().unwrap_or_default(), &mut found);
    Ok(input(model, operation, Value::Object(found)))
}

struct Rest<'a> {
    model: &'a Model,
    shape: &'a Value,
}

impl Rest<'_> {
    /// The name of a member; one that is unknown keeps its own, so that the check finds it.
    fn member(&self, location: &str, name: &str) -> String {
        let known = members(self.shape).any(|(wire, member)| {
            wire == name && member["location"].as_str().unwrap_or("body") == location
        });
        match known {
            true => name.to_owned(),
            false => format!("{name} ({location})"),
        }
    }

    fn kind(&self, name: &str) -> &str {
        let member = members(self.shape).find(|(wire, _)| *wire == name);
        let shape = member.map(|(_, member)| self.model.shape(member["shape"].as_str().unwrap()));
        shape
            .and_then(|shape| shape["type"].as_str())
            .unwrap_or("string")
    }

    fn body(&self, body: &[u8]) -> Result<Map<String, Value>, String> {
        if let Some(payload) = self.shape["payload"].as_str() {
            let text = String::from_utf8_lossy(body).into_owned();
            return Ok(Map::from_iter([(payload.to_owned(), Value::String(text))]));
        }
        if body.is_empty() {
            return Ok(Map::new());
        }
        let Value::Object(fields) = object(body)? else {
            return Ok(Map::new());
        };
        let named = fields
            .into_iter()
            .map(|(name, value)| (self.member("body", &name), value));
        Ok(named.collect())
    }

    fn query(&self, query: &str, found: &mut Map<String, Value>) {
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, text) = (decode(name), decode(text));
            let kind = self.kind(&name);
            let name = self.member("querystring", &name);
            if kind == "list" {
                let items = found.entry(name).or_insert_with(|| json!([]));
                if let Some(items) = items.as_array_mut() {
                    items.push(Value::String(text));
                }
                continue;
            }
            found.insert(name, typed(kind, text));
        }
    }
}

/// A text as its type writes it; where it does not, it stays a text, and the check tells.
pub(super) fn typed(kind: &str, text: String) -> Value {
    let parsed = match kind {
        "integer" | "long" => text.parse::<i64>().ok().map(Value::from),
        "float" | "double" => text.parse::<f64>().ok().map(Value::from),
        "boolean" => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or(Value::String(text))
}

/// The labels of a path that the template fits: `/restapis/{restapi_id}`.
fn labels(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (template, path) = (split(template), split(path));
    if template.len() != path.len() {
        return None;
    }
    let mut labels = vec![];
    for (expected, segment) in template.iter().zip(&path) {
        match expected
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) if !segment.is_empty() => labels.push((name.to_owned(), decode(segment))),
            Some(_) => return None,
            None if expected == segment => {}
            None => return None,
        }
    }
    Some(labels)
}

fn split(path: &str) -> Vec<&str> {
    path.split('?')
        .next()
        .unwrap()
        .trim_end_matches('/')
        .split('/')
        .collect()
}

fn object(body: &[u8]) -> Result<Value, String> {
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(other) => Err(format!("the body is no object: {other}")),
        Err(error) => Err(format!("the body is no JSON: {error}")),
    }
}

pub(super) fn input(model: &Model, operation: &str, members: Value) -> Input {
    Input {
        service: model.service,
        operation: operation.to_owned(),
        members,
    }
}

pub(super) fn known(
    model: &Model,
    operation: &str,
    what: impl Fn() -> String,
) -> Result<(), Vec<String>> {
    match model.json["operations"][operation].is_object() {
        true => Ok(()),
        false => Err(unknown(model, &what())),
    }
}

fn unknown(model: &Model, what: &str) -> Vec<String> {
    vec![format!(
        "{}: {what} is no operation of tests/suite/models (make.py lists them)",
        model.service
    )]
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
