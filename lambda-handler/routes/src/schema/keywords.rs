//! The keywords, each with what reads it. The rest of draft 2020-12 (`unevaluatedProperties`, `$anchor`,
//! `$dynamicRef` and their like) is refused.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::check::shown;
use super::instance::Instance;
use super::number::Number;
use super::place::below;
use super::reader::Reader;
use super::rule::{Counted, Enum, Range, Rule, Type};

/// The dialect, which a schema may name.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Gives the rules of a keyword's value, which stands at a JSON pointer; none where it is refused.
type Read = fn(&mut Reader, &Value, &str) -> Vec<Rule>;

/// The keywords that stand for themselves, in the order in which they are checked.
pub(super) const SINGLE: &[(&str, Read)] = &[
    ("$ref", reference),
    ("type", types),
    ("const", |_, value, _| one_of(std::slice::from_ref(value))),
    ("enum", |reader, value, at| match value.as_array() {
        Some(values) if !values.is_empty() => one_of(values),
        _ => refused(reader, value, at, "an array of at least one value"),
    }),
    ("minimum", |reader, value, at| {
        range(reader, value, at, Range::Min)
    }),
    ("exclusiveMinimum", |reader, value, at| {
        range(reader, value, at, Range::MoreThan)
    }),
    ("maximum", |reader, value, at| {
        range(reader, value, at, Range::Max)
    }),
    ("exclusiveMaximum", |reader, value, at| {
        range(reader, value, at, Range::LessThan)
    }),
    ("multipleOf", |reader, value, at| match number(value) {
        Some(number) if number.is_positive() => vec![Rule::MultipleOf(number)],
        _ => refused(reader, value, at, "a number above 0"),
    }),
    ("minLength", |reader, value, at| {
        count(reader, value, at, Counted::Characters, Range::Min)
    }),
    ("maxLength", |reader, value, at| {
        count(reader, value, at, Counted::Characters, Range::Max)
    }),
    ("minItems", |reader, value, at| {
        count(reader, value, at, Counted::Items, Range::Min)
    }),
    ("maxItems", |reader, value, at| {
        count(reader, value, at, Counted::Items, Range::Max)
    }),
    ("minProperties", |reader, value, at| {
        count(reader, value, at, Counted::Properties, Range::Min)
    }),
    ("maxProperties", |reader, value, at| {
        count(reader, value, at, Counted::Properties, Range::Max)
    }),
    ("pattern", |reader, value, at| match value.as_str() {
        Some(text) => reader
            .pattern(text, at)
            .map(Rule::Pattern)
            .into_iter()
            .collect(),
        None => refused(reader, value, at, "a regular expression"),
    }),
    ("uniqueItems", |reader, value, at| match value.as_bool() {
        Some(unique) => unique.then_some(Rule::UniqueItems).into_iter().collect(),
        None => refused(reader, value, at, "true or false"),
    }),
    ("required", |reader, value, at| {
        names(reader, value, at)
            .map(Rule::Required)
            .into_iter()
            .collect()
    }),
    ("dependentRequired", dependent_required),
    ("dependentSchemas", |reader, value, at| {
        let schemas = reader.named(value, at).into_iter();
        schemas
            .map(|(name, id)| Rule::DependentSchema(name, id))
            .collect()
    }),
    ("propertyNames", |reader, value, at| {
        vec![Rule::PropertyNames(reader.schema(value, at))]
    }),
    ("allOf", |reader, value, at| {
        vec![Rule::AllOf(reader.list(value, at))]
    }),
    ("anyOf", |reader, value, at| {
        vec![Rule::AnyOf(reader.list(value, at))]
    }),
    ("oneOf", |reader, value, at| {
        vec![Rule::OneOf(reader.list(value, at))]
    }),
    ("not", |reader, value, at| {
        vec![Rule::Not(reader.schema(value, at))]
    }),
    ("$defs", definitions),
    // The older name, which draft 2020-12 still knows.
    ("definitions", definitions),
];

/// The keywords that are read together with others.
const GROUPED: [&str; 11] = [
    "properties",
    "patternProperties",
    "additionalProperties",
    "prefixItems",
    "items",
    "contains",
    "minContains",
    "maxContains",
    "if",
    "then",
    "else",
];

/// A keyword, what its value has to be, and that in words.
type Annotation = (&'static str, fn(&Value) -> bool, &'static str);

/// The keywords for people and tools, which demand nothing of a value. `format` is one of them, as draft 2020-12 has
/// it by default.
const ANNOTATIONS: [Annotation; 11] = [
    ("$comment", Value::is_string, "a string"),
    ("title", Value::is_string, "a string"),
    ("description", Value::is_string, "a string"),
    ("format", Value::is_string, "a string"),
    ("contentEncoding", Value::is_string, "a string"),
    ("contentMediaType", Value::is_string, "a string"),
    ("default", |_| true, "any value"),
    ("examples", Value::is_array, "an array"),
    ("deprecated", Value::is_boolean, "true or false"),
    ("readOnly", Value::is_boolean, "true or false"),
    ("writeOnly", Value::is_boolean, "true or false"),
];

