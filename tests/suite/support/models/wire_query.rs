//! The query protocol (IAM, STS): a form whose names are paths, `Tags.member.1.Key=team`.
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::shape::members;
use super::wire::{input, known, typed};
use super::{Input, Model};
use crate::support::proxy::form;

pub(super) fn read(model: &Model, body: &[u8]) -> Result<Input, Vec<String>> {
    let mut fields: BTreeMap<String, String> = form(body).into_iter().collect();
    let operation = fields.remove("Action").unwrap_or_default();
    known(model, &operation, || format!("action {operation:?}"))?;
    let version = fields.remove("Version").unwrap_or_default();
    if version != model.metadata("apiVersion") {
        return Err(vec![format!("{operation}: version {version:?}")]);
    }
    let mut reader = Reader { model, fields };
    let mut found = match model.input(&operation) {
        Some(shape) => reader.structure(model.shape(shape), ""),
        None => Map::new(),
    };
    // What no member took is unknown, and the check says so.
    let left = reader.fields.into_iter();
    found.extend(left.map(|(name, text)| (name, Value::String(text))));
    Ok(input(model, &operation, Value::Object(found)))
}

struct Reader<'a> {
    model: &'a Model,
    fields: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn structure(&mut self, shape: &Value, prefix: &str) -> Map<String, Value> {
        let mut found = Map::new();
        for (name, member) in members(shape) {
            let shape = member["shape"].as_str().unwrap();
            if let Some(value) = self.value(shape, &format!("{prefix}{name}")) {
                found.insert(name.to_owned(), value);
            }
        }
        found
    }

    /// Takes the fields of one value; `None` where there are none.
    fn value(&mut self, shape: &str, name: &str) -> Option<Value> {
        let model = self.model;
        let shape = model.shape(shape);
        match shape["type"].as_str().unwrap() {
            "structure" => {
                let found = self.structure(shape, &format!("{name}."));
                (!found.is_empty()).then_some(Value::Object(found))
            }
            "list" => self.list(shape, name),
            kind => self.fields.remove(name).map(|text| typed(kind, text)),
        }
    }

    /// Numbered from 1; an empty list is the name alone with no text.
    fn list(&mut self, shape: &Value, name: &str) -> Option<Value> {
        let member = shape["member"]["shape"].as_str().unwrap();
        let items = (1..).map_while(|n| self.value(member, &format!("{name}.member.{n}")));
        let items: Vec<Value> = items.collect();
        let empty = items.is_empty() && self.fields.get(name).is_some_and(String::is_empty);
        if empty {
            self.fields.remove(name);
        }
        (empty || !items.is_empty()).then_some(Value::Array(items))
    }
}
