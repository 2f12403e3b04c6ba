//! The stage: which deployment is served, with what logging, metrics and throttling.

use super::control_plane::{Listed, list_tags, patches, tag};
use super::deployment::Deployment;
use super::domain::mark_with;
use super::marks;
use super::rest_api::RestApi;
use super::support::{found, gone, unknown_or};
use crate::engine::{Call, Change, Cx, Error, Field, Patch, Ref, Resource, Set, diff, make_calls};
use crate::names::Names;
use crate::tags::{DOMAIN_TAG, Tags};
use aws_sdk_apigateway::types::{MethodSetting, Stage as AwsStage};
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet};

/// The stage as the stack wants it. It comes last: what it serves has to work from the first
/// request on.
pub(crate) struct Stage {
    pub names: Names,
    pub api: Ref<RestApi>,
    pub deployment: Ref<Deployment>,
    pub settings: StageSettings,
    pub tracing: bool,
    /// A log with this format; `None` leaves one alone that goes elsewhere than to our group.
    pub access_log: Option<AccessLog>,
    pub tags: Tags,
    /// The custom domain name that the stage is going to be mapped on.
    pub domain: Option<String>,
}

/// Where a line for each request goes, and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccessLog {
    /// ARN of the log group, without `:*`.
    pub destination_arn: String,
    pub format: String,
}

/// The settings for all of the stage's methods (`/*/*`).
#[derive(Clone, Debug)]
pub(crate) struct StageSettings {
    /// `OFF`, `ERROR` or `INFO`.
    pub log_level: String,
    pub data_trace: bool,
    pub metrics: bool,
    /// Requests a second for each method.
    pub rate: f64,
    /// Requests at once for each method.
    pub burst: i32,
}

/// The stage in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    deployment_id: String,
    /// None where nobody ever set one.
    settings: Option<StageSettings>,
    tracing: bool,
    access_log: Option<AccessLog>,
    tags: BTreeMap<String, String>,
    /// The deployments that the API's other stages serve.
    served_elsewhere: BTreeSet<String>,
    /// Old deployments that were removed here.
    removed: BTreeSet<String>,
    /// Old deployments, made here, that no stage serves once this one is as wanted.
    old: BTreeSet<String>,
}

impl State {
    pub(super) fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str)
    }

    pub(super) fn is_marked(&self, mark: &str) -> bool {
        marks::is_on(&self.tags, mark)
    }
}

const UPDATE: Call<Stage> = Call {
    operation: "UpdateStage",
    run: |stage, cx, found, wanted| stage.patch(cx, found, wanted).boxed(),
};
const TAG: Call<Stage> = Call {
    operation: "TagResource",
    run: |stage, cx, found, _| stage.tag(cx, found).boxed(),
};
const DELETE_OLD: Call<Stage> = Call {
    operation: "DeleteDeployment",
    run: |stage, cx, found, _| stage.delete_old(cx, &found.old).boxed(),
};

impl Stage {
    async fn patch(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let request = cx.apigateway.update_stage();
        let request = request.rest_api_id(self.api.require()?.id);
        let request = request.stage_name(&self.names.stage);
        let patches = patches::<Self>("UpdateStage", found, wanted);
        let request = request.set_patch_operations(Some(patches));
        cx.call("UpdateStage", request.send()).await?;
        Ok(())
    }

    /// The tags that it is to carry, that of its domains among them. A name that it was mapped on
    /// before stays in that one until the mapping is gone.
    fn all_tags(&self, found: Option<&State>) -> Tags {
        let tags = self.tags.clone();
        match &self.domain {
            Some(name) => {
                let before = found.and_then(|found| found.tag(DOMAIN_TAG));
                tags.with(DOMAIN_TAG, &mark_with(before, name))
            }
            None => tags,
        }
    }

    async fn tag(&self, cx: &Cx, found: &State) -> Result<(), Error> {
        let arn = stage_arn(&self.names, &self.api.require()?.id);
        tag(cx, arn, &self.all_tags(Some(found))).await
    }

