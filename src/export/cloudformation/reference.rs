//! What stands for an identifier of another resource, and which resources a document refers to.

use super::super::token::{self, Part};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A value that CloudFormation knows.
#[derive(Clone, Debug)]
pub(super) enum Reference {
    Ref(String),
    GetAtt(String, String),
}

impl Reference {
    /// As it stands for a whole value.
    pub(super) fn alone(&self) -> Value {
        match self {
            Self::Ref(name) => json!({"Ref": name}),
            Self::GetAtt(name, attribute) => json!({"Fn::GetAtt": [name, attribute]}),
        }
    }

    /// As it stands in a text.
    fn inside(&self) -> String {
        match self {
            Self::Ref(name) => format!("${{{name}}}"),
            Self::GetAtt(name, attribute) => format!("${{{name}.{attribute}}}"),
        }
    }
}

/// The text with what each token in it stands for.
pub(super) fn written(text: &str, references: &BTreeMap<String, Reference>) -> Value {
    let parts = token::parts(text);
    let known = |key: &str| references.get(key);
    match parts.as_slice() {
        [Part::Token(key)] => {
            return known(key).map_or_else(|| json!(text), Reference::alone);
        }
        parts if !parts.iter().any(|part| matches!(part, Part::Token(_))) => {
            return json!(text);
        }
        _ => {}
    }
    let written = parts.iter().map(|part| match part {
        // In what is filled in, `${!` is a `${` of the text's own.
        Part::Text(text) => text.replace("${", "${!"),
        Part::Token(key) => known(key).map_or_else(|| (*key).to_owned(), Reference::inside),
    });
    json!({"Fn::Sub": written.collect::<String>()})
}

/// The logical ids that a document refers to.
pub(super) fn mentioned(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(document, &mut names);
    names
}

fn collect(document: &Value, names: &mut BTreeSet<String>) {
    match document {
        Value::Array(all) => all.iter().for_each(|one| collect(one, names)),
        Value::Object(all) => {
            for (key, value) in all {
                match (key.as_str(), value) {
                    ("Ref", Value::String(name)) => drop(names.insert(name.clone())),
                    ("Fn::GetAtt", Value::Array(path)) => {
                        let name = path.first().and_then(Value::as_str);
                        names.extend(name.map(str::to_owned));
                    }
                    ("Fn::Sub", Value::String(text)) => {
                        let names_in = text.split("${").skip(1);
                        let names_in = names_in.filter_map(|rest| rest.split(['}', '.']).next());
                        names.extend(names_in.map(str::to_owned));
                    }
                    (_, value) => collect(value, names),
                }
            }
        }
        _ => {}
    }
}
