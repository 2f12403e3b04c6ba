//! The API key. Its value is made by AWS and stays there: nothing here ever reads it.

use super::support::{gone, required, touches, touches_tags};
use crate::engine::{Change, Cx, Error, Resource};
use crate::names::{KEY_TAG, Names, Tags};
use aws_sdk_apigateway::types::{ApiKey as AwsApiKey, Op, PatchOperation};
use std::collections::HashMap;

/// The key in use of one consumer of a stage. Names of keys are not unique; the tags find it.
pub struct ApiKey {
    pub names: Names,
    pub tags: Tags,
    /// Whose key it is: [`DEFAULT_KEY`] for the stage's own.
    pub consumer: String,
    /// Whether the stage is being deleted: then all of its keys are meant.
    pub leaving: bool,
}

/// The consumer that the stage's own key is for.
pub const DEFAULT_KEY: &str = "default";

/// The description of a key that is valid, but in whose place a newer one of the same consumer is.
/// Descriptions say what became of a key, since they can be changed in one call, and every list
/// shows them; whose it is stays in the tags.
pub const RETIRED: &str = "retired by gatewayq";
/// The description of a key that was taken off the usage plan on purpose: a deploy leaves it off.
pub const DISABLED: &str = "disabled by gatewayq";

/// What API Gateway holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub id: String,
    name: String,
    enabled: bool,
    /// Whether it is off the usage plan on purpose.
    pub disabled: bool,
    tags: HashMap<String, String>,
    /// Later keys with the same tags.
    twins: Vec<String>,
    /// The consumer's older keys, valid until somebody deletes them.
    retired: Vec<String>,
    /// Keys of this stage's other consumers: they go when the stage goes.
    others: Vec<String>,
}

impl ApiKey {
    fn all_tags(&self) -> Tags {
        self.tags.clone().with(KEY_TAG, &self.consumer)
    }

    fn key_name(&self) -> String {
        match self.consumer.as_str() {
            DEFAULT_KEY => self.names.base(),
            consumer => format!("{}-{consumer}", self.names.base()),
        }
    }

    fn pick(&self, mut keys: Vec<AwsApiKey>) -> Option<State> {
        keys.sort_by_key(|key| (key.created_date.map(|date| date.secs()), key.id.clone()));
        let ours = |key: &AwsApiKey| consumer(key) == Some(&self.consumer);
        let (mine, mut others): (Vec<_>, Vec<_>) = keys.into_iter().partition(ours);
        let (retired, mut in_use): (Vec<_>, Vec<_>) = mine.into_iter().partition(is_retired);
        if in_use.is_empty() && self.leaving {
            // Nothing may stay behind, even where the key in use was deleted by hand.
            in_use.extend(others.pop());
        }
        let mut in_use = in_use.into_iter();
        let first = in_use.next().or_else(|| self.leftover(&retired))?;
        let ids = |keys: Vec<AwsApiKey>| keys.into_iter().filter_map(|key| key.id).collect();
        Some(State {
            id: first.id?,
            name: first.name.unwrap_or_default(),
            disabled: first.description.as_deref() == Some(DISABLED),
            enabled: first.enabled,
            tags: first.tags.unwrap_or_default(),
            twins: ids(in_use.collect()),
            retired: ids(retired),
            others: ids(others),
        })
    }

    fn leftover(&self, retired: &[AwsApiKey]) -> Option<AwsApiKey> {
        retired.first().filter(|_| self.leaving).cloned()
    }
}

impl Resource for ApiKey {
    type State = State;

    fn kind(&self) -> &'static str {
        "API key"
    }

    fn name(&self) -> String {
        self.key_name()
    }

    fn can_have_twins(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        Ok(self.pick(list_keys(cx, &self.tags).await?))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.all_tags().diff(&state.tags);
        changes.extend(Change::between("name", Some(&state.name), &self.key_name()));
        changes.extend(Change::between("enabled", Some(&state.enabled), &true));
        changes.extend(state.twins.iter().map(|twin| Change::removed("twin", twin)));
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let request = cx
            .apigateway
            .create_api_key()
            .name(self.key_name())
            .enabled(true);
        let made = cx
            .paced(
                "CreateApiKey",
                request.set_tags(Some(self.all_tags().map())).send(),
            )
            .await?;
        Ok(State {
            id: required(made.id, "the key's id")?,
            name: self.key_name(),
            enabled: true,
            disabled: false,
            tags: self.all_tags().map(),
            twins: Vec::new(),
            retired: Vec::new(),
            others: Vec::new(),
        })
    }

    async fn update(&self, cx: &Cx, state: State, changes: &[Change]) -> Result<State, Error> {
        if touches(changes, &["enabled", "name"]) {
            let replace = |path: &str, value: &str| {
                PatchOperation::builder()
                    .op(Op::Replace)
                    .path(path)
                    .value(value)
                    .build()
            };
            let request = cx
                .apigateway
                .update_api_key()
                .api_key(&state.id)
                .patch_operations(replace("/enabled", "true"));
            let request = request.patch_operations(replace("/name", &self.key_name()));
            cx.paced("UpdateApiKey", request.send()).await?;
        }
        if touches_tags(changes) {
            let arn = self.names.apigateway_arn(&format!("/apikeys/{}", state.id));
            let request = cx
                .apigateway
                .tag_resource()
                .resource_arn(arn)
                .set_tags(Some(self.all_tags().map()));
            cx.paced("TagResource", request.send()).await?;
        }
        for twin in &state.twins {
            delete_key(cx, twin).await?;
        }
        let mut tags = state.tags;
        tags.extend(self.all_tags().map());
        Ok(State {
            name: self.key_name(),
            tags,
            enabled: true,
            twins: Vec::new(),
            ..state
        })
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        let others = state.others.iter().filter(|_| self.leaving);
        let own = state.twins.iter().chain(&state.retired);
        for id in others.chain(own).chain([&state.id]) {
            delete_key(cx, id).await?;
        }
        Ok(())
    }
}

/// The consumer that a key is for, by its tag.
pub fn consumer(key: &AwsApiKey) -> Option<&str> {
    key.tags()?.get(KEY_TAG).map(String::as_str)
}

/// Whether a newer key took its place.
pub fn is_retired(key: &AwsApiKey) -> bool {
    key.description() == Some(RETIRED)
}

/// All keys of a stage, without their values.
pub async fn list_keys(cx: &Cx, tags: &Tags) -> Result<Vec<AwsApiKey>, Error> {
    let (mut keys, mut position) = (Vec::new(), None);
    loop {
        let request = cx
            .apigateway
            .get_api_keys()
            .include_values(false)
            .limit(500);
        let page = cx
            .paced("GetApiKeys", request.set_position(position).send())
            .await?;
        keys.extend(page.items.unwrap_or_default());
        position = page.position;
        if position.is_none() {
            break;
        }
    }
    keys.retain(|key| key.tags().is_some_and(|have| tags.own(have)));
    Ok(keys)
}

/// Deletes a key; one that is gone is no error.
pub async fn delete_key(cx: &Cx, id: &str) -> Result<(), Error> {
    gone(
        cx.paced(
            "DeleteApiKey",
            cx.apigateway.delete_api_key().api_key(id).send(),
        )
        .await,
    )
}
