//! The calls that make, change and remove one path or method.

use super::MethodKey;
use super::paths::parent;
use super::state::{Method, State};
use crate::engine::{Cx, Error};
use crate::resources::support::{gone, required};
use aws_sdk_apigateway::types::IntegrationType;
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use std::collections::{BTreeMap, BTreeSet};

/// How many calls are under way at once; the pacing keeps their rate.
const CONCURRENCY: usize = 8;

/// Runs all, a few at a time, to their ends: a failure stops none that is under way, so that the
/// next read sees what was done.
pub(super) async fn together<T: Send>(
    work: Vec<BoxFuture<'_, Result<T, Error>>>,
) -> Result<Vec<T>, Error> {
    let results = stream::iter(work).buffer_unordered(CONCURRENCY);
    let results: Vec<Result<T, Error>> = results.collect().await;
    results.into_iter().collect()
}

/// A method of one API.
pub(super) struct At<'a> {
    pub cx: &'a Cx,
    pub api: &'a str,
    /// The path's id.
    pub resource: &'a str,
    pub method: &'a str,
}

impl At<'_> {
    pub(crate) async fn put_method(&self, wanted: &Method) -> Result<(), Error> {
        let request = self
            .cx
            .apigateway
            .put_method()
            .rest_api_id(self.api)
            .resource_id(self.resource)
            .http_method(self.method)
            .authorization_type(&wanted.authorization)
            .set_authorizer_id(wanted.authorizer.clone())
            .set_authorization_scopes(given(&wanted.scopes))
            .api_key_required(wanted.api_key);
        self.cx.call("PutMethod", request.send()).await?;
        Ok(())
    }

    pub(crate) async fn update_method(&self, found: &Method, wanted: &Method) -> Result<(), Error> {
        let patches = found.patches(wanted);
        if patches.is_empty() {
            return Ok(());
        }
        let request = self
            .cx
            .apigateway
            .update_method()
            .rest_api_id(self.api)
            .resource_id(self.resource)
            .http_method(self.method)
            .set_patch_operations(Some(patches));
        self.cx.call("UpdateMethod", request.send()).await?;
        Ok(())
    }

    /// Lambda is always invoked with POST (API Gateway developer guide, "Lambda proxy integrations").
    pub(crate) async fn put_integration(&self, uri: &str) -> Result<(), Error> {
        let request = self
            .cx
            .apigateway
            .put_integration()
            .rest_api_id(self.api)
            .resource_id(self.resource)
            .http_method(self.method)
            .r#type(IntegrationType::AwsProxy)
            .integration_http_method("POST")
            .uri(uri);
        self.cx.call("PutIntegration", request.send()).await?;
        Ok(())
    }
}

fn given(scopes: &BTreeSet<String>) -> Option<Vec<String>> {
    (!scopes.is_empty()).then(|| scopes.iter().cloned().collect())
}

pub(super) async fn make_path(
    cx: &Cx,
    api: &str,
    path: &str,
    paths: &BTreeMap<String, String>,
) -> Result<(String, String), Error> {
    let parent = parent(path).and_then(|parent| paths.get(parent));
    let parent = parent.ok_or_else(|| Error::Conflict(format!("the path above {path}")))?;
    let part = path.rsplit('/').next().unwrap_or_default();
    let request = cx
        .apigateway
        .create_resource()
        .rest_api_id(api)
        .parent_id(parent)
        .path_part(part);
    let made = cx.call("CreateResource", request.send()).await?;
    Ok((path.to_owned(), required(made.id, "the resource's id")?))
}

pub(super) async fn remove_path(cx: &Cx, api: &str, path: &str, id: &str) -> Result<String, Error> {
    let request = cx.apigateway.delete_resource().rest_api_id(api);
    let request = request.resource_id(id);
    gone(cx.call("DeleteResource", request.send()).await)?;
    Ok(path.to_owned())
}

pub(super) async fn remove_method(
    cx: &Cx,
    api: &str,
    key: &MethodKey,
    state: &State,
) -> Result<MethodKey, Error> {
    if let Some(resource) = state.paths.get(&key.0) {
        let request = cx.apigateway.delete_method().rest_api_id(api);
        let request = request.resource_id(resource).http_method(&key.1);
        gone(cx.call("DeleteMethod", request.send()).await)?;
    }
    Ok(key.clone())
}
