//! The REST API itself: regional, found by its tags.

use super::control_plane::{Listed, PAGE, list_tags, pages, patch_operation, patches, tag};
use super::lists::{ApiList, Lists};
use super::log_group::delete_log_group;
use super::marks;
use super::support::{self, UNKNOWN, found, gone, required};
use crate::engine::{Call, Cx, Error, Field, Patch, Resource, Set};
use crate::names::Names;
use crate::tags::Tags;
use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType, Op, RestApi as AwsRestApi};
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet};

/// The API as the stack wants it. Names of REST APIs are not unique: the same create twice makes
/// two, and only the tags tell whose they are.
pub(crate) struct RestApi {
    pub names: Names,
    pub tags: Tags,
    pub list: ApiList,
    /// Whether the stack says what the resource policy is.
    pub has_policy: bool,
    /// Whether its default endpoint is to be off, which then is nothing to warn of.
    pub has_no_default_endpoint: bool,
}

/// The API in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: String,
    pub root_id: String,
    pub name: String,
    endpoint_type: String,
    /// Whether its execute-api URL is switched off.
    pub has_no_default_endpoint: bool,
    tags: BTreeMap<String, String>,
    /// Later APIs with the same tags, made by a deploy that ran at the same time or was cut off.
    duplicates: BTreeSet<String>,
}

const REGIONAL: &str = "REGIONAL";

const UPDATE: Call<RestApi> = Call {
    operation: "UpdateRestApi",
    run: |api, cx, found, wanted| api.patch(cx, found, wanted).boxed(),
};
const TAG: Call<RestApi> = Call {
    operation: "TagResource",
    run: |api, cx, found, _| tag(cx, arn(&api.names, &found.id), &api.tags).boxed(),
};
const DELETE_DUPLICATES: Call<RestApi> = Call {
    operation: "DeleteRestApi",
    run: |api, cx, found, _| {
        api.delete_all(cx, found.duplicates.iter().collect())
            .boxed()
    },
};

impl State {
    pub(crate) fn is_marked(&self, mark: &str) -> bool {
        marks::is_on(&self.tags, mark)
    }
}

impl RestApi {
    /// The oldest of ours stays; every deploy decides alike, whoever made which.
    async fn pick(&self, cx: &Cx, apis: &[AwsRestApi]) -> Result<Option<State>, Error> {
        let tags = api_tags(cx, apis, &self.names, &self.tags).await?;
        let all = apis.iter().zip(tags);
        let mut ours: Vec<_> = all.filter(|(_, tags)| self.tags.are_on(tags)).collect();
        ours.sort_by_key(|(api, _)| (api.created_date.map(|date| date.secs()), api.id.clone()));
        let mut ours = ours.into_iter();
        let Some((first, tags)) = ours.next() else {
            return Ok(None);
        };
        let duplicates = ours.filter_map(|(api, _)| api.id.clone()).collect();
        Ok(Some(state_of(first, tags, duplicates)?))
    }

    async fn patch(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let mut operations = patches::<Self>("UpdateRestApi", found, wanted);
        if found.endpoint_type != wanted.endpoint_type {
            // The path names the type that goes (API Gateway API reference, "UpdateRestApi").
            let path = format!("/endpointConfiguration/types/{}", found.endpoint_type);
            let value = Some(wanted.endpoint_type.clone());
            operations.push(patch_operation(Op::Replace, &path, value));
        }
        let request = cx.apigateway.update_rest_api().rest_api_id(&found.id);
        let request = request.set_patch_operations(Some(operations));
        cx.call("UpdateRestApi", request.send()).await?;
        Ok(())
    }

    async fn delete_api(&self, cx: &Cx, id: &str) -> Result<(), Error> {
        let request = cx.apigateway.delete_rest_api().rest_api_id(id);
        gone(cx.call("DeleteRestApi", request.send()).await)
    }

    /// The APIs, each before its execution log: the service writes the last executions a little
    /// later and makes the group again for them. After the API is gone it has no more reason to.
    async fn delete_all(&self, cx: &Cx, ids: Vec<&String>) -> Result<(), Error> {
        for id in ids {
            self.delete_api(cx, id).await?;
            delete_log_group(cx, &self.names.execution_log_group(id)).await?;
        }
        Ok(())
    }

    /// Another deploy may have done the same at the same time: the oldest stays, and who made
    /// another removes it. Where that cannot be seen now, as in a list that lacks our own, the look
    /// at the end will show it.
    async fn older_than(&self, cx: &Cx, made: &str) -> Option<State> {
        let now = self.list.fresh(cx).await.ok()?;
        let oldest = self.pick(cx, &now).await.ok()??;
        let complete = now.iter().any(|api| api.id() == Some(made));
        (complete && oldest.id != made).then_some(oldest)
    }
}

