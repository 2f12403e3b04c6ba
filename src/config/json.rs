//! Values that become JSON: replies, and the fixed arguments of tasks.

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};
use toml::de::{DeFloat, DeInteger, DeValue};

use gatewayq_routes::ACCEPTED_FIELDS;

use super::diagnostics::Problems;
use super::field::{Field, Row, TomlNode};

/// Any TOML that has an equal in JSON.
pub(super) fn reply(name: &str) -> Field<Value> {
    let schema = json!({"$ref": "#/definitions/reply"});
    let allowed = "what JSON can say: no dates, no inf or nan";
    Field::new(name, "any", allowed, schema, convert)
}

/// Positional arguments of a task.
pub(super) fn args(name: &str) -> Field<Box<RawValue>> {
    let schema = json!({"type": "array", "items": {"$ref": "#/definitions/argument"}});
    arguments(name, "list", schema)
}

/// Keyword arguments of a task.
pub(super) fn kwargs(name: &str) -> Field<Box<RawValue>> {
    let mut schema = argument();
    schema["type"] = json!("object");
    schema["propertyNames"] = json!({"not": {"const": "self"}});
    arguments(name, "table", schema)
}

/// Fields of an answer.
pub(super) fn answer(name: &str) -> Field<Map<String, Value>> {
    let mut schema = any("reply");
    schema["type"] = json!("object");
    schema["propertyNames"] = json!({"not": {"enum": ACCEPTED_FIELDS}});
    let allowed = "a table, as JSON can say it, at most 4096 bytes of it, without \
                   `message_status` and `task_id`";
    Field::new(name, "table", allowed, schema, |row, node, problems| {
        if !node.get_ref().is_table() {
            problems.refuse(&row.name, node.span(), &row.allowed);
            return None;
        }
        match convert(row, node, problems)? {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    })
}

/// The schemas that those of the keys refer to.
pub(super) fn definitions() -> [(&'static str, Value); 2] {
    [("reply", any("reply")), ("argument", argument())]
}

fn any(name: &str) -> Value {
    let inner = json!({"$ref": format!("#/definitions/{name}")});
    json!({
        "type": ["array", "boolean", "integer", "number", "object", "string"],
        "items": inner,
        "additionalProperties": inner,
    })
}

fn argument() -> Value {
    let mut schema = any("argument");
    schema["not"] =
        json!({"type": "object", "required": ["__type__", "__value__"], "maxProperties": 2});
    schema
}

/// `kind` is `list` or `table`.
fn arguments(name: &str, kind: &'static str, schema: Value) -> Field<Box<RawValue>> {
    let allowed = format!("a {kind}, as JSON can say it");
    Field::new(name, kind, allowed, schema, move |row, node, problems| {
        let fits = match kind {
            "list" => node.get_ref().is_array(),
            _ => node.get_ref().is_table(),
        };
        if !fits {
            problems.refuse(&row.name, node.span(), &row.allowed);
            return None;
        }
        refuse_typed(row, node, problems);
        refuse_self(row, node, problems);
        let json = convert(row, node, problems)?.to_string();
        #[expect(clippy::expect_used, reason = "it is the text of a JSON value")]
        Some(RawValue::from_string(json).expect("the text of a JSON value is JSON"))
    })
}

/// Reports a keyword that the function would refuse too ([`gatewayq_routes::arguments`]).
fn refuse_self(row: &Row, node: &TomlNode<'_>, problems: &mut Problems) {
    let names = node.get_ref().as_table().into_iter().flat_map(|t| t.keys());
    for name in names.filter(|name| name.get_ref() == "self") {
        let message = format!(
            "`{}` has the name `self`, which is a task's own first parameter; the worker could \
             not call the task",
            row.name
        );
        problems.report(name.span(), message);
    }
}

/// Reports tables that kombu's JSON (`kombu.utils.json`) would read as typed values.
fn refuse_typed(row: &Row, node: &TomlNode<'_>, problems: &mut Problems) {
    match node.get_ref() {
        DeValue::Array(items) => items
            .iter()
            .for_each(|item| refuse_typed(row, item, problems)),
        DeValue::Table(table) => {
            let typed = table.contains_key("__type__") && table.contains_key("__value__");
            if typed && table.len() == 2 {
                let message = format!(
                    "`{}` has a table of just `__type__` and `__value__`; kombu takes that for a \
                     value of its own, and the worker deletes the task unrun",
                    row.name
                );
                problems.report(node.span(), message);
            }
            table
                .values()
                .for_each(|value| refuse_typed(row, value, problems));
        }
        _ => (),
    }
}

fn convert(row: &Row, node: &TomlNode<'_>, problems: &mut Problems) -> Option<Value> {
    let value = match node.get_ref() {
        DeValue::String(text) => Ok(json!(text)),
        DeValue::Boolean(flag) => Ok(json!(flag)),
        DeValue::Integer(number) => integer(number).ok_or("an integer of at most 64 bits"),
        DeValue::Float(number) => {
            float(number).ok_or("a finite number, as JSON has no inf and no nan")
        }
        DeValue::Datetime(_) => Err("a string in quotes, as JSON has no dates"),
        DeValue::Array(items) => {
            let items = items.iter().filter_map(|item| convert(row, item, problems));
            Ok(Value::Array(items.collect()))
        }
        DeValue::Table(table) => {
            let entry = |(name, node): (&toml::Spanned<_>, _)| {
                Some((name.to_string(), convert(row, node, problems)?))
            };
            Ok(Value::Object(table.iter().filter_map(entry).collect()))
        }
    };
    value
        .inspect_err(|allowed| problems.refuse(&row.name, node.span(), allowed))
        .ok()
}

fn integer(number: &DeInteger<'_>) -> Option<Value> {
    let (text, radix) = (number.as_str(), number.radix());
    let signed = i64::from_str_radix(text, radix).map(Number::from);
    let number = signed.or_else(|_| u64::from_str_radix(text, radix).map(Number::from));
    number.map(Value::Number).ok()
}

fn float(number: &DeFloat<'_>) -> Option<Value> {
    Number::from_f64(number.as_str().parse().ok()?).map(Value::Number)
}
