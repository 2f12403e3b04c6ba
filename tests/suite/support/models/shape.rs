//! A value against its shape.
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use regex::Regex;
use serde_json::Value;

use super::Model;

/// What of a value does not fit its shape, each with its place.
pub(crate) fn problems(model: &Model, shape: &str, value: &Value) -> Vec<String> {
    let mut check = Check {
        model,
        problems: vec![],
    };
    check.value(shape, value, "");
    check.problems
}

/// The name that a member has on the wire.
pub(crate) fn wire_name<'a>(name: &'a str, member: &'a Value) -> &'a str {
    member["locationName"].as_str().unwrap_or(name)
}

/// The members of a structure by their names on the wire.
pub(crate) fn members(shape: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = shape["members"].as_object().into_iter().flatten();
    members.map(|(name, member)| (wire_name(name, member), member))
}

/// The names on the wire of the members that have to be there.
pub(crate) fn required(shape: &Value) -> impl Iterator<Item = &str> {
    let names = shape["required"].as_array().into_iter().flatten();
    names.filter_map(|name| {
        let name = name.as_str()?;
        Some(wire_name(name, &shape["members"][name]))
    })
}

struct Check<'a> {
    model: &'a Model,
    problems: Vec<String>,
}

impl Check<'_> {
    fn tell(&mut self, path: &str, problem: impl std::fmt::Display) {
        let path = if path.is_empty() { "input" } else { path };
        self.problems.push(format!("{path}: {problem}"));
    }

    fn value(&mut self, shape: &str, value: &Value, path: &str) {
        let model = self.model;
        let shape = model.shape(shape);
        match (shape["type"].as_str().unwrap(), value) {
            ("structure", Value::Object(_)) => self.structure(shape, value, path),
            ("list", Value::Array(items)) => self.list(shape, items, path),
            ("map", Value::Object(_)) => self.map(shape, value, path),
            ("string", Value::String(text)) => self.text(shape, text, path),
            ("integer" | "long", Value::Number(number)) if !number.is_f64() => {
                self.range(shape, number.as_f64().unwrap(), path);
            }
            ("float" | "double", Value::Number(number)) => {
                self.range(shape, number.as_f64().unwrap(), path);
            }
            ("boolean", Value::Bool(_)) => {}
            ("timestamp", Value::Number(_) | Value::String(_)) => {}
            ("blob", Value::String(text)) => self.range(shape, text.len() as f64, path),
            (kind, other) => self.tell(path, format!("{other} is no {kind}")),
        }
    }

    fn structure(&mut self, shape: &Value, value: &Value, path: &str) {
        let known: BTreeMap<&str, &Value> = members(shape).collect();
        for (name, item) in value.as_object().into_iter().flatten() {
            let path = format!("{path}/{name}");
            match known.get(name.as_str()) {
                Some(member) => self.value(member["shape"].as_str().unwrap(), item, &path),
                None => self.tell(&path, "no such member"),
            }
        }
        for name in required(shape) {
            if value.get(name).is_none() {
                self.tell(path, format!("{name} is missing"));
            }
        }
    }

    fn list(&mut self, shape: &Value, items: &[Value], path: &str) {
        self.range(shape, items.len() as f64, path);
        let member = shape["member"]["shape"].as_str().unwrap();
        for (index, item) in items.iter().enumerate() {
            self.value(member, item, &format!("{path}/{index}"));
        }
    }

    fn map(&mut self, shape: &Value, value: &Value, path: &str) {
        let entries = value.as_object().unwrap();
        self.range(shape, entries.len() as f64, path);
        for (key, item) in entries {
            let path = format!("{path}/{key}");
            let key = Value::String(key.clone());
            self.value(shape["key"]["shape"].as_str().unwrap(), &key, &path);
            self.value(shape["value"]["shape"].as_str().unwrap(), item, &path);
        }
    }

    fn text(&mut self, shape: &Value, text: &str, path: &str) {
        self.range(shape, text.chars().count() as f64, path);
        if let Some(allowed) = shape["enum"].as_array()
            && !allowed.iter().any(|one| one == text)
        {
            self.tell(path, format!("{text:?} is none of {:?}", shape["enum"]));
        }
        if let Some(pattern) = shape["pattern"].as_str()
            && !matches(pattern, text)
        {
            self.tell(path, format!("{text:?} does not match {pattern}"));
        }
    }

    fn range(&mut self, shape: &Value, size: f64, path: &str) {
        if shape["min"].as_f64().is_some_and(|least| size < least) {
            self.tell(path, format!("{size} is below {}", shape["min"]));
        }
        if shape["max"].as_f64().is_some_and(|most| size > most) {
            self.tell(path, format!("{size} is above {}", shape["max"]));
        }
    }
}

/// Whether all of the text matches: a pattern of the models stands for the whole.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    static COMPILED: OnceLock<Mutex<BTreeMap<String, Regex>>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(Mutex::default);
    let known = compiled.lock().unwrap().get(pattern).cloned();
    let whole = known.unwrap_or_else(|| {
        let whole = Regex::new(&format!("^(?s:{pattern})$")).unwrap();
        let mut compiled = compiled.lock().unwrap();
        compiled.insert(pattern.to_owned(), whole.clone());
        whole
    });
    whole.is_match(text)
}
