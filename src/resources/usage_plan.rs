//! The usage plan: how much each API key may ask for.

use super::api_key::ListedKey;
use super::api_list::ApiList;
use super::control_plane::{Listed, PAGE, list_tags, pages, patch_operation, patches, tag};
use super::key_list::KeyList;
use super::plan_key::attached_keys;
use super::rest_api::RestApi;
use super::support::{found, gone, required, unknown_or};
use crate::config::settings::{Period, Quota};
use crate::engine::{Call, Cx, Error, Field, Patch, Ref, Resource, Retained, Set};
use crate::names::Names;
use crate::tags::Tags;
use aws_sdk_apigateway::types::{
    ApiStage, Op, PatchOperation, QuotaPeriodType, QuotaSettings, ThrottleSettings,
    UsagePlan as AwsUsagePlan,
};
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet};

/// The plan as the stack wants it. Names of plans are not unique; the tags find it.
pub(crate) struct UsagePlan {
    pub names: Names,
    pub tags: Tags,
    pub api: Ref<RestApi>,
    pub list: ApiList,
    pub keys: KeyList,
    /// Requests a second.
    pub rate: f64,
    /// Requests at once.
    pub burst: i32,
    pub quota: Option<Quota>,
}

/// The plan in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: String,
    name: String,
    rate: Option<f64>,
    burst: Option<i32>,
    quota: Option<QuotaSettings>,
    /// `API id:stage name`
    stages: BTreeSet<String>,
    tags: BTreeMap<String, String>,
    /// Later plans with the same tags, and the stages of each.
    duplicates: BTreeMap<String, BTreeSet<String>>,
    /// The keys of these alone, as the table compares them.
    duplicate_ids: BTreeSet<String>,
}

const UPDATE: Call<UsagePlan> = Call {
    operation: "UpdateUsagePlan",
    run: |_, cx, found, wanted| patch_plan(cx, found, wanted).boxed(),
};
const TAG: Call<UsagePlan> = Call {
    operation: "TagResource",
    run: |plan, cx, found, _| tag(cx, plan.arn(&found.id), &plan.tags).boxed(),
};
const DELETE_DUPLICATES: Call<UsagePlan> = Call {
    operation: "DeleteUsagePlan",
    run: |_, cx, found, _| delete_duplicates(cx, found).boxed(),
};

const QUOTA: &str = "/quota";

impl UsagePlan {
    fn arn(&self, id: &str) -> String {
        self.names.apigateway_arn(&format!("/usageplans/{id}"))
    }

    fn our_stage(&self) -> Option<String> {
        Some(format!("{}:{}", self.api.current()?.id, self.names.stage))
    }

    /// Whether the API of a served stage lives, as far as is known.
    fn lives(&self, stage: &str) -> bool {
        let id = stage.split(':').next();
        let apis = self.list.known();
        apis.is_none_or(|apis| apis.iter().any(|api| api.id() == id))
    }

    /// Stages that somebody else put on the plan, of APIs that live.
    fn foreign_stages<'a>(&self, found: &'a State) -> Vec<&'a str> {
        let ours = self.our_stage();
        let foreign = |stage: &&String| Some(*stage) != ours.as_ref() && self.lives(stage);
        let stages = found.stages.iter().filter(foreign);
        stages.map(String::as_str).collect()
    }

    /// Plans carry no date. The one that serves the stage stays; among several the smallest id is
    /// as good as any, as long as all agree on it.
    async fn pick(&self, cx: &Cx, plans: Vec<AwsUsagePlan>) -> Result<Option<State>, Error> {
        let listed = plans.iter().map(|plan| Listed {
            tags: plan.tags(),
            of_our_name: plan.name() == Some(self.names.base().as_str()),
            arn: self.arn(plan.id().unwrap_or_default()),
        });
        let listed: Vec<_> = listed.collect();
        let tags = list_tags(cx, &listed, |have| self.tags.are_on(have)).await?;
        drop(listed);
        let all = plans.into_iter().zip(tags);
        let ours = all.filter(|(_, tags)| self.tags.are_on(tags));
        let mut ours: Vec<State> = ours
            .filter_map(|(plan, tags)| Some(state_of(plan.id.clone()?, plan, tags)))
            .collect();
        let stage = self.our_stage();
        let serves = |plan: &State| stage.as_ref().is_some_and(|s| plan.stages.contains(s));
        ours.sort_by_key(|plan| (!serves(plan), plan.id.clone()));
        let mut ours = ours.into_iter();
        let Some(first) = ours.next() else {
            return Ok(None);
        };
        let duplicates: BTreeMap<_, _> = ours.map(|plan| (plan.id, plan.stages)).collect();
        let duplicate_ids = duplicates.keys().cloned().collect();
        Ok(Some(State {
            duplicates,
            duplicate_ids,
            ..first
        }))
    }
}

