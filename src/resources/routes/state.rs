//! The paths and methods that API Gateway holds.

use super::Key;
use aws_sdk_apigateway::types::Resource as AwsResource;
use std::collections::BTreeMap;

/// The paths and methods that API Gateway holds.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Resource ids by path.
    pub(super) paths: BTreeMap<String, String>,
    pub(super) methods: BTreeMap<Key, Method>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) authorization: String,
    pub(super) api_key: bool,
    pub(super) integration: Option<Integration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Integration {
    pub(super) kind: String,
    pub(super) http_method: String,
    pub(super) uri: String,
}

impl State {
    pub(super) fn take(&mut self, resource: &AwsResource) {
        let (Some(path), Some(id)) = (resource.path(), resource.id()) else {
            return;
        };
        self.paths.insert(path.to_owned(), id.to_owned());
        for (verb, method) in resource.resource_methods().into_iter().flatten() {
            let integration = method.method_integration().map(|integration| Integration {
                kind: integration
                    .r#type()
                    .map(|kind| kind.as_str().to_owned())
                    .unwrap_or_default(),
                http_method: integration.http_method().unwrap_or_default().to_owned(),
                uri: integration.uri().unwrap_or_default().to_owned(),
            });
            let authorization = method.authorization_type().unwrap_or("NONE").to_owned();
            let api_key = method.api_key_required().unwrap_or(false);
            self.methods.insert(
                (path.to_owned(), verb.clone()),
                Method {
                    authorization,
                    api_key,
                    integration,
                },
            );
        }
    }
}

/// An integration in one line, for a diff.
pub(super) fn describe(integration: &Integration) -> String {
    format!(
        "{} {} {}",
        integration.kind, integration.http_method, integration.uri
    )
}
