//! A template on its way: resources by their logical ids, and what stands for the identifiers of each.

use super::super::left::Left;
use super::super::piece::{Piece, set};
use super::super::token::{self, ACCOUNT, PARTITION, REGION};
use super::reference::{self, Reference, mentioned};
use crate::build::Upload;
use crate::config::Settings;
use crate::engine::NodeId;
use crate::hex::sha256;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// The parameters that say where the code is.
pub(super) const BUCKET: &str = "CodeBucket";
pub(super) const KEY: &str = "CodeKey";

/// One resource.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub kind: &'static str,
    pub node: NodeId,
    pub properties: Value,
    condition: Option<String>,
    /// What has to be there before it: by the nodes of the graph.
    after: Vec<NodeId>,
}

/// The template.
pub(super) struct Template {
    title: String,
    resources: BTreeMap<String, Resource>,
    /// In the order in which they were put there.
    order: Vec<String>,
    parameters: Map<String, Value>,
    conditions: Map<String, Value>,
    outputs: Map<String, Value>,
    /// What stands for a token: a `Ref` or a `Fn::GetAtt`.
    references: BTreeMap<String, Reference>,
    left: Vec<Left>,
    at: Option<(NodeId, Vec<NodeId>)>,
    /// What optional resources are unless somebody says otherwise.
    makes_shared: bool,
}

impl Template {
    /// Of what stages share, one that is deployed has all there is to make.
    pub(super) fn new(settings: &Settings, upload: &Upload, is_deployed: bool) -> Self {
        let title = format!(
            "{} of {}, as gatewayq.toml has it",
            settings.stage, settings.app
        );
        let reference = |key: &str, name: &str| (key.to_owned(), Reference::Ref(name.to_owned()));
        let references = [
            reference(ACCOUNT, "AWS::AccountId"),
            reference(PARTITION, "AWS::Partition"),
            reference(REGION, "AWS::Region"),
        ];
        let code = upload.artifact().map(|artifact| sha256(&artifact.zip));
        let code = code.unwrap_or_default();
        let short: String = code.chars().take(16).collect();
        let parameters = json!({
            BUCKET: {
                "Type": "String",
                "Description": "The bucket that function.zip was uploaded to, in the stack's Region",
            },
            KEY: {
                "Type": "String",
                "Description": "The key that function.zip was uploaded under; other code needs another",
                "Default": format!("{}-{}/{short}.zip", settings.app, settings.stage),
            },
        });
        let parameters = parameters.as_object().cloned().unwrap_or_default();
        Self {
            title,
            resources: BTreeMap::new(),
            order: Vec::new(),
            parameters,
            conditions: Map::new(),
            outputs: Map::new(),
            references: references.into(),
            left: Vec::new(),
            at: None,
            makes_shared: !is_deployed,
        }
    }

    /// The piece that the next resources are of.
    pub(super) fn begin(&mut self, piece: &Piece) {
        self.at = Some((piece.node, piece.depends_on.clone()));
    }

    /// Puts a resource there. Gives back its logical id: names that differ in signs alone (ids have none) are told
    /// apart by a number.
    pub(super) fn add(&mut self, id: &str, kind: &'static str, properties: Value) -> String {
        let Some((node, after)) = self.at.clone() else {
            return id.to_owned();
        };
        let numbered = (2..).map(|count| format!("{id}X{count}"));
        let is_free = |id: &String| !self.resources.contains_key(id);
        let mut ids = iter::once(id.to_owned()).chain(numbered);
        let id = ids.find(is_free).unwrap_or_default();
        let resource = Resource {
            kind,
            node,
            properties,
            condition: None,
            after,
        };
        self.resources.insert(id.clone(), resource);
        self.order.push(id.clone());
        id
    }

    /// Sets a property of a resource that is there.
    pub(super) fn set(&mut self, id: &str, property: &str, value: Value) {
        if let Some(resource) = self.resources.get_mut(id).filter(|_| !value.is_null()) {
            resource.properties[property] = value;
        }
    }

    /// Ten digits that differ where the resource's properties or the code do.
    pub(super) fn fingerprint(&self, id: &str) -> String {
        let properties = self.resources.get(id).map(|one| one.properties.to_string());
        let code = self.parameters[KEY]["Default"].to_string();
        let mut hash = sha256(format!("{}{code}", properties.unwrap_or_default()).as_bytes());
        hash.truncate(10);
        hash
    }

    /// What `Ref` of a resource gives is this identifier of the piece.
    pub(super) fn refer(&mut self, piece: &Piece, identifier: &str, id: &str) {
        let key = token::key(piece.node, identifier);
        self.references.insert(key, Reference::Ref(id.to_owned()));
    }

    /// This attribute of a resource is this identifier of the piece.
    pub(super) fn attribute(&mut self, piece: &Piece, identifier: &str, id: &str, name: &str) {
        let key = token::key(piece.node, identifier);
        let reference = Reference::GetAtt(id.to_owned(), name.to_owned());
        self.references.insert(key, reference);
    }

    /// The resource is only made where the parameter is `true`.
    pub(super) fn optional(&mut self, id: &str, parameter: &str, description: &str) {
        let declared = json!({
            "Type": "String",
            "Description": description,
            "AllowedValues": ["true", "false"],
            "Default": self.makes_shared.to_string(),
        });
        self.parameters.insert(parameter.to_owned(), declared);
        let condition = json!({"Fn::Equals": [{"Ref": parameter}, "true"]});
        self.on_condition(id, &format!("Is{parameter}"), condition);
    }

