//! The keys of the file. A [`Field`] reads its value, knows its limits and describes itself, so
//! that reader, messages, manual and JSON Schema cannot drift apart.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

use super::diagnostics::{Problems, shown};
use super::shapes::{Rule, Shape};

/// A value in the file, with its place.
pub(super) type TomlNode<'i> = Spanned<DeValue<'i>>;

/// Strings under names of the user's own, each with the place of its name.
pub(super) type Entries = BTreeMap<String, Spanned<String>>;

/// A key, as manual and schema show it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// As it is written in the file.
    pub(super) name: String,
    /// Its TOML type.
    pub(super) kind: &'static str,
    /// What it is without the key; `null` where it is simply off.
    pub(super) default: Value,
    /// Whether it has to be given.
    pub(super) required: bool,
    /// Its limits, with the unit.
    pub(super) allowed: String,
    /// What it does.
    pub(super) about: &'static str,
    /// Its limits as JSON Schema.
    pub(super) schema: Value,
}

impl Row {
    /// The key as a property of a JSON Schema.
    pub(super) fn property(mut self) -> (String, Value) {
        if !self.about.is_empty() {
            self.schema["description"] = json!(self.about);
        }
        if !self.default.is_null() {
            self.schema["default"] = self.default;
        }
        (self.name, self.schema)
    }
}

/// A key that reads a `T`.
pub(super) struct Field<T> {
    pub(super) row: Row,
    accept: Box<Accept<T>>,
}

/// Gives the value, or `None` after reporting what is wrong with it.
type Accept<T> = dyn Fn(&Row, &TomlNode<'_>, &mut Problems) -> Option<T>;

/// A key with a default.
pub(super) struct Or<T> {
    pub(super) field: Field<T>,
    pub(super) default: T,
}

impl<T: 'static> Field<T> {
    pub(super) fn new(
        name: &str,
        kind: &'static str,
        allowed: impl Into<String>,
        schema: Value,
        accept: impl Fn(&Row, &TomlNode<'_>, &mut Problems) -> Option<T> + 'static,
    ) -> Self {
        let row = Row {
            name: name.to_owned(),
            kind,
            default: Value::Null,
            required: false,
            allowed: allowed.into(),
            about: "",
            schema,
        };
        Self {
            row,
            accept: Box::new(accept),
        }
    }

    /// The same key with a default.
    pub(super) fn or(self, default: T) -> Or<T>
    where
        T: Serialize,
    {
        let mut field = self;
        field.row.default = json!(default);
        Or { field, default }
    }

    /// Reads a value.
    pub(super) fn accept(&self, node: &TomlNode<'_>, problems: &mut Problems) -> Option<T> {
        (self.accept)(&self.row, node, problems)
    }
}

/// A key whose value stands by itself: `read` gives it, or it is refused. Values of another type
/// are told of the right one, where `kind_word` has it.
fn scalar<T: 'static>(
    name: &str,
    (kind, kind_word): (&'static str, &'static str),
    allowed: impl Into<String>,
    schema: Value,
    read: impl Fn(&DeValue<'_>) -> Option<T> + 'static,
) -> Field<T> {
    Field::new(name, kind, allowed, schema, move |row, node, problems| {
        let value = read(node.get_ref());
        if value.is_none() {
            let word = match node.get_ref().type_str() == row.kind {
                true => "",
                false => kind_word,
            };
            problems.refuse(&row.name, node.span(), &format!("{word}{}", row.allowed));
        }
        value
    })
}

/// A whole number.
pub(super) fn int(name: &str, limits: RangeInclusive<i32>, unit: &str) -> Field<i32> {
    let (min, max) = (*limits.start(), *limits.end());
    let schema = json!({"type": "integer", "minimum": min, "maximum": max});
    let allowed = format!("{min} to {max} ({unit})");
    let kind = ("integer", "an integer, ");
    scalar(name, kind, allowed, schema, move |value| {
        integer(value).filter(|number| limits.contains(number))
    })
}

/// One of some whole numbers.
pub(super) fn step(name: &str, steps: &'static [i32], unit: &str) -> Field<i32> {
    let words: Vec<String> = steps.iter().map(i32::to_string).collect();
    let allowed = format!("{} ({unit})", words.join(", "));
    let schema = json!({"enum": steps});
    scalar(name, ("integer", ""), allowed, schema, |value| {
        integer(value).filter(|number| steps.contains(number))
    })
}

/// A number above 0, with or without a fraction.
pub(super) fn number(name: &str, max: f64, unit: &str) -> Field<f64> {
    let schema = json!({"type": "number", "exclusiveMinimum": 0, "maximum": max});
    let allowed = format!("a number above 0, at most {max} ({unit})");
    scalar(name, ("number", ""), allowed, schema, move |value| {
        let number = match value {
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => integer(value).map(f64::from),
        };
        // Infinity and NaN fail the comparison.
        number.filter(|number: &f64| *number > 0.0 && *number <= max)
    })
}

/// `true` or `false`.
pub(super) fn flag(name: &str) -> Field<bool> {
    let schema = json!({"type": "boolean"});
    let read = |value: &DeValue<'_>| value.as_bool();
    scalar(name, ("boolean", ""), "true, false", schema, read)
}

/// One word of a list: what serde calls the option.
pub(super) fn choice<T: Copy + Serialize + 'static>(name: &str, options: &[T]) -> Field<T> {
    let options = options.to_vec();
    let words: Vec<Value> = options.iter().map(|option| json!(option)).collect();
    let allowed: Vec<String> = words.iter().map(Value::to_string).collect();
    let (allowed, schema) = (allowed.join(", "), json!({"enum": words}));
    scalar(name, ("string", ""), allowed, schema, move |value| {
        let mut words = words.iter();
        let found = words.position(|word| word.as_str() == value.as_str())?;
        options.get(found).copied()
    })
}

