//! The stage: which deployment is served, with what logging, metrics and throttling.

use super::account_logging::AccountLogging;
use super::deployment::Deployment;
use super::function::Function;
use super::log_group::LogGroup;
use super::permission::Permission;
use super::rest_api::RestApi;
use super::support::{found, gone, touches_tags};
use crate::engine::{Change, Cx, Error, Ref, Resource};
use crate::names::{Names, Tags};
use aws_sdk_apigateway::types::{MethodSetting, Op, PatchOperation};
use std::collections::{BTreeMap, HashMap};

/// The stage as the stack wants it. It comes last: what it serves has to work from the first
/// request on.
pub struct Stage {
    pub names: Names,
    pub api: Ref<RestApi>,
    pub deployment: Ref<Deployment>,
    pub function: Ref<Function>,
    pub permission: Ref<Permission>,
    pub log_group: Ref<LogGroup>,
    pub account_logging: Ref<AccountLogging>,
    /// `OFF`, `ERROR` or `INFO`.
    pub log_level: &'static str,
    pub metrics: bool,
    /// Requests a second for each method.
    pub rate: f64,
    /// Requests at once for each method.
    pub burst: i32,
    pub tags: Tags,
}

/// What API Gateway holds of it.
#[derive(Clone, Debug)]
pub struct State {
    deployment_id: String,
    /// The settings for all methods, by their patch path.
    settings: BTreeMap<&'static str, String>,
    tags: HashMap<String, String>,
    /// The deployments that the API's other stages serve.
    served_elsewhere: Vec<String>,
    /// Old deployments that were removed here.
    removed: Vec<String>,
}

impl Stage {
    /// The method settings by patch path, for all methods (`/*/*`).
    fn settings(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("logging/loglevel", self.log_level.to_owned()),
            ("logging/dataTrace", "false".to_owned()),
            ("metrics/enabled", self.metrics.to_string()),
            ("throttling/rateLimit", self.rate.to_string()),
            ("throttling/burstLimit", self.burst.to_string()),
        ])
    }

    fn deployment_id(&self) -> Result<String, Error> {
        self.deployment
            .require()?
            .id
            .ok_or_else(|| Error::Moved("the deployment".to_owned()))
    }

    fn setting_patches(&self, changed: impl Fn(&str) -> bool) -> Vec<PatchOperation> {
        let settings = self.settings();
        let changed = settings.iter().filter(|(path, _)| changed(path));
        changed
            .map(|(path, value)| replace(format!("/*/*/{path}"), value))
            .collect()
    }

    async fn patch(
        &self,
        cx: &Cx,
        api: &str,
        operations: Vec<PatchOperation>,
    ) -> Result<(), Error> {
        if operations.is_empty() {
            return Ok(());
        }
        let request = cx
            .apigateway
            .update_stage()
            .rest_api_id(api)
            .stage_name(&self.names.stage);
        cx.paced(
            "UpdateStage",
            request.set_patch_operations(Some(operations)).send(),
        )
        .await?;
        Ok(())
    }

    async fn delete_stale(&self, cx: &Cx, api: &str, stale: &[String]) -> Result<(), Error> {
        for id in stale {
            let request = cx
                .apigateway
                .delete_deployment()
                .rest_api_id(api)
                .deployment_id(id);
            gone(cx.paced("DeleteDeployment", request.send()).await)?;
        }
        Ok(())
    }

    fn wanted_state(&self, deployment_id: String) -> State {
        State {
            deployment_id,
            settings: self.settings(),
            tags: self.tags.map(),
            served_elsewhere: Vec::new(),
            removed: Vec::new(),
        }
    }

    /// Old deployments, made here, that no stage serves once this one is as wanted.
    fn stale(&self, state: &State) -> Vec<String> {
        let deployments = self.deployment.current();
        let others = deployments.into_iter().flat_map(|found| found.others);
        others
            .filter(|id| !state.served_elsewhere.contains(id) && !state.removed.contains(id))
            .collect()
    }
}

impl Resource for Stage {
    type State = State;