    pub(super) fn on_condition(&mut self, id: &str, name: &str, condition: Value) {
        self.conditions.insert(name.to_owned(), condition);
        if let Some(resource) = self.resources.get_mut(id) {
            resource.condition = Some(name.to_owned());
        }
    }

    pub(super) fn output(&mut self, name: &str, description: &str, value: Value) {
        let output = json!({"Description": description, "Value": value});
        self.outputs.insert(name.to_owned(), output);
    }

    pub(super) fn leave(&mut self, what: &str, why: &str) {
        self.left.push(Left::new(what, why));
    }

    pub(super) fn left(&mut self) -> Vec<Left> {
        std::mem::take(&mut self.left)
    }

    /// A value that is of an optional resource where that is made.
    pub(super) fn where_made(&self, id: &str, made: Value, otherwise: Value) -> Value {
        match self.resources.get(id).map(|resource| &resource.condition) {
            None => otherwise,
            Some(None) => made,
            Some(Some(condition)) => json!({"Fn::If": [condition, made, otherwise]}),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.resources.len()
    }

    /// The token that a reference stands for.
    pub(super) fn token(&self, reference: &Value) -> Option<String> {
        let mut known = self.references.iter();
        let (key, _) = known.find(|(_, one)| one.alone() == *reference)?;
        Some(token::of(key))
    }

    /// The resources in the order in which they were put there.
    pub(super) fn resources(&self) -> impl Iterator<Item = (&String, &Resource)> {
        self.order
            .iter()
            .filter_map(|id| self.resources.get_key_value(id))
    }

    /// The template with all that there is.
    pub(super) fn document(&self) -> Value {
        let all: BTreeSet<&String> = self.resources.keys().collect();
        self.document_of(&all, false)
    }

    /// The template with these resources. Where it is for an import, nothing of them is ever deleted by the stack.
    pub(super) fn document_of(&self, ids: &BTreeSet<&String>, retained: bool) -> Value {
        let of = |(id, resource): (&String, &Resource)| {
            let properties = self.written(resource.properties.clone());
            let properties = if retained {
                chosen(properties)
            } else {
                properties
            };
            let direct = mentioned(&properties);
            let after = self.resources.iter().filter(|(other, one)| {
                // One that may not be made cannot be waited for.
                let is_made = one.condition.is_none() || one.condition == resource.condition;
                let waits = resource.after.contains(&one.node) && ids.contains(other);
                waits && is_made && !direct.contains(*other)
            });
            let after: Vec<&String> = after.map(|(other, _)| other).collect();
            let policy = if retained {
                json!("Retain")
            } else {
                Value::Null
            };
            let written = set([
                ("Type", json!(resource.kind)),
                ("Condition", json!(resource.condition)),
                (
                    "DependsOn",
                    if after.is_empty() {
                        Value::Null
                    } else {
                        json!(after)
                    },
                ),
                ("DeletionPolicy", policy.clone()),
                ("UpdateReplacePolicy", policy),
                ("Properties", properties),
            ]);
            (id.clone(), written)
        };
        let resources: Map<String, Value> = self
            .resources()
            .filter(|(id, _)| ids.contains(id))
            .map(of)
            .collect();
        let mut parameters = self.parameters.clone();
        parameters.retain(|name, _| !retained || [BUCKET, KEY].contains(&name.as_str()));
        let outputs = self.written(self.outputs.clone().into());
        let of_all = |value: &Map<String, Value>| match value.is_empty() {
            true => Value::Null,
            false => value.clone().into(),
        };
        set([
            ("AWSTemplateFormatVersion", json!("2010-09-09")),
            ("Description", json!(self.title)),
            ("Parameters", of_all(&parameters)),
            (
                "Conditions",
                if retained {
                    Value::Null
                } else {
                    of_all(&self.conditions)
                },
            ),
            ("Resources", resources.into()),
            // An import can have none (CloudFormation user guide, "Import AWS resources into a stack").
            ("Outputs", if retained { Value::Null } else { outputs }),
        ])
    }

    /// The document with CloudFormation's references in the place of tokens.
    pub(super) fn written(&self, document: Value) -> Value {
        token::written(document, &|text| reference::written(text, &self.references))
    }
}

/// The document with what each choice is where no optional resource is made.
pub(super) fn chosen(document: Value) -> Value {
    match document {
        Value::Object(mut all) => {
            match all.get_mut("Fn::If").and_then(|choice| choice.get_mut(2)) {
                Some(otherwise) => chosen(otherwise.take()),
                None => {
                    let all = all.into_iter().map(|(name, value)| (name, chosen(value)));
                    let is_set = |(_, value): &(String, Value)| *value != no_value();
                    Value::Object(all.filter(is_set).collect())
                }
            }
        }
        Value::Array(all) => all.into_iter().map(chosen).collect(),
        other => other,
    }
}

/// What stands for a property that is not set.
pub(super) fn no_value() -> Value {
    json!({"Ref": "AWS::NoValue"})
}

/// A word as a part of a logical id, which has letters and digits alone.
pub(super) fn word(text: &str) -> String {
    let mut words = String::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = part.chars();
        words.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        words.extend(letters);
    }
    words
}

/// Tags as CloudFormation takes them.
pub(super) fn tags(tags: BTreeMap<String, String>) -> Value {
    if tags.is_empty() {
        return Value::Null;
    }
    let tags = tags.into_iter();
    tags.map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}
