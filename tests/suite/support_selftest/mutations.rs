//! Wrong requests made of right ones: in each place of an input, and on the wire.
use bytes::Bytes;
use hyper::http::request::Parts;
use serde_json::{Value, json};

use crate::support::models::{self, Input, Model, shape};
use crate::support::proxy::{Protocol, Request};

/// Every way to break the input's shape by one change, with words for it.
pub(super) fn mutations(input: &Input) -> Vec<(String, Input)> {
    let model = &models::all()[input.service];
    let Some(name) = model.input(&input.operation) else {
        return vec![];
    };
    let changed = wrong(model, name, &input.members);
    let whole = |(what, members): (String, Value)| {
        let mut mutated = input.clone();
        mutated.members = members;
        (what, mutated)
    };
    changed.into_iter().map(whole).collect()
}

/// The value with one thing wrong in it, for each thing that can be.
fn wrong(model: &Model, name: &str, value: &Value) -> Vec<(String, Value)> {
    let shape = model.shape(name);
    let mut found = vec![
        ("null".to_owned(), Value::Null),
        ("another type".to_owned(), another_type(value)),
    ];
    found.extend(out_of_bounds(shape, value));
    match value {
        Value::Object(_) if shape["type"] == "structure" => {
            found.extend(structure(model, shape, value));
        }
        Value::Object(fields) => {
            let value_shape = shape["value"]["shape"].as_str().unwrap();
            for (key, item) in fields {
                found.extend(within(key, wrong(model, value_shape, item), value));
            }
        }
        Value::Array(items) => {
            let member = shape["member"]["shape"].as_str().unwrap();
            for (index, item) in items.iter().enumerate() {
                for (what, item) in wrong(model, member, item) {
                    let mut changed = value.clone();
                    changed[index] = item;
                    found.push((format!("{index}/{what}"), changed));
                }
            }
        }
        _ => {}
    }
    found
}

fn structure(model: &Model, shape: &Value, value: &Value) -> Vec<(String, Value)> {
    let mut unknown = value.clone();
    unknown["noSuchMember"] = json!("x");
    let mut found = vec![("unknown member".to_owned(), unknown)];
    for name in shape::required(shape) {
        let mut less = value.clone();
        less.as_object_mut().unwrap().remove(name);
        found.push((format!("without {name}"), less));
    }
    for (name, member) in shape::members(shape) {
        if let Some(item) = value.get(name) {
            let items = wrong(model, member["shape"].as_str().unwrap(), item);
            found.extend(within(name, items, value));
        }
    }
    found
}

/// Each wrong item in the place of the right one.
fn within(name: &str, items: Vec<(String, Value)>, whole: &Value) -> Vec<(String, Value)> {
    let placed = items.into_iter().map(|(what, item)| {
        let mut changed = whole.clone();
        changed[name] = item;
        (format!("{name}/{what}"), changed)
    });
    placed.collect()
}

fn another_type(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(7),
        _ => json!("text"),
    }
}

/// Too short, too long, no member of the enumeration, characters that the pattern has not.
fn out_of_bounds(shape: &Value, value: &Value) -> Vec<(String, Value)> {
    let (least, most) = (shape["min"].as_u64(), shape["max"].as_u64());
    let mut found = vec![];
    let mut add = |what: &str, value: Value| found.push((what.to_owned(), value));
    match value {
        Value::String(text) => {
            if least.is_some_and(|least| least > 0) && shape["type"] == "string" {
                add("too short", json!(""));
            }
            if let Some(most) = most.filter(|most| *most < 1_000_000) {
                add(
                    "too long",
                    json!("x".repeat(usize::try_from(most).unwrap() + 1)),
                );
            }
            if !shape["enum"].is_null() {
                add("not in the enumeration", json!(format!("{text}x")));
            }
            let pattern = shape["pattern"].as_str();
            if pattern.is_some_and(|pattern| !shape::matches(pattern, "\u{1f}")) {
                add("against the pattern", json!("\u{1f}"));
            }
        }
        Value::Number(_) => {
            if let Some(least) = shape["min"].as_i64() {
                add("too small", json!(least - 1));
            }
            if let Some(most) = most {
                add("too large", json!(most + 1));
            }
        }
        Value::Array(items) => {
            let first = items
                .first()
                .filter(|_| most.is_some_and(|most| most < 1000));
            if let Some(first) = first {
                let count = usize::try_from(most.unwrap()).unwrap() + 1;
                add("too many", Value::Array(vec![first.clone(); count]));
            }
        }
        _ => {}
    }
    found
}

/// The request with something unknown on the wire, by its protocol.
pub(super) fn wire_mutations(request: &Request) -> Vec<(&'static str, Parts, Bytes)> {
    let (parts, body) = (&request.parts, &request.body);
    let with = |body: String| (parts.clone(), Bytes::from(body));
    let text = String::from_utf8_lossy(body);
    match request.about.protocol {
        Protocol::Query => {
            let (first, second) = (
                with(format!("{text}&Bogus=1")),
                with(text.replace("Version=", "Version=1")),
            );
            vec![
                ("an unknown field", first.0, first.1),
                ("another version", second.0, second.1),
            ]
        }
        Protocol::Json => {
            let mut other = parts.clone();
            other
                .headers
                .insert("x-amz-target", "AmazonSQS.Bogus".parse().unwrap());
            let (more, body_more) = with(json_with_more(&text));
            vec![
                ("an unknown target", other, body.clone()),
                ("an unknown member", more, body_more),
            ]
        }
        Protocol::Rest => {
            let mut query = parts.clone();
            let path = parts.uri.path_and_query().unwrap().as_str();
            let sign = if path.contains('?') { '&' } else { '?' };
            query.uri = format!("{path}{sign}bogus=1").parse().unwrap();
            let mut found = vec![("an unknown parameter", query, body.clone())];
            if !body.is_empty() {
                let (more, body_more) = with(json_with_more(&text));
                found.push(("an unknown member", more, body_more));
            }
            found
        }
    }
}

fn json_with_more(text: &str) -> String {
    let mut body: Value = serde_json::from_str(text).unwrap();
    body["bogus"] = json!(1);
    body.to_string()
}
