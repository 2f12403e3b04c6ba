//! The calls on keys that are there. Each may be made twice, so each is tried until it works or
//! cannot.

use super::{Key, KeyState, Keys};
use crate::engine::{Cx, Error, retry};
use crate::names::Names;
use crate::resources::{ListedKey, all_keys, attached_keys, delete_key, detach, required};
use crate::tags::Tags;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use secrecy::SecretString;
use std::collections::HashSet;

/// All keys that are a stage's or on its usage plan.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn list(cx: &Cx, names: &Names, tags: &Tags, plan: &str) -> Result<Keys, Error> {
    let (all, attached) = futures::join!(
        retry(cx, async || all_keys(cx, names).await),
        retry(cx, async || attached_keys(cx, plan).await),
    );
    let (all, attached) = (all?, attached?);
    let (ours, mut foreign): (Vec<_>, Vec<_>) = all.into_iter().partition(|key| key.is_of(tags));
    foreign.retain(|key| attached.contains(&key.id));
    foreign.sort_by_key(|key| (key.name.clone(), key.created, key.id.clone()));
    let ours = ours.into_iter().filter_map(|key| of(key, &attached));
    Ok(Keys {
        ours: by_consumer(ours.collect()),
        foreign,
    })
}

/// By consumer and then by age.
fn by_consumer(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_by(|one, other| {
        // Dates have whole seconds; a retired key is the older one all the same.
        let order = |key: &Key| {
            let in_use = key.state != KeyState::Retired;
            (key.consumer.clone(), in_use, key.created, key.id.clone())
        };
        order(one).cmp(&order(other))
    });
    keys
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

/// Writes what became of a key into its description.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn set_state(cx: &Cx, id: &str, state: KeyState) -> Result<(), Error> {
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

/// Takes a key off the usage plan; one that is off already is not an error.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn take_off(cx: &Cx, plan: &str, id: &str) -> Result<(), Error> {
    retry(cx, async || detach(cx, plan, id).await).await
}

/// Deletes a key; one that is gone is not an error.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn delete(cx: &Cx, id: &str) -> Result<(), Error> {
    retry(cx, async || delete_key(cx, id).await).await
}

/// A key's value.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn value(cx: &Cx, id: &str) -> Result<SecretString, Error> {
    retry(cx, async || {
        let request = cx.apigateway.get_api_key().api_key(id).include_value(true);
        let key = cx.call("GetApiKey", request.send()).await?;
        let value = required(key.value, "the API key's value")?;
        Ok(SecretString::from(value))
    })
    .await
}
