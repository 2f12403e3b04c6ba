//! docs/json.md as data, and the comparison of a printed document with it.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What the manual says of the documents of one section.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// By path: `steps[].changes[].field`, `details.*`.
    fields: BTreeMap<String, Field>,
}

#[derive(Debug)]
struct Field {
    types: String,
    optional: bool,
}

/// The sections of the manual by the commands in their headings.
pub(super) fn sections(manual: &str) -> BTreeMap<String, Section> {
    let mut sections = BTreeMap::new();
    for part in manual.split("\n## ").skip(1) {
        let (heading, text) = part.split_once('\n').unwrap();
        for command in heading.split('`').skip(1).step_by(2) {
            sections.insert(command.to_owned(), Section::read(text));
        }
    }
    sections
}

impl Section {
    fn read(text: &str) -> Self {
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        let fields = rows.map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let (types, optional) = match cells[2].strip_suffix(", optional") {
                Some(types) => (types, true),
                None => (cells[2], false),
            };
            let field = Field {
                types: types.to_owned(),
                optional,
            };
            (cells[1].trim_matches('`').to_owned(), field)
        });
        Self {
            fields: fields.collect(),
        }
    }

    /// The faults of one document. The rows that it shows are added to `seen`.
    pub(super) fn faults(&self, document: &Value, seen: &mut BTreeSet<String>) -> Vec<String> {
        let mut faults = Vec::new();
        self.walk("", document, seen, &mut faults);
        faults
    }

    /// The rows that no document has shown.
    pub(super) fn unseen(&self, seen: &BTreeSet<String>) -> Vec<&str> {
        let unseen = self.fields.keys().filter(|path| !seen.contains(*path));
        unseen.map(String::as_str).collect()
    }

    fn walk(
        &self,
        path: &str,
        value: &Value,
        seen: &mut BTreeSet<String>,
        faults: &mut Vec<String>,
    ) {
        match value {
            Value::Array(items) => {
                for item in items.iter().filter(|item| item.is_object()) {
                    self.walk(&format!("{path}[]"), item, seen, faults);
                }
            }
            Value::Object(object) => {
                for (key, value) in object {
                    self.member(path, key, value, seen, faults);
                }
                let missing = self.required(path).filter(|key| !object.contains_key(*key));
                faults.extend(missing.map(|key| format!("{path}: {key} is missing")));
            }
            _ => {}
        }
    }

    fn member(
        &self,
        path: &str,
        key: &str,
        value: &Value,
        seen: &mut BTreeSet<String>,
        faults: &mut Vec<String>,
    ) {
        let (own, any) = (below(path, key), below(path, "*"));
        let Some((row, field)) = [own.clone(), any].iter().find_map(|row| {
            let field = self.fields.get(row)?;
            Some((row.clone(), field))
        }) else {
            faults.push(format!("{own} is not documented"));
            return;
        };
        seen.insert(row);
        if !field.takes(value) {
            faults.push(format!("{own} is {value}, not {}", field.types));
        }
        if field.types != "any" {
            self.walk(&own, value, seen, faults);
        }
    }

    /// The names that an object at `path` has to have.
    fn required(&self, path: &str) -> impl Iterator<Item = &str> {
        let prefix = below(path, "");
        self.fields.iter().filter_map(move |(row, field)| {
            let key = row.strip_prefix(&prefix)?;
            (!field.optional && key != "*" && !key.contains(['.', '['])).then_some(key)
        })
    }
}

impl Field {
    fn takes(&self, value: &Value) -> bool {
        self.types.split(" or ").any(|kind| is(kind, value))
    }
}

fn is(kind: &str, value: &Value) -> bool {
    let all = |test: fn(&Value) -> bool| value.as_array().is_some_and(|all| all.iter().all(test));
    match kind {
        "any" => true,
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array of integers" => all(Value::is_u64),
        "array of strings" => all(Value::is_string),
        "array of objects" => all(Value::is_object),
        other => panic!("docs/json.md has a type {other:?}"),
    }
}

fn below(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}
