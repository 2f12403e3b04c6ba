//! The calls on keys that are there. Each may be made twice, so each is tried until it works or
//! cannot.

use super::{ForeignKey, Key, KeyState, Keys, Plans};
use crate::engine::{Cx, Error, retry};
use crate::resources::{
    KeyList, ListedKey, attached_keys, delete_key, detach, is_on, move_key, required,
};
use crate::tags::Tags;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use futures::future::try_join_all;
use secrecy::SecretString;
use std::collections::HashMap;

/// All keys that are a stage's or on one of its usage plans.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn list(
    cx: &Cx,
    list: &KeyList,
    tags: &Tags,
    plans: &Plans,
) -> Result<Keys, Error> {
    let on = plans.iter().map(async |plan| {
        let attached = retry(cx, async || attached_keys(cx, &plan.id).await).await?;
        Ok::<_, Error>(attached.into_iter().map(|id| (id, plan.name.clone())))
    });
    let (all, on) = futures::join!(retry(cx, async || list.look(cx).await), try_join_all(on),);
    let on: HashMap<String, String> = on?.into_iter().flatten().collect();
    let all = all?;
    let (ours, foreign): (Vec<&ListedKey>, Vec<_>) = all.iter().partition(|key| key.is_of(tags));
    Ok(Keys {
        ours: by_consumer(ours.into_iter().filter_map(|key| of(key, &on)).collect()),
        foreign: by_name(
            foreign
                .into_iter()
                .filter_map(|key| foreign_on(key, &on))
                .collect(),
        ),
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

fn by_name(mut keys: Vec<ForeignKey>) -> Vec<ForeignKey> {
    keys.sort_by_key(|foreign| {
        let key = &foreign.key;
        (key.name.clone(), key.created, key.id.clone())
    });
    keys
}

fn of(key: &ListedKey, on: &HashMap<String, String>) -> Option<Key> {
    Some(Key {
        consumer: key.consumer()?.clone(),
        state: KeyState::of(key.description.as_deref()),
        plan: on.get(&key.id).cloned(),
        home: key.plan().to_owned(),
        created: key.created,
        id: key.id.clone(),
    })
}

fn foreign_on(key: &ListedKey, on: &HashMap<String, String>) -> Option<ForeignKey> {
    let (plan, key) = (on.get(&key.id)?.clone(), key.clone());
    Some(ForeignKey { key, plan })
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

/// Takes a key from one usage plan to another; one that is there already is not an error.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn move_to(cx: &Cx, id: &str, from: &str, to: &str) -> Result<(), Error> {
    // Whether an answer was lost, the plan tells.
    retry(cx, async || match is_on(cx, to, id).await? {
        true => Ok(()),
        false => move_key(cx, id, from, to).await,
    })
    .await
}

/// Takes a key off a usage plan; one that is off already is not an error.
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