impl Resource for UsagePlan {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        Field::text(
            "name",
            |s| Some(s.name.clone()),
            Set::Patch(&UPDATE, Patch::at("/name")),
        ),
        Field::text(
            "throttle.rateLimit",
            |s| Some(s.rate?.to_string()),
            Set::Patch(&UPDATE, Patch::at("/throttle/rateLimit")),
        ),
        Field::text(
            "throttle.burstLimit",
            |s| Some(s.burst?.to_string()),
            Set::Patch(&UPDATE, Patch::at("/throttle/burstLimit")),
        ),
        Field::text(
            "quota.limit",
            |s| Some(s.quota.as_ref()?.limit.to_string()),
            Set::Patch(&UPDATE, Patch::at("/quota/limit").removed_by(QUOTA)),
        ),
        Field::text(
            "quota.period",
            |s| Some(s.quota.as_ref()?.period()?.to_string()),
            Set::Patch(&UPDATE, Patch::at("/quota/period").removed_by(QUOTA)),
        ),
        Field::items(
            "apiStages",
            |s| &s.stages,
            Set::Patch(&UPDATE, Patch::at("/apiStages")),
        ),
        Field::items(
            "duplicate",
            |s| &s.duplicate_ids,
            Set::By(&DELETE_DUPLICATES),
        ),
    ];

    fn kind(&self) -> &'static str {
        "usage plan"
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
        let request = cx.apigateway.get_usage_plan().usage_plan_id(id);
        Ok(found(cx.call("GetUsagePlan", request.send()).await)?.is_some())
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        // What is wanted depends on the API's id and on the list of those that live.
        let (plans, api) = futures::join!(list_usage_plans(cx), self.api.observed());
        api?;
        self.pick(cx, plans?).await
    }

    /// Stages of other APIs stay as long as those live. A dead one alone is not drift: AWS may refuse
    /// to take it off for ever, and it serves nobody.
    fn wanted(&self, found: Option<&State>) -> State {
        let ours = unknown_or(self.our_stage());
        let served = found.map(|found| &found.stages).into_iter().flatten();
        let is_there = found.is_some_and(|found| found.stages.contains(&ours));
        let served = served
            .filter(|stage| is_there || self.lives(stage))
            .cloned();
        State {
            id: unknown_or(found.map(|found| found.id.clone())),
            name: self.names.base(),
            rate: Some(self.rate),
            burst: Some(self.burst),
            quota: self.quota.map(settings),
            stages: served.chain([ours]).collect(),
            tags: self.tags.map(),
            duplicates: BTreeMap::new(),
            duplicate_ids: BTreeSet::new(),
        }
    }

    /// Somebody put their own API's stage on it: it is not taken from under that.
    fn retained(&self, found: &State) -> Option<Retained<State>> {
        let foreign = self.foreign_stages(found);
        let reason = match foreign.as_slice() {
            [] => return None,
            [stage] => format!("the stage {stage} of another API uses it"),
            stages => format!("the stages {} of other APIs use it", stages.join(", ")),
        };
        let mut state = found.clone();
        if let Some(ours) = self.our_stage() {
            state.stages.remove(&ours);
        }
        Some(Retained { reason, state })
    }

    async fn warnings(&self, cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let Some(found) = found else {
            return Ok(Vec::new());
        };
        let (all, attached) =
            futures::join!(self.keys.get(cx, &self.names), attached_keys(cx, &found.id));
        let attached = attached?;
        let foreign = |key: &&ListedKey| attached.contains(&key.id) && !key.is_of(&self.tags);
        let keys = all?.iter().filter(foreign).map(|key| {
            format!(
                "API key {} ({}) is on the plan and was not made by gatewayq: it opens the stage, too",
                key.name, key.id
            )
        });
        let stages = self.foreign_stages(found).into_iter().map(|stage| {
            format!("the stage {stage} of another API is on the plan: the plan's keys open it, too")
        });
        Ok(stages.chain(keys).collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let api = self.api.require()?.id;
        let stage = ApiStage::builder().api_id(api).stage(&self.names.stage);
        let throttle = ThrottleSettings::builder()
            .rate_limit(self.rate)
            .burst_limit(self.burst);
        let request = cx
            .apigateway
            .create_usage_plan()
            .name(&wanted.name)
            .api_stages(stage.build())
            .throttle(throttle.build())
            .set_quota(wanted.quota.clone())
            .set_tags(Some(self.tags.to_sdk()));
        let made = cx.call("CreateUsagePlan", request.send()).await?;
        let id = required(made.id, "the usage plan's id")?;
        Ok(State { id, ..wanted })
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        delete_duplicates(cx, &found).await?;
        delete_plan(cx, &found.id, &found.stages).await
    }
}

