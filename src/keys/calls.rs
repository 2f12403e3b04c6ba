//! The calls on keys that are there. Each may be made twice, so each is tried until it works or
//! cannot.

use super::{Key, KeyState};
use crate::engine::{Cx, Error, patiently};
use crate::names::Tags;
use crate::resources::{consumer, delete_key, detach, list_keys};
use aws_sdk_apigateway::types::{ApiKey as AwsApiKey, Op, PatchOperation};
use secrecy::SecretString;
use std::collections::HashSet;

/// All keys of a stage, by consumer and then by age.
///
/// # Errors
/// What AWS answers.
pub async fn list(cx: &Cx, tags: &Tags, plan: Option<&str>) -> Result<Vec<Key>, Error> {
    let (keys, attached) = futures::join!(
        patiently(cx, async || list_keys(cx, tags).await),
        patiently(cx, async || attached(cx, plan).await),
    );
    let attached = attached?;
    let mut keys: Vec<Key> = keys?.iter().filter_map(|key| of(key, &attached)).collect();
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

fn of(key: &AwsApiKey, attached: &HashSet<String>) -> Option<Key> {
    let id = key.id.clone()?;
    Some(Key {
        consumer: consumer(key)?.to_owned(),
        state: KeyState::of(key.description()),
        attached: attached.contains(&id),
        created: key.created_date.map_or(0, |date| date.secs()),
        id,
    })
}

/// The ids of the keys that a usage plan knows. The answer holds values too; they are dropped.
async fn attached(cx: &Cx, plan: Option<&str>) -> Result<HashSet<String>, Error> {
    let (mut ids, mut position) = (HashSet::new(), None);
    let Some(plan) = plan else { return Ok(ids) };
    loop {
        let request = cx
            .apigateway
            .get_usage_plan_keys()
            .usage_plan_id(plan)
            .limit(500)
            .set_position(position);
        let page = cx.paced("GetUsagePlanKeys", request.send()).await?;
        ids.extend(
            page.items
                .unwrap_or_default()
                .into_iter()
                .filter_map(|key| key.id),
        );
        position = page.position;
        if position.is_none() {
            return Ok(ids);
        }
    }
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
    patiently(cx, async || {
        let request = cx.apigateway.update_api_key().api_key(id);
        let request = request.patch_operations(patch.clone());
        cx.paced("UpdateApiKey", request.send()).await?;
        Ok(())
    })
    .await
}

/// Takes a key off the usage plan; one that is off already is no error.
///
/// # Errors
/// What AWS answers.
pub async fn take_off(cx: &Cx, plan: &str, id: &str) -> Result<(), Error> {
    patiently(cx, async || detach(cx, plan, id).await).await
}

/// Deletes a key; one that is gone is no error.
///
/// # Errors
/// What AWS answers.
pub async fn delete(cx: &Cx, id: &str) -> Result<(), Error> {
    patiently(cx, async || delete_key(cx, id).await).await
}

/// A key's value.
///
/// # Errors
/// What AWS answers.
pub async fn value(cx: &Cx, id: &str) -> Result<SecretString, Error> {
    patiently(cx, async || {
        let request = cx.apigateway.get_api_key().api_key(id).include_value(true);
        let key = cx.paced("GetApiKey", request.send()).await?;
        Ok(SecretString::from(key.value.unwrap_or_default()))
    })
    .await
}
