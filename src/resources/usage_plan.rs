//! The usage plan: how much each API key may ask for.

use super::api_list::ApiList;
use super::rest_api::RestApi;
use super::stage::Stage;
use super::support::{gone, required, touches_tags};
use crate::config::settings::Quota;
use crate::engine::{Change, Cx, Error, Ref, Resource};
use crate::names::{Names, Tags};
use aws_sdk_apigateway::types::{
    ApiStage, Op, PatchOperation, QuotaPeriodType, QuotaSettings, ThrottleSettings,
    UsagePlan as AwsUsagePlan,
};
use std::collections::HashMap;

/// The plan as the stack wants it. Names of plans are not unique; the tags find it.
pub struct UsagePlan {
    pub names: Names,
    pub tags: Tags,
    pub api: Ref<RestApi>,
    pub stage: Ref<Stage>,
    pub list: ApiList,
    /// Requests a second.
    pub rate: f64,
    /// Requests at once.
    pub burst: i32,
    pub quota: Option<Quota>,
}

/// What API Gateway holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub id: String,
    name: String,
    /// API id and stage name.
    stages: Vec<(String, String)>,
    rate: Option<f64>,
    burst: Option<i32>,
    quota: Option<String>,
    tags: HashMap<String, String>,
    /// Later plans with the same tags, with the stages that they hold.
    twins: Vec<Twin>,
}

#[derive(Clone, Debug)]
struct Twin {
    id: String,
    stages: Vec<(String, String)>,
}

impl UsagePlan {
    fn pick(&self, plans: Vec<AwsUsagePlan>) -> Option<State> {
        let mut ours: Vec<AwsUsagePlan> = plans
            .into_iter()
            .filter(|plan| plan.tags().is_some_and(|have| self.tags.own(have)))
            .collect();
        // Plans carry no date. The one that serves the stage stays; among several the smallest id
        // is as good as any, as long as all agree on it.
        let stage = self.our_stage();
        let serves =
            |plan: &AwsUsagePlan| stage.as_ref().is_some_and(|s| stages_of(plan).contains(s));
        ours.sort_by_key(|plan| (!serves(plan), plan.id.clone()));
        let twins = ours.split_off(ours.len().min(1));
        let plan = ours.pop()?;
        let twin = |plan: &AwsUsagePlan| {
            Some(Twin {
                id: plan.id.clone()?,
                stages: stages_of(plan),
            })
        };
        Some(State {
            stages: stages_of(&plan),
            rate: plan.throttle().map(|throttle| throttle.rate_limit),
            burst: plan.throttle().map(|throttle| throttle.burst_limit),
            quota: plan.quota().filter(|quota| quota.limit > 0).map(describe),
            twins: twins.iter().filter_map(twin).collect(),
            tags: plan.tags.unwrap_or_default(),
            name: plan.name.unwrap_or_default(),
            id: plan.id?,
        })
    }

    fn our_stage(&self) -> Option<(String, String)> {
        Some((self.api.current()?.id, self.names.stage.clone()))
    }

    fn quota(&self) -> Option<String> {
        self.quota
            .map(|quota| format!("{} a {}", quota.limit, period(quota).as_str()))
    }

    /// Associations with an API that is no more.
    fn dead_stages<'a>(&'a self, state: &'a State) -> impl Iterator<Item = &'a (String, String)> {
        let live = |id: &str| match self.list.known() {
            Some(apis) => apis.iter().any(|api| api.id() == Some(id)),
            None => true,
        };
        let ours = self.our_stage();
        state
            .stages
            .iter()
            .filter(move |stage| Some(*stage) != ours.as_ref() && !live(&stage.0))
    }

    fn patches(&self, state: &State, changes: &[Change]) -> Vec<PatchOperation> {
        let changed = |field: &str| changes.iter().any(|change| change.field == field);
        let mut operations = Vec::new();
        if changed("name") {
            operations.push(patch(Op::Replace, "/name", &self.names.base()));
        }
        if changed("throttle.rateLimit") {
            operations.push(patch(
                set_op(state.rate.is_some()),
                "/throttle/rateLimit",
                &self.rate.to_string(),
            ));
        }
        if changed("throttle.burstLimit") {
            operations.push(patch(
                set_op(state.burst.is_some()),
                "/throttle/burstLimit",
                &self.burst.to_string(),
            ));
        }
        if changed("quota") {
            operations.extend(self.quota_patches(state));
        }
        if let Some(stage) = self
            .our_stage()
            .filter(|stage| !state.stages.contains(stage))
        {
            operations.push(patch(Op::Add, "/apiStages", &joined(&stage)));
        }
        operations.extend(
            self.dead_stages(state)
                .map(|stage| patch(Op::Remove, "/apiStages", &joined(stage))),
        );
        operations
    }

    /// What is not there yet is added, not replaced.
    fn quota_patches(&self, state: &State) -> Vec<PatchOperation> {
        let op = set_op(state.quota.is_some());
        match self.quota {
            None => vec![
                PatchOperation::builder()
                    .op(Op::Remove)
                    .path("/quota")
                    .build(),
            ],
            Some(quota) => vec![
                patch(op.clone(), "/quota/limit", &quota.limit.to_string()),
                patch(op, "/quota/period", period(quota).as_str()),
            ],
        }
    }

    fn wanted_state(&self, id: String, stages: Vec<(String, String)>) -> State {
        State {
            id,
            stages,
            name: self.names.base(),
            rate: Some(self.rate),
            burst: Some(self.burst),
            quota: self.quota(),
            tags: self.tags.map(),
            twins: Vec::new(),
        }
    }
}

impl Resource for UsagePlan {
    type State = State;

