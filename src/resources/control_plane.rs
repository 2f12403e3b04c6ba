//! What API Gateway's resources share: lists in pages, patch operations, tags.

use super::support::found;
use crate::engine::{Changed, Cx, Error, Resource};
use crate::tags::Tags;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;

/// The most items of one page of any list (API Gateway API reference).
pub(super) const PAGE: i32 = 500;

/// A page's items, and the position of the next page.
type Page<T> = (Option<Vec<T>>, Option<String>);

/// All items of a list. `ask` asks for the page at a position, `split` takes its items and the
/// position of the next one.
pub(crate) async fn pages<P, T, E, F>(
    cx: &Cx,
    operation: &'static str,
    ask: impl Fn(Option<String>) -> F,
    split: fn(P) -> Page<T>,
) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<P, SdkError<E, HttpResponse>>> + Send,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let (mut all, mut position) = (Vec::new(), None);
    loop {
        let page = cx.call(operation, ask(position)).await?;
        let (items, next) = split(page);
        all.extend(items.unwrap_or_default());
        position = next;
        if position.is_none() {
            return Ok(all);
        }
    }
}

/// The patch operations of `operation` that lead from what was found to what is wanted.
pub(super) fn patches<R: Resource>(
    operation: &str,
    found: &R::State,
    wanted: &R::State,
) -> Vec<PatchOperation> {
    let changed = crate::engine::changed::<R>(operation, found, wanted);
    let mut patches: Vec<PatchOperation> = changed.into_iter().filter_map(patch_of).collect();
    // Fields that go together are removed by one operation.
    patches.dedup();
    patches
}

/// A value that was not set is added, not replaced; items of a list are added and removed.
fn patch_of(changed: Changed) -> Option<PatchOperation> {
    let (patch, change) = (changed.patch?, changed.change);
    Some(match (change.before, change.after) {
        (None, after) if patch.is_added => patch_operation(Op::Add, patch.path, after),
        (None, after) => patch_operation(Op::Replace, patch.path, after),
        (Some(_), Some(after)) => patch_operation(Op::Replace, patch.path, Some(after)),
        (Some(item), None) if changed.item => patch_operation(Op::Remove, patch.path, Some(item)),
        (Some(_), None) => patch_operation(Op::Remove, patch.removal, None),
    })
}

pub(super) fn patch_operation(op: Op, path: &str, value: Option<String>) -> PatchOperation {
    PatchOperation::builder()
        .op(op)
        .path(path)
        .set_value(value)
        .build()
}

/// Puts `tags` on the thing with this ARN.
pub(super) async fn tag(cx: &Cx, arn: String, tags: &Tags) -> Result<(), Error> {
    let request = cx.apigateway.tag_resource().resource_arn(arn);
    let request = request.set_tags(Some(tags.to_sdk()));
    cx.call("TagResource", request.send()).await?;
    Ok(())
}

/// The tags of an item as its list shows them. A list that leaves them out is no proof that there
/// are none, so for an item of our name they are asked for.
pub(super) async fn listed_tags(
    cx: &Cx,
    listed: Option<HashMap<String, String>>,
    is_of_our_name: bool,
    arn: impl FnOnce() -> String,
) -> Result<BTreeMap<String, String>, Error> {
    if let Some(tags) = listed.filter(|tags| !tags.is_empty() || !is_of_our_name) {
        return Ok(tags.into_iter().collect());
    }
    if !is_of_our_name {
        return Ok(BTreeMap::new());
    }
    let request = cx.apigateway.get_tags().resource_arn(arn());
    let tags = found(cx.call("GetTags", request.send()).await)?;
    let tags = tags.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().collect())
}