impl Resource for RestApi {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        Field::text(
            "name",
            |s| Some(s.name.clone()),
            Set::Patch(&UPDATE, Patch::at("/name")),
        ),
        Field::text(
            "endpointConfiguration",
            |s| Some(s.endpoint_type.clone()),
            Set::By(&UPDATE),
        ),
        Field::items("duplicate", |s| &s.duplicates, Set::By(&DELETE_DUPLICATES)),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        vec![
            ("id".to_owned(), &mut state.id),
            ("root".to_owned(), &mut state.root_id),
        ]
    }

    fn kind(&self) -> &'static str {
        "REST API"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    fn can_have_duplicates(&self) -> bool {
        true
    }

    fn id(&self, found: &State) -> Option<String> {
        Some(found.id.clone())
    }

    async fn exists(&self, cx: &Cx, id: &str) -> Result<bool, Error> {
        let request = cx.apigateway.get_rest_api().rest_api_id(id);
        Ok(found(cx.call("GetRestApi", request.send()).await)?.is_some())
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        self.pick(cx, &self.list.look(cx).await?).await
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let unknown = || UNKNOWN.to_owned();
        State {
            id: found.map_or_else(unknown, |found| found.id.clone()),
            root_id: found.map_or_else(unknown, |found| found.root_id.clone()),
            name: self.names.base(),
            endpoint_type: REGIONAL.to_owned(),
            has_no_default_endpoint: found.is_some_and(|found| found.has_no_default_endpoint),
            tags: self.tags.map(),
            duplicates: BTreeSet::new(),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let endpoint = EndpointConfiguration::builder().types(EndpointType::Regional);
        let request = cx
            .apigateway
            .create_rest_api()
            .name(&wanted.name)
            .endpoint_configuration(endpoint.build())
            .set_tags(Some(self.tags.to_sdk()));
        let made = cx.call("CreateRestApi", request.send()).await?;
        let made = State {
            id: required(made.id, "the API's id")?,
            root_id: required(made.root_resource_id, "rootResourceId")?,
            ..wanted
        };
        let Some(older) = self.older_than(cx, &made.id).await else {
            return Ok(made);
        };
        self.delete_api(cx, &made.id).await?;
        let duplicates = BTreeSet::new();
        Ok(State {
            duplicates,
            ..older
        })
    }

    /// Asked for by itself: the list need not show all of an API.
    async fn warnings(&self, cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let Some(State { id, .. }) = found else {
            return Ok(Vec::new());
        };
        let request = cx.apigateway.get_rest_api().rest_api_id(id);
        let api = support::found(cx.call("GetRestApi", request.send()).await)?;
        let policy = api.as_ref().and_then(|api| api.policy());
        let policy = policy
            .filter(|policy| !policy.is_empty() && !self.has_policy)
            .map(|_| "the API has a resource policy: it decides, too, who may call");
        let switched_off = api
            .as_ref()
            .is_some_and(|api| api.disable_execute_api_endpoint);
        let switched_off = (switched_off && !self.has_no_default_endpoint)
            .then_some("disableExecuteApiEndpoint is true: the stage's URL answers nobody");
        let warnings = policy.into_iter().chain(switched_off);
        Ok(warnings.map(str::to_owned).collect())
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        let all = found.duplicates.iter().chain([&found.id]).collect();
        self.delete_all(cx, all).await
    }
}

pub(super) fn arn(names: &Names, id: &str) -> String {
    names.apigateway_arn(&format!("/restapis/{id}"))
}

/// All REST APIs of the account and region.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn list_rest_apis(cx: &Cx) -> Result<Vec<AwsRestApi>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_rest_apis().limit(PAGE);
        request.set_position(at).send()
    };
    pages(cx, "GetRestApis", ask, |page| (page.items, page.position)).await
}

/// The tags of each API of a list.
///
/// # Errors
/// What AWS answers.
pub(super) async fn api_tags(
    cx: &Cx,
    apis: &[AwsRestApi],
    names: &Names,
    tags: &Tags,
) -> Result<Vec<BTreeMap<String, String>>, Error> {
    let of_our_name = |name: &str| name == names.base();
    let is_ours = |have: &BTreeMap<String, String>| tags.are_on(have);
    tags_of_apis(cx, apis, names, of_our_name, is_ours).await
}

/// The tags of the APIs in a list.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn api_tags_of(
    cx: &Cx,
    lists: &Lists,
) -> Result<Vec<BTreeMap<String, String>>, Error> {
    let (apis, whose) = (lists.apis.get(cx).await?, lists.apis.whose());
    let of_our_name = |name: &str| whose.can_have(name);
    tags_of_apis(cx, apis, whose.names(), of_our_name, |have| whose.has(have)).await
}

async fn tags_of_apis(
    cx: &Cx,
    apis: &[AwsRestApi],
    names: &Names,
    of_our_name: impl Fn(&str) -> bool,
    is_ours: impl Fn(&BTreeMap<String, String>) -> bool,
) -> Result<Vec<BTreeMap<String, String>>, Error> {
    let listed = apis.iter().map(|api| Listed {
        tags: api.tags(),
        of_our_name: api.name().is_some_and(&of_our_name),
        arn: arn(names, api.id().unwrap_or_default()),
    });
    let listed: Vec<_> = listed.collect();
    list_tags(cx, &listed, is_ours).await
}

fn state_of(
    api: &AwsRestApi,
    tags: BTreeMap<String, String>,
    duplicates: BTreeSet<String>,
) -> Result<State, Error> {
    let types = api
        .endpoint_configuration()
        .map(|endpoint| endpoint.types());
    let endpoint_type = types.and_then(|types| types.first());
    Ok(State {
        id: required(api.id.clone(), "the API's id")?,
        root_id: required(api.root_resource_id.clone(), "rootResourceId")?,
        name: api.name.clone().unwrap_or_default(),
        // API Gateway's own default (API reference, "CreateRestApi").
        endpoint_type: endpoint_type
            .map_or("EDGE", |kind| kind.as_str())
            .to_owned(),
        has_no_default_endpoint: api.disable_execute_api_endpoint,
        tags,
        duplicates,
    })
}