/// Reports the keywords that are not of the part that is checked, and annotations that are wrong.
pub(super) fn check(reader: &mut Reader, keywords: &Map<String, Value>, at: &str) {
    for (name, value) in keywords {
        let place = below(at, name);
        let annotation = ANNOTATIONS.iter().find(|(own, ..)| own == name);
        match (name.as_str(), annotation) {
            (_, Some((_, is_good, allowed))) => {
                if !is_good(value) {
                    reader.refuse(&place, value, allowed);
                }
            }
            ("$schema" | "$id", _) if !at.is_empty() => {
                reader.report(&place, "has no place within a schema; allowed: at its root");
            }
            ("$schema", _) => {
                if value.as_str().map(|text| text.trim_end_matches('#')) != Some(DIALECT) {
                    reader.refuse(&place, value, DIALECT);
                }
            }
            ("$id", _) if value.is_string() => (),
            ("$id", _) => reader.refuse(&place, value, "a string"),
            (name, _) if GROUPED.contains(&name) => (),
            (name, _) if SINGLE.iter().any(|(own, _)| *own == name) => (),
            _ => reader.report(
                &place,
                "is not a keyword that gatewayq checks (docs/how-to/body-check.md)",
            ),
        }
    }
}

fn refused(reader: &mut Reader, value: &Value, at: &str, allowed: &str) -> Vec<Rule> {
    reader.refuse(at, value, allowed);
    Vec::new()
}

fn reference(reader: &mut Reader, value: &Value, at: &str) -> Vec<Rule> {
    match value.as_str() {
        Some(target) => reader.reference(target, at).into_iter().collect(),
        None => refused(reader, value, at, "a string"),
    }
}

fn types(reader: &mut Reader, value: &Value, at: &str) -> Vec<Rule> {
    let words = match value {
        Value::Array(words) if !words.is_empty() => words.as_slice(),
        word => std::slice::from_ref(word),
    };
    let named = |word: &Value| {
        let mut named = Type::NAMED.into_iter();
        named.find(|(name, _)| Some(*name) == word.as_str())
    };
    let types: Option<Vec<Type>> = words.iter().map(|word| Some(named(word)?.1)).collect();
    match types {
        Some(types) => vec![Rule::Type(types)],
        None => {
            let words = Type::NAMED.map(|(name, _)| name).join(", ");
            refused(reader, value, at, &format!("{words}, or an array of these"))
        }
    }
}

fn one_of(allowed: &[Value]) -> Vec<Rule> {
    let words: Vec<_> = allowed.iter().map(Value::to_string).collect();
    let values = allowed.iter().cloned();
    // A value that was read is one: nothing is left out.
    let mut values: Vec<_> = values
        .filter_map(|value| Instance::deserialize(value).ok())
        .collect();
    values.sort();
    let words = shown(&words.join(", "));
    vec![Rule::Enum(Enum { values, words })]
}

fn number(value: &Value) -> Option<Number> {
    match Instance::deserialize(value) {
        Ok(Instance::Number(number)) => Some(number),
        _ => None,
    }
}

fn range(reader: &mut Reader, value: &Value, at: &str, range: Range) -> Vec<Rule> {
    match number(value) {
        Some(limit) => vec![Rule::Range(range, limit)],
        None => refused(reader, value, at, "a number"),
    }
}

fn count(reader: &mut Reader, value: &Value, at: &str, what: Counted, range: Range) -> Vec<Rule> {
    let count = reader.count(value, at);
    let rule = count.map(|count| Rule::Count(what, range, count));
    rule.into_iter().collect()
}

fn names(reader: &mut Reader, value: &Value, at: &str) -> Option<Vec<String>> {
    let names = value.as_array().and_then(|names| {
        let names = names.iter().map(|name| name.as_str().map(str::to_owned));
        names.collect()
    });
    if names.is_none() {
        reader.refuse(at, value, "an array of names");
    }
    names
}

fn dependent_required(reader: &mut Reader, value: &Value, at: &str) -> Vec<Rule> {
    let Value::Object(entries) = value else {
        return refused(reader, value, at, "an object of arrays of names");
    };
    let rules = entries.iter().filter_map(|(name, others)| {
        let others = names(reader, others, &below(at, name))?;
        Some(Rule::DependentRequired(name.clone(), others))
    });
    rules.collect()
}

/// They demand nothing until something refers to them.
fn definitions(reader: &mut Reader, value: &Value, at: &str) -> Vec<Rule> {
    reader.named(value, at);
    Vec::new()
}