    fn kind(&self) -> &'static str {
        "usage plan"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    fn can_have_twins(&self) -> bool {
        true
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (mut plans, mut position) = (Vec::new(), None);
        loop {
            let request = cx
                .apigateway
                .get_usage_plans()
                .limit(500)
                .set_position(position);
            let page = cx.paced("GetUsagePlans", request.send()).await?;
            plans.extend(page.items.unwrap_or_default());
            position = page.position;
            if position.is_none() {
                break;
            }
        }
        // The diff compares with the API's id and with the list of those that live.
        self.api.observed().await?;
        Ok(self.pick(plans))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let mut changes = self.tags.diff(&state.tags);
        changes.extend(Change::between(
            "name",
            Some(&state.name),
            &self.names.base(),
        ));
        changes.extend(Change::between(
            "throttle.rateLimit",
            state.rate.as_ref(),
            &self.rate,
        ));
        changes.extend(Change::between(
            "throttle.burstLimit",
            state.burst.as_ref(),
            &self.burst,
        ));
        changes.extend(match (&state.quota, self.quota()) {
            (before, Some(after)) => Change::between("quota", before.as_ref(), &after),
            (Some(before), None) => Some(Change::removed("quota", before)),
            (None, None) => None,
        });
        match self.our_stage() {
            Some(stage) if state.stages.contains(&stage) => {}
            Some(stage) => changes.push(Change::added("apiStages", joined(&stage))),
            None => changes.push(Change::added("apiStages", "(known after deploy)")),
        }
        changes.extend(
            self.dead_stages(state)
                .map(|stage| Change::removed("apiStages", joined(stage))),
        );
        changes.extend(
            state
                .twins
                .iter()
                .map(|twin| Change::removed("twin", &twin.id)),
        );
        changes
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        self.stage.require()?;
        let (api_id, stage) = self
            .our_stage()
            .ok_or_else(|| Error::Moved("the REST API".to_owned()))?;
        let quota = self.quota.map(|quota| {
            QuotaSettings::builder()
                .limit(quota.limit)
                .period(period(quota))
                .build()
        });
        let request = cx
            .apigateway
            .create_usage_plan()
            .name(self.names.base())
            .api_stages(ApiStage::builder().api_id(&api_id).stage(&stage).build())
            .throttle(
                ThrottleSettings::builder()
                    .rate_limit(self.rate)
                    .burst_limit(self.burst)
                    .build(),
            )
            .set_quota(quota)
            .set_tags(Some(self.tags.map()));
        let made = cx.paced("CreateUsagePlan", request.send()).await?;
        Ok(self.wanted_state(
            required(made.id, "the usage plan's id")?,
            vec![(api_id, stage)],
        ))
    }

    async fn update(&self, cx: &Cx, state: State, changes: &[Change]) -> Result<State, Error> {
        let operations = self.patches(&state, changes);
        if !operations.is_empty() {
            let request = cx.apigateway.update_usage_plan().usage_plan_id(&state.id);
            cx.paced(
                "UpdateUsagePlan",
                request.set_patch_operations(Some(operations)).send(),
            )
            .await?;
        }
        if touches_tags(changes) {
            let arn = self
                .names
                .apigateway_arn(&format!("/usageplans/{}", state.id));
            let request = cx
                .apigateway
                .tag_resource()
                .resource_arn(arn)
                .set_tags(Some(self.tags.map()));
            cx.paced("TagResource", request.send()).await?;
        }
        for twin in &state.twins {
            delete_plan(cx, &twin.id, &twin.stages).await?;
        }
        let dead: Vec<_> = self.dead_stages(&state).cloned().collect();
        let mut stages = state.stages.clone();
        stages.retain(|stage| !dead.contains(stage));
        stages.extend(
            self.our_stage()
                .filter(|stage| !state.stages.contains(stage)),
        );
        Ok(self.wanted_state(state.id, stages))
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        for twin in &state.twins {
            delete_plan(cx, &twin.id, &twin.stages).await?;
        }
        delete_plan(cx, &state.id, &state.stages).await
    }
}

/// A plan with a stage attached cannot be deleted: the stages are detached first.
async fn delete_plan(cx: &Cx, id: &str, stages: &[(String, String)]) -> Result<(), Error> {
    if !stages.is_empty() {
        let operations = stages
            .iter()
            .map(|stage| patch(Op::Remove, "/apiStages", &joined(stage)))
            .collect();
        let request = cx
            .apigateway
            .update_usage_plan()
            .usage_plan_id(id)
            .set_patch_operations(Some(operations));
        gone(cx.paced("UpdateUsagePlan", request.send()).await)?;
    }
    gone(
        cx.paced(
            "DeleteUsagePlan",
            cx.apigateway.delete_usage_plan().usage_plan_id(id).send(),
        )
        .await,
    )
}

fn stages_of(plan: &AwsUsagePlan) -> Vec<(String, String)> {
    let pair = |stage: &ApiStage| Some((stage.api_id.clone()?, stage.stage.clone()?));
    plan.api_stages().iter().filter_map(pair).collect()
}

fn describe(quota: &QuotaSettings) -> String {
    format!(
        "{} a {}",
        quota.limit,
        quota.period().map_or("DAY", QuotaPeriodType::as_str)
    )
}

fn period(quota: Quota) -> QuotaPeriodType {
    match quota.period {
        crate::config::settings::Period::Day => QuotaPeriodType::Day,
        crate::config::settings::Period::Week => QuotaPeriodType::Week,
        crate::config::settings::Period::Month => QuotaPeriodType::Month,
    }
}

fn joined(stage: &(String, String)) -> String {
    format!("{}:{}", stage.0, stage.1)
}

fn set_op(there: bool) -> Op {
    if there { Op::Replace } else { Op::Add }
}

fn patch(op: Op, path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder()
        .op(op)
        .path(path)
        .value(value)
        .build()
}