    async fn delete_old(&self, cx: &Cx, old: &BTreeSet<String>) -> Result<(), Error> {
        let api = self.api.require()?.id;
        for id in old {
            let request = cx.apigateway.delete_deployment().rest_api_id(&api);
            let request = request.deployment_id(id);
            gone(cx.call("DeleteDeployment", request.send()).await)?;
        }
        Ok(())
    }

    /// The same with the old deployments as they are known now: those of this very deploy too.
    fn with_old(&self, found: &State) -> State {
        let deployments = self.deployment.current();
        let others = deployments.into_iter().flat_map(|found| found.others);
        let keep = |id: &String| found.served_elsewhere.contains(id) || found.removed.contains(id);
        let old = others.filter(|id| !keep(id)).collect();
        State {
            old,
            ..found.clone()
        }
    }

    /// The stage's access log. One that somebody set is no business of a stack that wants none.
    fn access_log_of(&self, stage: &AwsStage) -> Option<AccessLog> {
        let found = stage.access_log_settings()?;
        let log = AccessLog {
            destination_arn: found.destination_arn()?.to_owned(),
            format: found.format().unwrap_or_default().to_owned(),
        };
        let own = self.names.log_group_arn(&self.names.access_log_group());
        (self.access_log.is_some() || log.destination_arn == own).then_some(log)
    }

    async fn state_of(
        &self,
        cx: &Cx,
        api: &str,
        stages: &[AwsStage],
    ) -> Result<Option<State>, Error> {
        let (ours, others): (Vec<_>, Vec<_>) = stages
            .iter()
            .partition(|stage| stage.stage_name() == Some(&self.names.stage));
        let Some(stage) = ours.first() else {
            return Ok(None);
        };
        let all = stage.method_settings().and_then(|all| all.get("*/*"));
        let listed = Listed {
            tags: stage.tags(),
            of_our_name: true,
            arn: stage_arn(&self.names, api),
        };
        let tags = list_tags(cx, &[listed], |have| self.tags.are_on(have)).await?;
        let tags = tags.into_iter().next().unwrap_or_default();
        let served = others
            .iter()
            .filter_map(|stage| stage.deployment_id.clone());
        Ok(Some(State {
            deployment_id: stage.deployment_id().unwrap_or_default().to_owned(),
            settings: all.map(settings_of),
            tracing: stage.tracing_enabled(),
            access_log: self.access_log_of(stage),
            tags,
            served_elsewhere: served.collect(),
            removed: BTreeSet::new(),
            old: BTreeSet::new(),
        }))
    }
}

impl Resource for Stage {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        Field::text(
            "deploymentId",
            |s| Some(s.deployment_id.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/deploymentId")),
        ),
        Field::text(
            "logging/loglevel",
            |s| Some(s.settings.as_ref()?.log_level.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/*/*/logging/loglevel")),
        ),
        Field::text(
            "logging/dataTrace",
            |s| Some(s.settings.as_ref()?.data_trace.to_string()),
            Set::Patch(&UPDATE, Patch::replaced("/*/*/logging/dataTrace")),
        ),
        Field::text(
            "metrics/enabled",
            |s| Some(s.settings.as_ref()?.metrics.to_string()),
            Set::Patch(&UPDATE, Patch::replaced("/*/*/metrics/enabled")),
        ),
        Field::text(
            "throttling/rateLimit",
            |s| Some(s.settings.as_ref()?.rate.to_string()),
            Set::Patch(&UPDATE, Patch::replaced("/*/*/throttling/rateLimit")),
        ),
        Field::text(
            "throttling/burstLimit",
            |s| Some(s.settings.as_ref()?.burst.to_string()),
            Set::Patch(&UPDATE, Patch::replaced("/*/*/throttling/burstLimit")),
        ),
        Field::text(
            "tracingEnabled",
            |s| Some(s.tracing.to_string()),
            Set::Patch(&UPDATE, Patch::replaced("/tracingEnabled")),
        ),
        Field::text(
            "accessLogSettings/destinationArn",
            |s| Some(s.access_log.as_ref()?.destination_arn.clone()),
            Set::Patch(&UPDATE, access_log("/accessLogSettings/destinationArn")),
        ),
        Field::text(
            "accessLogSettings/format",
            |s| Some(s.access_log.as_ref()?.format.clone()),
            Set::Patch(&UPDATE, access_log("/accessLogSettings/format")),
        ),
        Field::items("old deployment", |s| &s.old, Set::By(&DELETE_OLD)),
    ];

    fn kind(&self) -> &'static str {
        "stage"
    }