    fn kind(&self) -> &'static str {
        "stage"
    }

    fn name(&self) -> String {
        self.names.stage.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        let (stages, _) = futures::join!(
            cx.paced(
                "GetStages",
                cx.apigateway.get_stages().rest_api_id(&api.id).send()
            ),
            self.deployment.observed(),
        );
        let Some(stages) = found(stages)?.and_then(|answer| answer.item) else {
            return Ok(None);
        };
        let Some(stage) = stages
            .iter()
            .find(|stage| stage.stage_name() == Some(&self.names.stage))
        else {
            return Ok(None);
        };
        let all = stage
            .method_settings()
            .and_then(|settings| settings.get("*/*"));
        Ok(Some(State {
            deployment_id: stage.deployment_id().unwrap_or_default().to_owned(),
            settings: all.map(settings_of).unwrap_or_default(),
            tags: stage.tags().cloned().unwrap_or_default(),
            served_elsewhere: stages
                .iter()
                .filter(|stage| stage.stage_name() != Some(&self.names.stage))
                .filter_map(|stage| stage.deployment_id.clone())
                .collect(),
            removed: Vec::new(),
        }))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.tags.diff(&state.tags);
        let wanted = self
            .deployment
            .current()
            .and_then(|deployment| deployment.id);
        let wanted = wanted.unwrap_or_else(|| "(known after deploy)".to_owned());
        changes.extend(Change::between(
            "deploymentId",
            Some(&state.deployment_id),
            &wanted,
        ));
        let setting = |(path, value): (&&str, &String)| {
            Change::between(path, state.settings.get(path), value)
        };
        changes.extend(self.settings().iter().filter_map(setting));
        changes.extend(
            self.stale(state)
                .iter()
                .map(|id| Change::removed("old deployment", id)),
        );
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let api = self.api.require()?;
        self.function.require()?;
        self.permission.require()?;
        self.log_group.require()?;
        let deployment = self.deployment_id()?;
        let request = cx
            .apigateway
            .create_stage()
            .rest_api_id(&api.id)
            .stage_name(&self.names.stage)
            .deployment_id(&deployment)
            .set_tags(Some(self.tags.map()));
        cx.paced("CreateStage", request.send()).await?;
        self.patch(cx, &api.id, self.setting_patches(|_| true))
            .await?;
        // Old deployments may be served by somebody's stage beside this one: only a look tells.
        let old = self.deployment.current();
        if old.is_some_and(|deployments| !deployments.others.is_empty())
            && let Some(seen) = self.read(cx).await?
        {
            return Ok(seen);
        }
        Ok(self.wanted_state(deployment))
    }

    async fn update(&self, cx: &Cx, state: State, changes: &[Change]) -> Result<State, Error> {
        let (api, deployment) = (self.api.require()?, self.deployment_id()?);
        let mut operations =
            self.setting_patches(|path| changes.iter().any(|change| change.field == path));
        if deployment != state.deployment_id {
            operations.push(replace("/deploymentId".to_owned(), &deployment));
        }
        self.patch(cx, &api.id, operations).await?;
        if touches_tags(changes) {
            let arn = self
                .names
                .apigateway_arn(&format!("/restapis/{}/stages/{}", api.id, self.names.stage));
            let request = cx
                .apigateway
                .tag_resource()
                .resource_arn(arn)
                .set_tags(Some(self.tags.map()));
            cx.paced("TagResource", request.send()).await?;
        }
        let stale = self.stale(&state);
        self.delete_stale(cx, &api.id, &stale).await?;
        Ok(State {
            served_elsewhere: state.served_elsewhere,
            removed: [state.removed, stale].concat(),
            ..self.wanted_state(deployment)
        })
    }

    async fn delete(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        let api = self.api.require()?;
        let request = cx
            .apigateway
            .delete_stage()
            .rest_api_id(&api.id)
            .stage_name(&self.names.stage);
        gone(cx.paced("DeleteStage", request.send()).await)
    }
}

fn replace(path: String, value: &str) -> PatchOperation {
    PatchOperation::builder()
        .op(Op::Replace)
        .path(path)
        .value(value)
        .build()
}

fn settings_of(setting: &MethodSetting) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        (
            "logging/loglevel",
            setting.logging_level().unwrap_or("OFF").to_owned(),
        ),
        (
            "logging/dataTrace",
            setting.data_trace_enabled().to_string(),
        ),
        ("metrics/enabled", setting.metrics_enabled().to_string()),
        (
            "throttling/rateLimit",
            setting.throttling_rate_limit().to_string(),
        ),
        (
            "throttling/burstLimit",
            setting.throttling_burst_limit().to_string(),
        ),
    ])
}
