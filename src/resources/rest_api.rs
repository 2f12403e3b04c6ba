//! The REST API itself: regional, found by its tags.

use super::api_list::ApiList;
use super::log_group::delete_log_group;
use super::support::{gone, required, touches, touches_tags};
use crate::engine::{Change, Cx, Error, Resource};
use crate::names::{Names, Tags};
use aws_sdk_apigateway::types::{
    EndpointConfiguration, EndpointType, Op, PatchOperation, RestApi as AwsRestApi,
};
use std::collections::HashMap;

/// The API as the stack wants it. Names of REST APIs are not unique: the same create twice makes
/// two, and only the tags tell whose they are.
pub struct RestApi {
    pub names: Names,
    pub tags: Tags,
    pub list: ApiList,
}

/// What API Gateway holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub id: String,
    pub root_id: String,
    name: String,
    endpoint_types: Vec<String>,
    tags: HashMap<String, String>,
    /// Later APIs with the same tags, made by a deploy that ran at the same time or was cut off.
    twins: Vec<String>,
}

const REGIONAL: &str = "REGIONAL";

impl RestApi {
    /// The oldest of ours stays; every deploy decides alike, whoever made which.
    fn pick(&self, apis: &[AwsRestApi]) -> Option<State> {
        let no_tags = HashMap::new();
        let own = |api: &&AwsRestApi| self.tags.own(api.tags().unwrap_or(&no_tags));
        let mut ours: Vec<&AwsRestApi> = apis.iter().filter(own).collect();
        ours.sort_by_key(|api| (api.created_date.map(|date| date.secs()), api.id.clone()));
        let (first, twins) = ours.split_first()?;
        let types = first
            .endpoint_configuration()
            .map(|endpoint| endpoint.types())
            .unwrap_or_default();
        Some(State {
            id: first.id.clone()?,
            root_id: first.root_resource_id.clone().unwrap_or_default(),
            name: first.name.clone().unwrap_or_default(),
            endpoint_types: types.iter().map(|kind| kind.as_str().to_owned()).collect(),
            tags: first.tags.clone().unwrap_or_default(),
            twins: twins.iter().filter_map(|api| api.id.clone()).collect(),
        })
    }

    async fn delete_api(&self, cx: &Cx, id: &str) -> Result<(), Error> {
        gone(
            cx.paced(
                "DeleteRestApi",
                cx.apigateway.delete_rest_api().rest_api_id(id).send(),
            )
            .await,
        )
    }

    /// The API, then its execution log: the service writes the last executions a little later and
    /// makes the group again for them. After the API is gone it has no more reason to.
    async fn delete_whole(&self, cx: &Cx, id: &str) -> Result<(), Error> {
        self.delete_api(cx, id).await?;
        delete_log_group(cx, &self.names.execution_log_group(id)).await
    }

    async fn delete_twins(&self, cx: &Cx, twins: &[String]) -> Result<(), Error> {
        for twin in twins {
            self.delete_whole(cx, twin).await?;
        }
        Ok(())
    }

    async fn patch(&self, cx: &Cx, id: &str, operations: Vec<PatchOperation>) -> Result<(), Error> {
        let request = cx
            .apigateway
            .update_rest_api()
            .rest_api_id(id)
            .set_patch_operations(Some(operations));
        cx.paced("UpdateRestApi", request.send()).await?;
        Ok(())
    }

    fn patches(&self, state: &State, changes: &[Change]) -> Vec<PatchOperation> {
        let replace = |path: String, value: &str| {
            PatchOperation::builder()
                .op(Op::Replace)
                .path(path)
                .value(value)
                .build()
        };
        let mut operations = Vec::new();
        if touches(changes, &["name"]) {
            operations.push(replace("/name".to_owned(), &self.names.base()));
        }
        if touches(changes, &["endpointConfiguration"]) {
            let old = state.endpoint_types.first().map_or("EDGE", String::as_str);
            operations.push(replace(
                format!("/endpointConfiguration/types/{old}"),
                REGIONAL,
            ));
        }
        operations
    }
}

impl Resource for RestApi {
    type State = State;

    fn kind(&self) -> &'static str {
        "REST API"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    fn can_have_twins(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        // The first look may share the list; a later one, after a failure, has to be fresh.
        match self.list.known() {
            None => Ok(self.pick(self.list.get(cx).await?)),
            Some(_) => Ok(self.pick(&ApiList::fresh(cx).await?)),
        }
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.tags.diff(&state.tags);
        changes.extend(Change::between(
            "name",
            Some(&state.name),
            &self.names.base(),
        ));
        let types = state.endpoint_types.join(", ");
        changes.extend(Change::between(
            "endpointConfiguration",
            Some(&types),
            &REGIONAL.to_owned(),
        ));
        changes.extend(state.twins.iter().map(|twin| Change::removed("twin", twin)));
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let endpoint = EndpointConfiguration::builder()
            .types(EndpointType::Regional)
            .build();
        let request = cx
            .apigateway
            .create_rest_api()
            .name(self.names.base())
            .endpoint_configuration(endpoint)
            .set_tags(Some(self.tags.map()));
        let created = cx.paced("CreateRestApi", request.send()).await?;
        let id = required(created.id, "the API's id")?;
        let made = State {
            root_id: required(created.root_resource_id, "rootResourceId")?,
            name: self.names.base(),
            endpoint_types: vec![REGIONAL.to_owned()],
            tags: self.tags.map(),
            twins: Vec::new(),
            id,
        };
        // Another deploy may have done the same at the same time: the oldest stays, and who made
        // another removes it. Where that cannot be seen now, as in a list that lacks our own, the look at the end will show it.
        let now = ApiList::fresh(cx).await.unwrap_or_default();
        let complete = now.iter().any(|api| api.id() == Some(&made.id));
        let oldest = self
            .pick(&now)
            .filter(|oldest| complete && oldest.id != made.id);
        match oldest {
            Some(oldest) => {
                self.delete_api(cx, &made.id).await?;
                Ok(State {
                    twins: Vec::new(),
                    ..oldest
                })
            }
            None => Ok(made),
        }
    }

    async fn update(&self, cx: &Cx, state: State, changes: &[Change]) -> Result<State, Error> {
        let operations = self.patches(&state, changes);
        if !operations.is_empty() {
            self.patch(cx, &state.id, operations).await?;
        }
        if touches_tags(changes) {
            let arn = self
                .names
                .apigateway_arn(&format!("/restapis/{}", state.id));
            let request = cx
                .apigateway
                .tag_resource()
                .resource_arn(arn)
                .set_tags(Some(self.tags.map()));
            cx.paced("TagResource", request.send()).await?;
        }
        self.delete_twins(cx, &state.twins).await?;
        let (name, endpoint_types) = (self.names.base(), vec![REGIONAL.to_owned()]);
        Ok(State {
            name,
            endpoint_types,
            tags: self.tags.map(),
            twins: Vec::new(),
            ..state
        })
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        for id in state.twins.iter().chain([&state.id]) {
            self.delete_whole(cx, id).await?;
        }
        Ok(())
    }
}
