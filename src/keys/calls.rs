//! The calls on keys that are there. Each may be made twice, so each is tried until it works or
//! cannot.

use super::{Key, KeyState};
use crate::engine::{Cx, Error, retry};
use crate::names::Names;
use crate::resources::{ListedKey, delete_key, detach, list_keys, pages};
use crate::tags::Tags;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use secrecy::SecretString;
use std::collections::HashSet;

/// All keys of a stage, by consumer and then by age.
///
/// # Errors
/// What AWS answers.
pub async fn list(cx: &Cx, names: &Names, tags: &Tags, plan: &str) -> Result<Vec<Key>, Error> {
    let (keys, attached) = futures::join!(
        retry(cx, async || list_keys(cx, names, tags).await),
        retry(cx, async || attached(cx, plan).await),
    );
    let attached = attached?;
    let mut keys: Vec<Key> = keys?
        .into_iter()
        .filter_map(|key| of(key, &attached))
        .collect();
    keys.sort_by(|one, other| {
        // Dates have whole seconds; a retired key is the older one all the same.
        let order = |key: &Key| {
            let in_use = key.state != KeyState::Retired;
            (key.consumer.clone(), in_use, key.created, key.id.clone())
        };
        order(one).cmp(&order(other))
    });
    Ok(keys)
}

fn of(key: ListedKey, attached: &HashSet<String>) -> Option<Key> {
    Some(Key {
        consumer: key.consumer()?.clone(),
        state: KeyState::of(key.description.as_deref()),
        attached: attached.contains(&key.id),
        created: key.created,
        id: key.id,
    })
}

/// The ids of the keys that a usage plan knows. The answer holds values too; they are dropped.
async fn attached(cx: &Cx, plan: &str) -> Result<HashSet<String>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_usage_plan_keys().usage_plan_id(plan);
        request.limit(500).set_position(at).send()
    };
    let keys = pages(cx, "GetUsagePlanKeys", ask, |page| {
        (page.items, page.position)
    })
    .await?;
    Ok(keys.into_iter().filter_map(|key| key.id).collect())
}

/// Writes what became of a key into its description.
///
/// # Errors
/// What AWS answers.
pub async fn set_state(cx: &Cx, id: &str, state: KeyState) -> Result<(), Error> {
    let patch = PatchOperation::builder()
        .op(Op::Replace)
        .path("/description")
        .value(state.description())
        .build();
    retry(cx, async || {
        let request = cx.apigateway.update_api_key().api_key(id);
        let request = request.patch_operations(patch.clone());
        cx.call("UpdateApiKey", request.send()).await?;
        Ok(())
    })
    .await
}

/// Takes a key off the usage plan; one that is off already is no error.
///
/// # Errors
/// What AWS answers.
pub async fn take_off(cx: &Cx, plan: &str, id: &str) -> Result<(), Error> {
    retry(cx, async || detach(cx, plan, id).await).await
}

/// Deletes a key; one that is gone is no error.
///
/// # Errors
/// What AWS answers.
pub async fn delete(cx: &Cx, id: &str) -> Result<(), Error> {
    retry(cx, async || delete_key(cx, id).await).await
}

/// A key's value.
///
/// # Errors
/// What AWS answers.
pub async fn value(cx: &Cx, id: &str) -> Result<SecretString, Error> {
    retry(cx, async || {
        let request = cx.apigateway.get_api_key().api_key(id).include_value(true);
        let key = cx.call("GetApiKey", request.send()).await?;
        Ok(SecretString::from(key.value.unwrap_or_default()))
    })
    .await
}
