//! gatewayq.toml as a JSON Schema, for editors: the same fields that read the file.
//!
//! Draft-07 is the newest that all of taplo (Even Better TOML), tombi and JetBrains read. What a
//! schema cannot say is listed in `tests/suite/schema.rs`.

use serde_json::{Map, Value, json};

use super::resolve::{BASE_ONLY, PLANS, SECTIONS};
use super::routes::ROUTES_MAX;
use super::section::{rows, schema as table};
use super::shapes::NAME;
use super::{authorizers, json, route, sections, usage_plans};

/// The schema.
pub(crate) fn schema() -> Value {
    let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
    let mut stage = properties(names.iter().filter(|name| **name != BASE_ONLY));
    stage.extend([sections::tags().row.property()]);
    let stages = json!({
        "type": "object",
        "propertyNames": {"pattern": NAME.pattern, "maxLength": NAME.max},
        "additionalProperties": closed(stage),
    });
    let mut file = properties(names.iter());
    file.insert("stages".to_owned(), stages);
    let mut schema = closed(file);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("gatewayq.toml");
    schema["required"] = json!([BASE_ONLY]);
    schema["anyOf"] = json!([{"required": ["route"]}, {"required": ["stages"]}]);
    schema["definitions"] = Value::Object(definitions());
    schema
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn properties<'a>(names: impl Iterator<Item = &'a &'a str>) -> Map<String, Value> {
    let property = |name: &&str| {
        let section = json!({"$ref": format!("#/definitions/{name}")});
        let value = match *name {
            "route" => {
                json!({"type": "array", "items": section, "minItems": 1, "maxItems": ROUTES_MAX})
            }
            "authorizers" => authorizers::sections(section),
            PLANS => usage_plans::all_schema(&section),
            _ => section,
        };
        ((*name).to_owned(), value)
    };
    names.map(property).collect()
}

fn definitions() -> Map<String, Value> {
    let sections = SECTIONS.iter().map(|(name, read)| {
        let mut section = table(rows(*read));
        match *name {
            "route" => section["allOf"] = route::rules(),
            "api" => {
                let addresses = [
                    json!({"required": ["allow_ips"]}),
                    json!({"required": ["deny_ips"]}),
                ];
                section["not"] = json!({"required": ["policy"], "anyOf": addresses});
            }
            "authorizers" => section["allOf"] = authorizers::rules(),
            // A stage's keys go over the base's: each can stand in either.
            "domain" => section["required"] = json!([]),
            "role" => section["not"] = json!({"required": ["arn", "boundary"]}),
            _ => (),
        }
        (*name, section)
    });
    let all = sections.chain(json::definitions());
    all.map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}