/// All usage plans of the account and region.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn list_usage_plans(cx: &Cx) -> Result<Vec<AwsUsagePlan>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_usage_plans().limit(PAGE);
        request.set_position(at).send()
    };
    pages(cx, "GetUsagePlans", ask, |page| (page.items, page.position)).await
}

/// The call is atomic, and a stage that is gone makes it fail as a whole (API Gateway API reference,
/// "UpdateUsagePlan"): such stages are taken off each in a call of their own.
async fn patch_plan(cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
    let operations = patches::<UsagePlan>("UpdateUsagePlan", found, wanted);
    let takes_off = |operation: &PatchOperation| operation.op() == Some(&Op::Remove);
    let (taken_off, others): (Vec<_>, Vec<_>) = operations
        .into_iter()
        .partition(|operation| takes_off(operation) && operation.path() == Some("/apiStages"));
    if !others.is_empty() {
        update(cx, &found.id, others).await?;
    }
    for operation in taken_off {
        gone(update(cx, &found.id, vec![operation]).await)?;
    }
    Ok(())
}

async fn update(cx: &Cx, id: &str, operations: Vec<PatchOperation>) -> Result<(), Error> {
    let request = cx.apigateway.update_usage_plan().usage_plan_id(id);
    let request = request.set_patch_operations(Some(operations));
    cx.call("UpdateUsagePlan", request.send()).await?;
    Ok(())
}

async fn delete_duplicates(cx: &Cx, found: &State) -> Result<(), Error> {
    for (id, stages) in &found.duplicates {
        delete_plan(cx, id, stages).await?;
    }
    Ok(())
}

/// A plan with a stage attached cannot be deleted: the stages are detached first.
async fn delete_plan(cx: &Cx, id: &str, stages: &BTreeSet<String>) -> Result<(), Error> {
    for stage in stages {
        let detach = patch_operation(Op::Remove, "/apiStages", Some(stage.clone()));
        gone(update(cx, id, vec![detach]).await)?;
    }
    let request = cx.apigateway.delete_usage_plan().usage_plan_id(id);
    gone(cx.call("DeleteUsagePlan", request.send()).await)
}

fn state_of(id: String, plan: AwsUsagePlan, tags: BTreeMap<String, String>) -> State {
    let stage = |stage: &ApiStage| Some(format!("{}:{}", stage.api_id()?, stage.stage()?));
    State {
        stages: plan.api_stages().iter().filter_map(stage).collect(),
        rate: plan.throttle().map(|throttle| throttle.rate_limit),
        burst: plan.throttle().map(|throttle| throttle.burst_limit),
        quota: plan.quota.filter(|quota| quota.limit > 0),
        name: plan.name.unwrap_or_default(),
        tags,
        duplicates: BTreeMap::new(),
        duplicate_ids: BTreeSet::new(),
        id,
    }
}

fn settings(quota: Quota) -> QuotaSettings {
    let period = match quota.period {
        Period::Day => QuotaPeriodType::Day,
        Period::Week => QuotaPeriodType::Week,
        Period::Month => QuotaPeriodType::Month,
    };
    let settings = QuotaSettings::builder().limit(quota.limit);
    settings.period(period).build()
}
