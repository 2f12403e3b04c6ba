//! A module on its way: resources by type and name, what stands for the identifiers of each, and what each is
//! imported by.

use super::super::Identifiers;
use super::super::left::Left;
use super::super::piece::{Piece, set};
use super::super::token::{self, ACCOUNT, PARTITION, Part, REGION};
use crate::build::Upload;
use crate::config::Settings;
use crate::engine::NodeId;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One resource.
struct Resource {
    kind: &'static str,
    name: String,
    body: Value,
    node: NodeId,
    after: Vec<NodeId>,
    /// What it is imported by, tokens included; `None` where it is not.
    import: Option<String>,
    /// A variable without which it is not made.
    condition: Option<String>,
}

impl Resource {
    fn address(&self) -> String {
        let index = self.condition.as_ref().map_or("", |_| "[0]");
        format!("{}.{}{index}", self.kind, self.name)
    }
}

/// The module.
pub(super) struct Module {
    title: String,
    /// Of the function's zip, in base64.
    pub code_sha256: String,
    resources: Vec<Resource>,
    variables: Map<String, Value>,
    outputs: Map<String, Value>,
    /// What stands for a token, as an expression.
    references: BTreeMap<String, String>,
    left: Vec<Left>,
    at: Option<(NodeId, Vec<NodeId>)>,
    api: String,
    /// What optional resources are unless somebody says otherwise.
    makes_shared: bool,
}

/// A document in a text, as policies are given.
pub(super) fn document(document: &Value) -> Value {
    match document {
        Value::Null => Value::Null,
        document => json!(document.to_string()),
    }
}

impl Module {
    /// Of what stages share, one that is deployed has all there is to make.
    pub(super) fn new(settings: &Settings, upload: &Upload, is_deployed: bool) -> Self {
        let reference = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        let references = [
            reference(ACCOUNT, "data.aws_caller_identity.current.account_id"),
            reference(PARTITION, "data.aws_partition.current.partition"),
            // Its id is its name, in every version of the provider.
            reference(REGION, "data.aws_region.current.id"),
        ];
        let code = upload.artifact();
        Self {
            title: format!(
                "Stage {} of {}, written by `gatewayq export terraform`",
                settings.stage, settings.app
            ),
            code_sha256: code
                .map(|code| code.code_sha256.clone())
                .unwrap_or_default(),
            resources: Vec::new(),
            variables: Map::new(),
            outputs: Map::new(),
            references: references.into(),
            left: Vec::new(),
            at: None,
            api: String::new(),
            makes_shared: !is_deployed,
        }
    }

    /// The piece that the next resources are of.
    pub(super) fn begin(&mut self, piece: &Piece) {
        self.at = Some((piece.node, piece.depends_on.clone()));
    }

    /// Puts a resource there. `import` is what Terraform finds it by where it is deployed; empty for one that it cannot import.
    pub(super) fn add(&mut self, kind: &'static str, name: &str, body: Value, import: &str) {
        let Some((node, after)) = self.at.clone() else {
            return;
        };
        self.resources.push(Resource {
            kind,
            name: name.to_owned(),
            body,
            node,
            after,
            import: (!import.is_empty()).then(|| import.to_owned()),
            condition: None,
        });
    }

    /// Sets an argument of a resource that is there.
    pub(super) fn set(&mut self, kind: &str, name: &str, argument: &str, value: Value) {
        let mut all = self.resources.iter_mut();
        let found = all.find(|one| one.kind == kind && one.name == name);
        if let Some(resource) = found.filter(|_| !value.is_null()) {
            resource.body[argument] = value;
        }
    }

    /// The expression is this identifier of the piece.
    pub(super) fn refer(&mut self, piece: &Piece, identifier: &str, expression: &str) {
        let key = token::key(piece.node, identifier);
        self.references.insert(key, expression.to_owned());
    }

    /// The token of the REST API's id, by which all in it is imported.
    pub(super) fn api_token(&self) -> String {
        self.api.clone()
    }

    pub(super) fn set_api_token(&mut self, token: String) {
        self.api = token;
    }

    /// An expression of Terraform as a value.
    pub(super) fn expression(&mut self, text: &str) -> Value {
        let key = format!("expression {text}");
        let token = token::of(&key);
        self.references.insert(key, text.to_owned());
        json!(token)
    }

    /// The last `count` resources are only made where the variable is true. They are not
    /// imported: other stages have them too.
    pub(super) fn optional(&mut self, count: usize, variable: &str, description: &str) {
        let declared =
            json!({"type": "bool", "default": self.makes_shared, "description": description});
        self.variables.insert(variable.to_owned(), declared);
        self.on_condition(count, &format!("var.{variable}"));
    }

