//! The body of a request: JSON Schema 2020-12 is OpenAPI 3.1's own.

use crate::config::settings::{Action, Route};
use serde_json::{Map, Value, json};

/// Keywords with values that are no schemas: a `$ref` in them is a value like any other.
const VALUES: [&str; 5] = ["const", "enum", "default", "examples", "dependentRequired"];

/// Keywords of a document of its own: in OpenAPI's the schema is a part, and with an `$id` its references would be
/// looked for elsewhere.
const OF_DOCUMENTS: [&str; 2] = ["$schema", "$id"];

/// Puts the route's schema among the components, and gives its name.
pub(super) fn component(route: &Route, schemas: &mut Map<String, Value>) -> Option<String> {
    let Action::Task(task) = &route.action else {
        return None;
    };
    let schema: Value = serde_json::from_str(task.body.as_ref()?.text()).ok()?;
    let name = format!("body{}", schemas.len() + 1);
    let schema = moved(schema, &format!("#/components/schemas/{name}"));
    schemas.insert(name.clone(), schema);
    Some(name)
}

/// Keywords with schemas by the user's own names, which are no keywords.
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
];

/// The schema with its own references from where it is now.
fn moved(schema: Value, root: &str) -> Value {
    match schema {
        Value::Object(all) => {
            let all = all
                .into_iter()
                .filter(|(keyword, _)| !OF_DOCUMENTS.contains(&keyword.as_str()));
            let all = all.map(|(keyword, value)| {
                let value = under(&keyword, value, root);
                (keyword, value)
            });
            Value::Object(all.collect())
        }
        Value::Array(all) => all.into_iter().map(|one| moved(one, root)).collect(),
        other => other,
    }
}

/// What stands under a keyword.
fn under(keyword: &str, value: Value, root: &str) -> Value {
    match value {
        Value::String(to) if keyword == "$ref" => match to.strip_prefix('#') {
            Some(pointer) => json!(format!("{root}{pointer}")),
            None => json!(to),
        },
        Value::Object(all) if NAMED.contains(&keyword) => {
            let all = all.into_iter();
            all.map(|(name, schema)| (name, moved(schema, root)))
                .collect()
        }
        value if VALUES.contains(&keyword) => value,
        value => moved(value, root),
    }
}

/// A task, or several of them. Without one a body counts as `{}`.
pub(super) fn request(schema: Option<&str>) -> Value {
    let task = match schema {
        Some(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
        None => json!({
            "type": "object",
            "properties": {"args": {"type": "array"}, "kwargs": {"type": "object"}},
        }),
    };
    let several = json!({
        "type": "object",
        "required": ["tasks"],
        "properties": {"tasks": {"type": "array", "items": task}},
    });
    json!({
        "required": false,
        "content": {"application/json": {"schema": {"anyOf": [task, several]}}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_follow_their_schema_and_values_stay() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "https://example.com/order.json",
            "dependentRequired": {"$id": ["a"]},
            "properties": {"const": {"$ref": "#/$defs/b"}, "c": {"const": {"$ref": "#"}}},
            "allOf": [{"$ref": "#"}],
        });
        let expected = json!({
            "dependentRequired": {"$id": ["a"]},
            "properties": {"const": {"$ref": "#/x/$defs/b"}, "c": {"const": {"$ref": "#"}}},
            "allOf": [{"$ref": "#/x"}],
        });
        assert_eq!(moved(schema, "#/x"), expected);
    }
}