/// A string of some shape, read as a `T`. `allowed` is the shape in words.
pub(super) fn text<T>(name: &str, shape: &'static Shape, allowed: &str) -> Field<T>
where
    T: TryFrom<String> + 'static,
{
    let schema = json!({"type": "string", "pattern": shape.pattern, "maxLength": shape.max});
    scalar(name, ("string", "a string, "), allowed, schema, |value| {
        let text = value.as_str().filter(|text| shape.fits(text))?;
        T::try_from(text.to_owned()).ok()
    })
}

/// A list of strings, each of which `item` reads and none of which is there twice. In messages
/// about an item the key is called `name[]`.
pub(super) fn list<T: PartialEq + Serialize + 'static>(
    mut item: Field<T>,
    length: RangeInclusive<usize>,
) -> Field<Vec<T>> {
    let name = item.row.name.clone();
    item.row.name += "[]";
    let count = match (length.start(), length.end()) {
        (0, max) => format!("a list of at most {max}"),
        (min, max) => format!("a list of {min} to {max}"),
    };
    let allowed = format!("{count}: {}", item.row.allowed);
    let schema = json!({
        "type": "array", "items": item.row.schema, "uniqueItems": true,
        "minItems": length.start(), "maxItems": length.end(),
    });
    let accept = move |row: &Row, node: &TomlNode<'_>, problems: &mut Problems| {
        let list = node.get_ref().as_array();
        let Some(list) = list.filter(|list| length.contains(&list.len())) else {
            problems.refuse(&row.name, node.span(), &count);
            return None;
        };
        let mut values = Vec::new();
        for node in list.iter() {
            let Some(value) = item.accept(node, problems) else {
                continue;
            };
            if values.contains(&value) {
                let message = format!("`{}` has {} twice", row.name, json!(value));
                problems.report(node.span(), message);
            }
            values.push(value);
        }
        Some(values)
    };
    Field::new(&name, "list of strings", allowed, schema, accept)
}

/// A table of strings under names of the user's own.
pub(super) fn entries(
    name: &str,
    key: &'static Rule,
    value: &'static Rule,
    max: usize,
    allowed: &str,
) -> Field<Entries> {
    let schema = json!({
        "type": "object",
        "maxProperties": max,
        "propertyNames": {"pattern": key.pattern, "maxLength": key.max},
        "additionalProperties":
            {"type": "string", "pattern": value.pattern, "maxLength": value.max},
    });
    // Values are not repeated in messages: an environment may hold what is nobody's business.
    let accept = |row: &Row, node: &TomlNode<'_>, problems: &mut Problems| {
        let Some(table) = node.get_ref().as_table() else {
            problems.refuse(&row.name, node.span(), "a table of strings");
            return None;
        };
        let mut entries = Entries::new();
        for (name, node) in table {
            let (text, label) = (name.get_ref().as_ref(), shown(name.get_ref()));
            if let Some(wrong) = (key.check)(text) {
                let message = format!("`{}` has the name `{label}`; {wrong}", row.name);
                problems.report(name.span(), message);
            }
            let found = node.get_ref().as_str();
            if let Some(wrong) = found.map_or(Some("allowed: a string"), value.check) {
                let message = format!("the value of `{label}` in `{}`; {wrong}", row.name);
                problems.report(node.span(), message);
            }
            let entry = Spanned::new(name.span(), found.unwrap_or_default().to_owned());
            entries.insert(text.to_owned(), entry);
        }
        Some(entries)
    };
    let mut field = Field::new(name, "table of strings", allowed, schema, accept);
    field.row.default = json!({});
    field
}

/// The entries without their places.
pub(super) fn plain(entries: Entries) -> BTreeMap<String, String> {
    let plain = |(key, value): (String, Spanned<String>)| (key, value.into_inner());
    entries.into_iter().map(plain).collect()
}

/// The integer, in whatever base it is written, if it fits 32 bits.
fn integer(value: &DeValue<'_>) -> Option<i32> {
    let integer = value.as_integer()?;
    i32::from_str_radix(integer.as_str(), integer.radix()).ok()
}
