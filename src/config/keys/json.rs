//! Values that become JSON: replies, and the fixed arguments of tasks.

use serde_json::{Map, Number, Value};
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};

use super::{Describe, Key, Node, Row};
use crate::config::problems::Problems;

/// What the outermost value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Shape {
    /// A reply: anything.
    Reply,
    /// Positional arguments.
    Args,
    /// Keyword arguments.
    Kwargs,
}

/// Any TOML that has an equal in JSON.
pub(in crate::config) struct Json {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) shape: Shape,
    pub(in crate::config) about: &'static str,
}

impl Json {
    fn kind(&self) -> &'static str {
        match self.shape {
            Shape::Reply => "any",
            Shape::Args => "list",
            Shape::Kwargs => "table",
        }
    }

    fn allowed(&self) -> &'static str {
        match self.shape {
            Shape::Reply => "what JSON can say: no dates, no inf or nan",
            Shape::Args => "a list, as JSON can say it",
            Shape::Kwargs => "a table, as JSON can say it",
        }
    }

    fn fits(&self, value: &DeValue<'_>) -> bool {
        match self.shape {
            Shape::Reply => true,
            Shape::Args => value.is_array(),
            Shape::Kwargs => value.is_table(),
        }
    }

    fn convert(&self, node: &Node<'_>, problems: &mut Problems) -> Option<Value> {
        let value = match node.get_ref() {
            DeValue::String(text) => Some(Value::from(text.as_ref())),
            DeValue::Boolean(flag) => Some(Value::Bool(*flag)),
            DeValue::Integer(number) => integer(number).map(Value::Number),
            DeValue::Float(number) => float(number).map(Value::Number),
            DeValue::Datetime(_) => None,
            DeValue::Array(items) => {
                let items = items.iter().filter_map(|item| self.convert(item, problems));
                return Some(Value::Array(items.collect()));
            }
            DeValue::Table(table) => return Some(self.object(table, node, problems)),
        };
        if value.is_none() {
            problems.refuse(self.name, node.span(), reason(node.get_ref()));
        }
        value
    }

    fn object(&self, table: &DeTable<'_>, node: &Node<'_>, problems: &mut Problems) -> Value {
        let mut object = Map::new();
        for (name, node) in table {
            if let Some(value) = self.convert(node, problems) {
                object.insert(name.get_ref().to_string(), value);
            }
        }
        if self.shape != Shape::Reply && is_typed(table) {
            let message = format!(
                "`{}` has a table of just `__type__` and `__value__`; kombu takes that for a \
                 value of its own, and the worker deletes the task unrun",
                self.name
            );
            problems.report(node.span(), message);
        }
        Value::Object(object)
    }
}

impl Describe for Json {
    fn row(&self) -> Row {
        Row::plain(
            self.name,
            self.kind(),
            self.allowed().to_owned(),
            self.about,
        )
    }
}

impl Key for Json {
    type Value = Value;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<Value> {
        if self.fits(node.get_ref()) {
            return self.convert(node, problems);
        }
        problems.refuse(self.name, node.span(), self.allowed());
        None
    }

    fn show(&self, value: &Value) -> String {
        value.to_string()
    }
}

/// The mark of a typed value in kombu's JSON (`kombu.utils.json`).
fn is_typed(table: &DeTable<'_>) -> bool {
    table.len() == 2 && table.contains_key("__type__") && table.contains_key("__value__")
}

fn integer(number: &DeInteger<'_>) -> Option<Number> {
    let (text, radix) = (number.as_str(), number.radix());
    let signed = i64::from_str_radix(text, radix).map(Number::from);
    signed
        .or_else(|_| u64::from_str_radix(text, radix).map(Number::from))
        .ok()
}

fn float(number: &DeFloat<'_>) -> Option<Number> {
    Number::from_f64(number.as_str().parse().ok()?)
}

fn reason(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::Datetime(_) => "a string in quotes, as JSON has no dates",
        DeValue::Integer(_) => "an integer of at most 64 bits",
        _ => "a finite number, as JSON has no inf and no nan",
    }
}
