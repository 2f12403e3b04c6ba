//! The API key. Its value is made by AWS and stays there: nothing here ever reads it.

use super::support::{gone, required, touches, touches_tags};
use crate::engine::{Change, Cx, Error, Resource};
use crate::names::{KEY_TAG, Names, Tags};
use aws_sdk_apigateway::types::{ApiKey as AwsApiKey, Op, PatchOperation};
use std::collections::HashMap;

/// The stage's own key. Names of keys are not unique; the tags find it.
pub struct ApiKey {
    pub names: Names,
    pub tags: Tags,
}

/// The consumer that the stage's own key is for.
pub const DEFAULT_KEY: &str = "default";

/// What API Gateway holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub id: String,
    name: String,
    enabled: bool,
    tags: HashMap<String, String>,
    /// Later keys with the same tags.
    twins: Vec<String>,
    /// Keys of this stage's other consumers: they go when the stage goes.
    consumers: Vec<String>,
}

impl ApiKey {
    fn all_tags(&self) -> Tags {
        self.tags.clone().with(KEY_TAG, DEFAULT_KEY)
    }

    async fn list(&self, cx: &Cx) -> Result<Vec<AwsApiKey>, Error> {
        list_keys(cx, &self.names, &self.tags).await
    }

    fn pick(&self, keys: &[AwsApiKey]) -> Option<State> {
        let is_default = |key: &&AwsApiKey| consumer(key) == Some(DEFAULT_KEY);
        let (mut ours, consumers): (Vec<_>, Vec<_>) = keys.iter().partition(is_default);
        ours.sort_by_key(|key| (key.created_date.map(|date| date.secs()), key.id.clone()));
        let (first, twins) = ours.split_first()?;
        let ids = |keys: &[&AwsApiKey]| keys.iter().filter_map(|key| key.id.clone()).collect();
        Some(State {
            id: first.id.clone()?,
            name: first.name.clone().unwrap_or_default(),
            enabled: first.enabled,
            tags: first.tags.clone().unwrap_or_default(),
            twins: ids(twins),
            consumers: ids(&consumers),
        })
    }
}

impl Resource for ApiKey {
    type State = State;

    fn kind(&self) -> &'static str {
        "API key"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    fn can_have_twins(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        Ok(self.pick(&self.list(cx).await?))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.all_tags().diff(&state.tags);
        changes.extend(Change::between(
            "name",
            Some(&state.name),
            &self.names.base(),
        ));
        changes.extend(Change::between("enabled", Some(&state.enabled), &true));
        changes.extend(state.twins.iter().map(|twin| Change::removed("twin", twin)));
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let request = cx
            .apigateway
            .create_api_key()
            .name(self.names.base())
            .enabled(true);
        let made = cx
            .paced(
                "CreateApiKey",
                request.set_tags(Some(self.all_tags().map())).send(),
            )
            .await?;
        Ok(State {
            id: required(made.id, "the key's id")?,
            name: self.names.base(),
            enabled: true,
            tags: self.all_tags().map(),
            twins: Vec::new(),
            consumers: Vec::new(),
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
            let request = request.patch_operations(replace("/name", &self.names.base()));
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
        let (name, tags) = (self.names.base(), self.all_tags().map());
        Ok(State {
            name,
            tags,
            enabled: true,
            twins: Vec::new(),
            ..state
        })
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        for id in state
            .consumers
            .iter()
            .chain(&state.twins)
            .chain([&state.id])
        {
            delete_key(cx, id).await?;
        }
        Ok(())
    }
}

/// The consumer that a key is for, by its tag.
pub fn consumer(key: &AwsApiKey) -> Option<&str> {
    key.tags()?.get(KEY_TAG).map(String::as_str)
}

/// All keys of a stage, without their values.
pub async fn list_keys(cx: &Cx, names: &Names, tags: &Tags) -> Result<Vec<AwsApiKey>, Error> {
    let (mut keys, mut position) = (Vec::new(), None);
    loop {
        let request = cx
            .apigateway
            .get_api_keys()
            .name_query(names.base())
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

async fn delete_key(cx: &Cx, id: &str) -> Result<(), Error> {
    gone(
        cx.paced(
            "DeleteApiKey",
            cx.apigateway.delete_api_key().api_key(id).send(),
        )
        .await,
    )
}
