//! What API Gateway's resources share: lists in pages, patch operations, tags.

use super::support::found;
use crate::engine::{Changed, Cx, Error, Resource};
use crate::tags::Tags;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::future::try_join_all;
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

/// An item of a list, as far as it tells whose it is.
pub(super) struct Listed<'a> {
    pub tags: Option<&'a HashMap<String, String>>,
    /// Whether it has a name that gatewayq gives.
    pub of_our_name: bool,
    pub arn: String,
}

impl Listed<'_> {
    fn shows_tags(&self) -> bool {
        self.tags.is_some_and(|tags| !tags.is_empty())
    }
}

/// The most items of other names that are asked for their tags after one list. API Gateway takes 10
/// calls a second of an account ("Quotas", API Gateway developer guide).
const ASKED: usize = 20;

/// The tags of the items of a list, in its order. A list that leaves tags out is no proof that there
/// are none, so items of our name that show none are asked for them. What somebody renamed has
/// another name: where the whole list shows no tags and nothing of it is ours by its name, the first
/// others, at most [`ASKED`], are asked for them too.
///
/// # Errors
/// What AWS answers, but that items of other names may not be looked at.
pub(super) async fn list_tags(
    cx: &Cx,
    items: &[Listed<'_>],
    is_ours: impl Fn(&BTreeMap<String, String>) -> bool,
) -> Result<Vec<BTreeMap<String, String>>, Error> {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        all.push(match item.tags {
            Some(tags) if item.shows_tags() => tags.clone().into_iter().collect(),
            _ if item.of_our_name => tags_of(cx, &item.arn).await?,
            _ => BTreeMap::new(),
        });
    }
    if items.iter().any(Listed::shows_tags) || all.iter().any(&is_ours) {
        return Ok(all);
    }
    let others = items.iter().zip(&mut all).filter(|(it, _)| !it.of_our_name);
    let mut others = others.take(ASKED);
    // The first alone: who may not look at it may not look at the others.
    if let Some((item, tags)) = others.next() {
        match tags_of(cx, &item.arn).await {
            Err(error) if error.is_denied() => return Ok(all),
            answer => *tags = answer?,
        }
    }
    let asked = others.map(async |(item, tags)| match tags_of(cx, &item.arn).await {
        Err(error) if error.is_denied() => Ok(()),
        answer => answer.map(|answer| *tags = answer),
    });
    try_join_all(asked).await?;
    Ok(all)
}

/// The tags of the thing with this ARN; none where it is gone.
async fn tags_of(cx: &Cx, arn: &str) -> Result<BTreeMap<String, String>, Error> {
    let request = cx.apigateway.get_tags().resource_arn(arn);
    let tags = found(cx.call("GetTags", request.send()).await)?;
    let tags = tags.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().collect())
}
