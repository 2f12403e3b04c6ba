//! The calls that make, change and remove one path or method.

use super::paths::parent;
use super::state::{Method, State};
use super::{Key, WantedMethod};
use crate::engine::{Cx, Error};
use crate::resources::support::{gone, required};
use aws_sdk_apigateway::types::{Op, PatchOperation};
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use std::collections::BTreeMap;

/// How many calls are under way at once; the pacing keeps their rate.
const CONCURRENCY: usize = 8;

/// Runs all, a few at a time, to their ends: a failure stops none that is under way, so that the
/// next read sees what was done.
pub(super) async fn together<T: Send>(
    work: Vec<BoxFuture<'_, Result<T, Error>>>,
) -> Result<Vec<T>, Error> {
    let results: Vec<Result<T, Error>> = stream::iter(work)
        .buffer_unordered(CONCURRENCY)
        .collect()
        .await;
    results.into_iter().collect()
}

pub(super) async fn make_path(
    cx: &Cx,
    api: &str,
    path: &str,
    paths: &BTreeMap<String, String>,
) -> Result<(String, String), Error> {
    let parent = parent(path).and_then(|parent| paths.get(parent));
    let parent = parent.ok_or_else(|| Error::Moved(format!("the path above {path}")))?;
    let part = path.rsplit('/').next().unwrap_or_default();
    let request = cx
        .apigateway
        .create_resource()
        .rest_api_id(api)
        .parent_id(parent)
        .path_part(part);
    let made = cx.paced("CreateResource", request.send()).await?;
    Ok((path.to_owned(), required(made.id, "the resource's id")?))
}

pub(super) async fn put_method(
    cx: &Cx,
    api: &str,
    resource: &str,
    method: &str,
    wanted: &WantedMethod,
) -> Result<(), Error> {
    let request = cx
        .apigateway
        .put_method()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method(method)
        .authorization_type(wanted.authorization)
        .api_key_required(wanted.api_key);
    cx.paced("PutMethod", request.send()).await?;
    Ok(())
}

pub(super) async fn update_method(
    cx: &Cx,
    api: &str,
    resource: &str,
    method: &str,
    wanted: &WantedMethod,
    have: &Method,
) -> Result<(), Error> {
    let replace = |path: &str, value: &str| {
        PatchOperation::builder()
            .op(Op::Replace)
            .path(path)
            .value(value)
            .build()
    };
    let mut operations = Vec::new();
    if have.authorization != wanted.authorization {
        operations.push(replace("/authorizationType", wanted.authorization));
    }
    if have.api_key != wanted.api_key {
        operations.push(replace("/apiKeyRequired", &wanted.api_key.to_string()));
    }
    if operations.is_empty() {
        return Ok(());
    }
    let request = cx
        .apigateway
        .update_method()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method(method);
    cx.paced(
        "UpdateMethod",
        request.set_patch_operations(Some(operations)).send(),
    )
    .await?;
    Ok(())
}

pub(super) async fn remove_path(cx: &Cx, api: &str, path: &str, id: &str) -> Result<String, Error> {
    let request = cx
        .apigateway
        .delete_resource()
        .rest_api_id(api)
        .resource_id(id);
    gone(cx.paced("DeleteResource", request.send()).await)?;
    Ok(path.to_owned())
}

pub(super) async fn remove_method(
    cx: &Cx,
    api: &str,
    key: &Key,
    state: &State,
) -> Result<Key, Error> {
    if let Some(resource) = state.paths.get(&key.0) {
        let request = cx
            .apigateway
            .delete_method()
            .rest_api_id(api)
            .resource_id(resource)
            .http_method(&key.1);
        gone(cx.paced("DeleteMethod", request.send()).await)?;
    }
    Ok(key.clone())
}
