//! The API key. Its value stays with AWS: nothing here ever reads it.

use super::control_plane::{Listed, PAGE, list_tags, pages, patches, tag};
use super::lists::{KeyList, Whose};
use super::support::{found, gone, required, unknown_or};
use crate::config::DEFAULT_PLAN;
use crate::engine::{Call, Cx, Error, Field, Patch, Resource, Set};
use crate::names::Names;
use crate::tags::{KEY_TAG, PLAN_TAG, Tags};
use aws_sdk_apigateway::types::ApiKey as AwsApiKey;
use futures::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};

/// The key in use of one consumer of a stage. Names of keys are not unique; the tags find it.
pub(crate) struct ApiKey {
    pub names: Names,
    pub tags: Tags,
    /// Whose key it is: [`DEFAULT_KEY`] for the stage's own.
    pub consumer: String,
    /// The usage plan that it belongs on.
    pub plan: String,
    /// The value that it is made with; without one, AWS makes it.
    pub value: Option<SecretString>,
    /// Whether the stage is being deleted: then all of its keys are meant.
    pub deleting: bool,
    pub list: KeyList,
    /// The descriptions that keys were given just now, by id: the list may be from before.
    pub described: BTreeMap<String, &'static str>,
}

/// The consumer that the stage's own key is for.
pub(crate) const DEFAULT_KEY: &str = "default";

/// The description of a key that is valid, but in whose place a newer one of the same consumer is.
/// Descriptions say what became of a key, since they can be changed in one call, and every list
/// shows them; whose it is stays in the tags.
pub(crate) const RETIRED: &str = "retired by gatewayq";
/// The description of a key that was taken off the usage plan on purpose: a deploy leaves it off.
pub(crate) const DISABLED: &str = "disabled by gatewayq";

/// The key in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: String,
    name: String,
    enabled: bool,
    /// Whether it is off the usage plan on purpose.
    pub disabled: bool,
    tags: BTreeMap<String, String>,
    /// Later keys with the same tags.
    duplicates: BTreeSet<String>,
    /// The consumer's older keys, valid until somebody deletes them.
    pub retired: Vec<String>,
    /// Keys of this stage's other consumers: they go when the stage goes.
    others: Vec<String>,
}

const UPDATE: Call<ApiKey> = Call {
    operation: "UpdateApiKey",
    run: |_, cx, found, wanted| update(cx, found, wanted).boxed(),
};
const TAG: Call<ApiKey> = Call {
    operation: "TagResource",
    run: |key, cx, found, _| key.tag(cx, found).boxed(),
};
const DELETE_DUPLICATES: Call<ApiKey> = Call {
    operation: "DeleteApiKey",
    run: |_, cx, found, _| delete_duplicates(cx, found).boxed(),
};

impl ApiKey {
    /// A key without the plan's tag belongs on the default plan; one that has been on another keeps
    /// the tag.
    fn all_tags(&self, found: Option<&State>) -> Tags {
        let tags = self.tags.clone().with(KEY_TAG, &self.consumer);
        let has_tag = found.is_some_and(|found| found.tags.contains_key(PLAN_TAG));
        match self.plan == DEFAULT_PLAN && !has_tag {
            true => tags,
            false => tags.with(PLAN_TAG, &self.plan),
        }
    }

    async fn tag(&self, cx: &Cx, found: &State) -> Result<(), Error> {
        tag(cx, arn(&self.names, &found.id), &self.all_tags(Some(found))).await
    }