    pub(super) fn on_condition(&mut self, count: usize, condition: &str) {
        let made = self.expression(&format!("{condition} ? 1 : 0"));
        for resource in self.resources.iter_mut().rev().take(count) {
            resource.condition = Some(condition.to_owned());
            resource.body["count"] = made.clone();
        }
    }

    pub(super) fn output(&mut self, name: &str, value: Value) {
        self.outputs
            .insert(name.to_owned(), json!({"value": value}));
    }

    pub(super) fn leave(&mut self, what: &str, why: &str) {
        self.left.push(Left::new(what, why));
    }

    pub(super) fn left(&mut self) -> Vec<Left> {
        std::mem::take(&mut self.left)
    }

    /// The configuration.
    pub(super) fn document(&self) -> Value {
        let mut resources: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for resource in &self.resources {
            let mut body = self.written(resource.body.clone());
            let after = self.after(resource, &body);
            if !after.is_empty() {
                body["depends_on"] = json!(after);
            }
            let of_kind = resources.entry(resource.kind).or_default();
            of_kind.insert(resource.name.clone(), body);
        }
        set([
            ("//", json!(self.title)),
            (
                "terraform",
                json!({
                    "required_version": ">= 1.5",
                    "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}},
                }),
            ),
            (
                "variable",
                match self.variables.is_empty() {
                    true => Value::Null,
                    false => self.variables.clone().into(),
                },
            ),
            (
                "data",
                json!({
                    "aws_caller_identity": {"current": {}},
                    "aws_partition": {"current": {}},
                    "aws_region": {"current": {}},
                }),
            ),
            ("resource", json!(resources)),
            ("output", self.written(self.outputs.clone().into())),
        ])
    }

    /// What has to be there before a resource and is not named in it.
    fn after(&self, resource: &Resource, body: &Value) -> Vec<String> {
        let text = body.to_string();
        let before = self.resources.iter();
        let before = before.filter(|other| resource.after.contains(&other.node));
        let names = before.map(|other| format!("{}.{}", other.kind, other.name));
        names
            .filter(|name| {
                ["}", ".", "["]
                    .iter()
                    .all(|end| !text.contains(&format!("{name}{end}")))
            })
            .collect()
    }

    /// An `import` block for each resource that is deployed, and those that there is none for.
    pub(super) fn imports(&self, deployed: &Identifiers) -> (Value, Vec<Left>) {
        let (mut blocks, mut left) = (Vec::new(), Vec::new());
        for resource in &self.resources {
            let known = deployed.contains_key(&resource.node) && resource.condition.is_none();
            let id = resource.import.as_ref().filter(|_| known);
            match id.and_then(|id| token::deployed(id, deployed)) {
                Some(id) => blocks.push(json!({"to": resource.address(), "id": escaped(&id)})),
                None => left.push(Left::new(
                    &format!("import of {}", resource.address()),
                    "it is shared with other stages, not this stage's, or of a kind that Terraform cannot import: it stays as it is, \
                     or is put once more",
                )),
            }
        }
        let title = "What is deployed, so that Terraform takes it over in place of making another; of no use after the first apply";
        (json!({"//": title, "import": blocks}), left)
    }

    fn written(&self, document: Value) -> Value {
        token::written(document, &|text| json!(self.text(text)))
    }

    fn text(&self, text: &str) -> String {
        let parts = token::parts(text).into_iter();
        let parts = parts.map(|part| match part {
            Part::Text(text) => escaped(text),
            Part::Token(key) => format!("${{{}}}", self.reference(key)),
        });
        parts.collect()
    }

    fn reference(&self, key: &str) -> String {
        self.references.get(key).cloned().unwrap_or_default()
    }
}

/// A text that Terraform reads as it is (Terraform's documentation, "Strings and templates").
fn escaped(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// A word as a part of a resource's name, which has letters, digits, `_` and `-`.
pub(super) fn word(text: &str) -> String {
    let mut words = String::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if !part.is_empty() {
            if !words.is_empty() {
                words.push('_');
            }
            words.push_str(&part.to_ascii_lowercase());
        }
    }
    match words.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => words,
        _ => format!("x{words}"),
    }
}

/// Tags as Terraform takes them.
pub(super) fn tags(tags: BTreeMap<String, String>) -> Value {
    match tags.is_empty() {
        true => Value::Null,
        false => json!(tags),
    }
}
