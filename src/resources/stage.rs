//! The stage: its logging, metrics and throttling. Which deployment it serves is its last switch
//! ([`ServedDeployment`](super::ServedDeployment)).

use super::control_plane::{Listed, list_tags, patches, tag};
use super::deployment::Deployment;
use super::domain::mark_with;
use super::marks;
use super::rest_api::RestApi;
use super::support::{found, gone, unknown_or};
use crate::engine::{Call, Cx, Error, Field, Patch, Ref, Resource, Set};
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
    /// The one that it is made with.
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
    pub(super) name: String,
    pub(super) deployment_id: String,
    /// None where nobody ever set one.
    settings: Option<StageSettings>,
    tracing: bool,
    access_log: Option<AccessLog>,
    tags: BTreeMap<String, String>,
    /// The deployments that the API's other stages serve.
    pub(super) served_elsewhere: BTreeSet<String>,
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
        let Some((deployment_id, served_elsewhere)) = served(stages, &self.names.stage) else {
            return Ok(None);
        };
        let Some(stage) = stages
            .iter()
            .find(|stage| stage.stage_name() == Some(&self.names.stage))
        else {
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
        Ok(Some(State {
            name: self.names.stage.clone(),
            deployment_id,
            settings: all.map(settings_of),
            tracing: stage.tracing_enabled(),
            access_log: self.access_log_of(stage),
            tags,
            served_elsewhere,
        }))
    }
}

impl Resource for Stage {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
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
    ];

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
        let stages = cx.apigateway.get_stages().rest_api_id(&api.id);
        let stages = cx.call("GetStages", stages.send()).await;
        let stages = found(stages)?.and_then(|answer| answer.item);
        self.state_of(cx, &api.id, &stages.unwrap_or_default())
            .await
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let deployment = self.deployment.current();
        let deployment = unknown_or(deployment.and_then(|deployment| deployment.id));
        State {
            name: self.names.stage.clone(),
            deployment_id: found.map_or(deployment, |found| found.deployment_id.clone()),
            settings: Some(self.settings.clone()),
            tracing: self.tracing,
            access_log: self.access_log.clone(),
            tags: self.all_tags(found).map(),
            served_elsewhere: found
                .map_or_else(BTreeSet::new, |found| found.served_elsewhere.clone()),
        }
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
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        let request = cx.apigateway.delete_stage();
        let request = request.rest_api_id(self.api.require()?.id);
        let request = request.stage_name(&self.names.stage);
        gone(cx.call("DeleteStage", request.send()).await)
    }
}

/// What a stage of the API serves, and what the others do.
pub(super) fn served(stages: &[AwsStage], name: &str) -> Option<(String, BTreeSet<String>)> {
    let (ours, others): (Vec<_>, Vec<_>) = stages
        .iter()
        .partition(|stage| stage.stage_name() == Some(name));
    let id = ours.first()?.deployment_id().unwrap_or_default().to_owned();
    let others = others.into_iter().filter_map(AwsStage::deployment_id);
    Some((id, others.map(str::to_owned).collect()))
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