    fn name(&self) -> String {
        self.names.stage.clone()
    }

    /// It has to serve the deployment that stays where two were made.
    fn settles(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        let stages = cx.apigateway.get_stages().rest_api_id(&api.id);
        let (stages, deployment) = futures::join!(
            cx.call("GetStages", stages.send()),
            self.deployment.observed(),
        );
        deployment?;
        let stages = found(stages)?.and_then(|answer| answer.item);
        self.state_of(cx, &api.id, &stages.unwrap_or_default())
            .await
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let deployment = self.deployment.current();
        let tags = self.all_tags(found).map();
        let found = found.map(|found| self.with_old(found));
        let (served_elsewhere, removed) = match found {
            Some(found) => (
                found.served_elsewhere,
                found.removed.into_iter().chain(found.old).collect(),
            ),
            None => (BTreeSet::new(), BTreeSet::new()),
        };
        State {
            deployment_id: unknown_or(deployment.and_then(|deployment| deployment.id)),
            settings: Some(self.settings.clone()),
            tracing: self.tracing,
            access_log: self.access_log.clone(),
            tags,
            served_elsewhere,
            removed,
            old: BTreeSet::new(),
        }
    }

    fn diff(&self, found: &State, wanted: &State) -> Vec<Change> {
        diff::<Self>(&self.with_old(found), wanted)
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let api = self.api.require()?;
        let made = State {
            settings: None,
            tracing: false,
            access_log: None,
            ..wanted.clone()
        };
        let request = cx
            .apigateway
            .create_stage()
            .rest_api_id(&api.id)
            .stage_name(&self.names.stage)
            .deployment_id(&wanted.deployment_id)
            .set_tags(Some(self.all_tags(None).to_sdk()));
        cx.call("CreateStage", request.send()).await?;
        self.patch(cx, &made, &wanted).await?;
        // Old deployments may be served by somebody's stage beside this one: only a look tells.
        let old = self.deployment.current();
        if old.is_some_and(|deployments| !deployments.others.is_empty())
            && let Some(seen) = self.read(cx).await?
        {
            return Ok(seen);
        }
        Ok(wanted)
    }

    async fn update(&self, cx: &Cx, found: State, wanted: State) -> Result<State, Error> {
        make_calls(self, cx, &self.with_old(&found), &wanted).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        let request = cx.apigateway.delete_stage();
        let request = request.rest_api_id(self.api.require()?.id);
        let request = request.stage_name(&self.names.stage);
        gone(cx.call("DeleteStage", request.send()).await)
    }
}

/// The stage's ARN, of the API with this id.
pub(super) fn stage_arn(names: &Names, api: &str) -> String {
    names.apigateway_arn(&format!("/restapis/{api}/stages/{}", names.stage))
}

/// Both parts go together.
const fn access_log(path: &'static str) -> Patch {
    Patch::replaced(path).removed_by("/accessLogSettings")
}

/// API Gateway leaves the log level out until one is set.
fn settings_of(setting: &MethodSetting) -> StageSettings {
    StageSettings {
        log_level: setting.logging_level().unwrap_or("OFF").to_owned(),
        data_trace: setting.data_trace_enabled(),
        metrics: setting.metrics_enabled(),
        rate: setting.throttling_rate_limit(),
        burst: setting.throttling_burst_limit(),
    }
}
