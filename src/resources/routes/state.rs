//! The paths and methods that API Gateway holds, and the fields of one method.

use super::MethodKey;
use crate::engine::{Change, Error};
use crate::resources::control_plane::patch_operation;
use crate::resources::support::required;
use aws_sdk_apigateway::types::{Op, PatchOperation, Resource as AwsResource};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The paths and methods in API Gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// Resource ids by path.
    pub(super) paths: BTreeMap<String, String>,
    pub(super) methods: BTreeMap<MethodKey, Method>,
}

/// What a method asks of its callers, and what it invokes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Method {
    /// `AWS_IAM`, `COGNITO_USER_POOLS`, `CUSTOM` or `NONE`.
    pub authorization: String,
    /// The authorizer's id.
    pub authorizer: Option<String>,
    /// What an access token has to have one of.
    pub scopes: BTreeSet<String>,
    pub api_key: bool,
    /// What it invokes; `None` where nobody set it yet.
    pub(super) integration: Option<Integration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Integration {
    pub kind: String,
    pub http_method: String,
    pub uri: String,
}

/// One managed field of a method: its name, its value, and what sets it.
struct MethodField {
    name: &'static str,
    value: fn(&Method) -> Option<String>,
    set: SetMethod,
}

enum SetMethod {
    /// This path in UpdateMethod.
    Patch(&'static str),
    /// The path of the scopes in UpdateMethod, one by one.
    Scopes,
    /// PutIntegration.
    Integration,
}

const FIELDS: &[MethodField] = &[
    MethodField {
        name: "authorizationType",
        value: |method| Some(method.authorization.clone()),
        set: SetMethod::Patch("/authorizationType"),
    },
    MethodField {
        name: "authorizerId",
        value: |method| method.authorizer.clone(),
        set: SetMethod::Patch("/authorizerId"),
    },
    MethodField {
        name: "authorizationScopes",
        value: |method| (!method.scopes.is_empty()).then(|| spaced(&method.scopes)),
        set: SetMethod::Scopes,
    },
    MethodField {
        name: "apiKeyRequired",
        value: |method| Some(method.api_key.to_string()),
        set: SetMethod::Patch("/apiKeyRequired"),
    },
    MethodField {
        name: "integration",
        value: |method| method.integration.as_ref().map(describe),
        set: SetMethod::Integration,
    },
];

impl MethodField {
    fn differs(&self, found: &Method, wanted: &Method) -> bool {
        (self.value)(found) != (self.value)(wanted)
    }
}

impl Method {
    /// What differs, as fields of the method called `name`.
    pub(super) fn diff(&self, wanted: &Self, name: &str) -> Vec<Change> {
        let change = |field: &MethodField| {
            let name = format!("{name} {}", field.name);
            Change::of(name, (field.value)(self), (field.value)(wanted))
        };
        FIELDS.iter().filter_map(change).collect()
    }

    /// Its fields that are set, by their names.
    pub(super) fn told(&self) -> Value {
        let told = |field: &MethodField| Some((field.name, (field.value)(self)?));
        json!(FIELDS.iter().filter_map(told).collect::<BTreeMap<_, _>>())
    }

    /// The patch operations of UpdateMethod that make it as wanted.
    pub(super) fn patches(&self, wanted: &Self) -> Vec<PatchOperation> {
        let patch = |field: &MethodField| match field.set {
            SetMethod::Patch(path) if field.differs(self, wanted) => {
                vec![patch_operation(Op::Replace, path, (field.value)(wanted))]
            }
            SetMethod::Scopes => self.scope_patches(wanted),
            _ => Vec::new(),
        };
        FIELDS.iter().flat_map(patch).collect()
    }

    fn scope_patches(&self, wanted: &Self) -> Vec<PatchOperation> {
        let patch = |op: Op| {
            move |scope: &String| {
                patch_operation(op.clone(), "/authorizationScopes", Some(scope.clone()))
            }
        };
        let added = wanted.scopes.difference(&self.scopes).map(patch(Op::Add));
        let removed = self
            .scopes
            .difference(&wanted.scopes)
            .map(patch(Op::Remove));
        added.chain(removed).collect()
    }

    /// How many calls make it from what was found.
    pub(super) fn calls_from(&self, found: Option<&Self>) -> usize {
        let Some(found) = found else {
            // PutMethod and PutIntegration.
            return 2;
        };
        let patched = usize::from(!found.patches(self).is_empty());
        patched + usize::from(found.integration != self.integration)
    }

    /// In one line, for a plan: `AWS_IAM, API key`.
    pub(super) fn summary(&self) -> String {
        let key = if self.api_key { ", API key" } else { "" };
        format!("{}{key}", self.authorization)
    }
}

impl State {
    /// # Errors
    /// AWS's answer has no path or id.
    pub(super) fn take(&mut self, resource: &AwsResource) -> Result<(), Error> {
        let path = required(resource.path(), "a resource's path")?;
        let id = required(resource.id(), "a resource's id")?;
        self.paths.insert(path.to_owned(), id.to_owned());
        for (verb, method) in resource.resource_methods().into_iter().flatten() {
            let key = (path.to_owned(), verb.clone());
            self.methods.insert(key, method_of(method));
        }
        Ok(())
    }

    /// The id of the resource that a method is on.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the path is not there.
    pub(super) fn resource_of(&self, (path, _): &MethodKey) -> Result<&String, Error> {
        let found = self.paths.get(path);
        found.ok_or_else(|| Error::Conflict(format!("the path {path}")))
    }
}

pub(super) fn method_of(method: &aws_sdk_apigateway::types::Method) -> Method {
    let integration = method.method_integration().map(|integration| Integration {
        kind: integration
            .r#type()
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        http_method: integration.http_method().unwrap_or_default().to_owned(),
        uri: integration.uri().unwrap_or_default().to_owned(),
    });
    Method {
        authorization: method.authorization_type().unwrap_or("NONE").to_owned(),
        authorizer: method.authorizer_id().map(str::to_owned),
        scopes: method.authorization_scopes().iter().cloned().collect(),
        api_key: method.api_key_required().unwrap_or(false),
        integration,
    }
}

fn spaced(scopes: &BTreeSet<String>) -> String {
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    scopes.join(" ")
}

/// An integration in one line, for a diff.
fn describe(integration: &Integration) -> String {
    format!(
        "{} {} {}",
        integration.kind, integration.http_method, integration.uri
    )
}