    fn pick(&self, keys: &[ListedKey]) -> Option<State> {
        let of_stage = keys.iter().filter(|key| key.is_of(&self.tags));
        let mut keys: Vec<ListedKey> = of_stage.cloned().collect();
        for key in &mut keys {
            if let Some(description) = self.described.get(&key.id) {
                key.description = Some((*description).to_owned());
            }
        }
        keys.sort_by_key(|key| (key.created, key.id.clone()));
        let ours = |key: &ListedKey| key.consumer() == Some(&self.consumer);
        let (mine, mut others): (Vec<_>, Vec<_>) = keys.into_iter().partition(ours);
        let (retired, mut in_use): (Vec<_>, Vec<_>) =
            mine.into_iter().partition(ListedKey::is_retired);
        if in_use.is_empty() && self.deleting {
            // Nothing may stay behind, even where the key in use was deleted by hand.
            in_use.extend(others.pop());
        }
        let mut in_use = in_use.into_iter();
        let leftover = || retired.first().filter(|_| self.deleting).cloned();
        let first = in_use.next().or_else(leftover)?;
        Some(State {
            disabled: first.description.as_deref() == Some(DISABLED),
            id: first.id,
            name: first.name,
            enabled: first.enabled,
            tags: first.tags,
            duplicates: ids(in_use).collect(),
            retired: ids(retired).collect(),
            others: ids(others).collect(),
        })
    }
}

impl Resource for ApiKey {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        Field::text(
            "name",
            |s| Some(s.name.clone()),
            Set::Patch(&UPDATE, Patch::at("/name")),
        ),
        Field::text(
            "enabled",
            |s| Some(s.enabled.to_string()),
            Set::Patch(&UPDATE, Patch::at("/enabled")),
        ),
        Field::items("duplicate", |s| &s.duplicates, Set::By(&DELETE_DUPLICATES)),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        vec![("id".to_owned(), &mut state.id)]
    }

    fn kind(&self) -> &'static str {
        "API key"
    }

    fn name(&self) -> String {
        key_name(&self.names, &self.consumer)
    }

    fn can_have_duplicates(&self) -> bool {
        true
    }

    fn id(&self, found: &State) -> Option<String> {
        Some(found.id.clone())
    }

    async fn exists(&self, cx: &Cx, id: &str) -> Result<bool, Error> {
        let request = cx.apigateway.get_api_key().api_key(id);
        let key = cx.call("GetApiKey", request.include_value(false).send());
        Ok(found(key.await)?.is_some())
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        Ok(self.pick(&self.list.look(cx).await?))
    }

    fn wanted(&self, found: Option<&State>) -> State {
        State {
            id: unknown_or(found.map(|found| found.id.clone())),
            name: self.name(),
            enabled: true,
            disabled: found.is_some_and(|found| found.disabled),
            tags: self.all_tags(found).map(),
            duplicates: BTreeSet::new(),
            retired: found.map_or_else(Vec::new, |found| found.retired.clone()),
            others: found.map_or_else(Vec::new, |found| found.others.clone()),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let request = cx.apigateway.create_api_key().name(&wanted.name);
        let value = self.value.as_ref().map(ExposeSecret::expose_secret);
        let request = request
            .enabled(wanted.enabled)
            .set_value(value.map(str::to_owned))
            .set_tags(Some(self.all_tags(None).to_sdk()));
        let made = cx.call("CreateApiKey", request.send()).await;
        let made = made.map_err(|error| match error.is_there() && value.is_some() {
            true => Error::Failed(
                "another API key of the account has this value already. Should it be one that was made just \
                 now, run the command again in a minute"
                    .to_owned(),
            ),
            false => error,
        })?;
        let id = required(made.id, "the key's id")?;
        Ok(State { id, ..wanted })
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        if self.deleting {
            delete_keys(cx, found.others.iter().collect()).await?;
        }
        let own = found.duplicates.iter().chain(&found.retired).collect();
        delete_keys(cx, own).await?;
        delete_key(cx, &found.id).await
    }
}

/// The stage's own key has the stage's name, another consumer's has its own behind it.
fn key_name(names: &Names, consumer: &str) -> String {
    match consumer {
        DEFAULT_KEY => names.base(),
        consumer => format!("{}-{consumer}", names.base()),
    }
}

fn arn(names: &Names, id: &str) -> String {
    names.apigateway_arn(&format!("/apikeys/{id}"))
}

async fn update(cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
    let operations = patches::<ApiKey>("UpdateApiKey", found, wanted);
    let request = cx.apigateway.update_api_key().api_key(&found.id);
    let request = request.set_patch_operations(Some(operations));
    cx.call("UpdateApiKey", request.send()).await?;
    Ok(())
}

/// A key of a stage as a list shows it: without its value.
#[derive(Clone, Debug)]
pub(crate) struct ListedKey {
    pub id: String,
    pub name: String,
    pub enabled: bool,
    pub description: Option<String>,
    /// Seconds since 1970.
    pub created: i64,
    pub tags: BTreeMap<String, String>,
}

impl ListedKey {
    /// Whether it is the stage's that these tags tell apart.
    pub(crate) fn is_of(&self, tags: &Tags) -> bool {
        tags.are_on(&self.tags)
    }

    /// The consumer that it is for, by its tag.
    pub(crate) fn consumer(&self) -> Option<&String> {
        self.tags.get(KEY_TAG)
    }

    /// The usage plan that it belongs on.
    pub(crate) fn plan(&self) -> &str {
        self.tags.get(PLAN_TAG).map_or(DEFAULT_PLAN, String::as_str)
    }

    /// Whether a newer key took its place.
    pub(crate) fn is_retired(&self) -> bool {
        self.description.as_deref() == Some(RETIRED)
    }
}

fn ids(keys: impl IntoIterator<Item = ListedKey>) -> impl Iterator<Item = String> {
    keys.into_iter().map(|key| key.id)
}

/// All keys of the account and region, without their values.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn list_api_keys(cx: &Cx) -> Result<Vec<AwsApiKey>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_api_keys().include_values(false);
        request.limit(PAGE).set_position(at).send()
    };
    pages(cx, "GetApiKeys", ask, |page| (page.items, page.position)).await
}

/// All keys of the account in this region, without their values.
///
/// # Errors
/// What AWS answers.
pub(super) async fn all_keys(cx: &Cx, whose: &Whose) -> Result<Vec<ListedKey>, Error> {
    let keys = list_api_keys(cx).await?;
    let mut listed = Vec::new();
    for key in &keys {
        listed.push(Listed {
            tags: key.tags(),
            of_our_name: key.name().is_some_and(|name| whose.can_have(name)),
            arn: arn(whose.names(), required(key.id(), "the API key's id")?),
        });
    }
    let tags = list_tags(cx, &listed, |have| whose.has(have)).await?;
    drop(listed);
    let all = keys.into_iter().zip(tags);
    all.map(|(key, tags)| listed_key(key, tags)).collect()
}

fn listed_key(key: AwsApiKey, tags: BTreeMap<String, String>) -> Result<ListedKey, Error> {
    Ok(ListedKey {
        id: required(key.id, "the API key's id")?,
        // A key can be without a name, but none of ours is.
        name: key.name.unwrap_or_default(),
        enabled: key.enabled,
        description: key.description,
        created: key.created_date.map_or(0, |date| date.secs()),
        tags,
    })
}

/// A later key is a duplicate of one that is in use. Where the list is from before another command retired that one, the
/// later key is the one in its place, whose value somebody has.
async fn delete_duplicates(cx: &Cx, found: &State) -> Result<(), Error> {
    let request = cx.apigateway.get_api_key().api_key(&found.id);
    let key = cx.call("GetApiKey", request.include_value(false).send());
    if key.await?.description() == Some(RETIRED) {
        return Err(Error::NotYet("API Gateway to list the keys as they are"));
    }
    delete_keys(cx, found.duplicates.iter().collect()).await
}

async fn delete_keys(cx: &Cx, ids: Vec<&String>) -> Result<(), Error> {
    for id in ids {
        delete_key(cx, id).await?;
    }
    Ok(())
}

/// Deletes a key; one that is gone is not an error.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn delete_key(cx: &Cx, id: &str) -> Result<(), Error> {
    let request = cx.apigateway.delete_api_key().api_key(id);
    gone(cx.call("DeleteApiKey", request.send()).await)
}
