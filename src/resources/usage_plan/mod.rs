//! A usage plan: how much each API key that is on it may ask for.

mod calls;
mod listed;
mod state;
mod throttles;
mod unlisted;
mod usage;

pub(crate) use listed::{ListedPlan, all_plans, list_usage_plans};
pub(crate) use unlisted::UnlistedPlans;
pub(crate) use usage::get_usage;

use super::api_key::ListedKey;
use super::control_plane::tag;
use super::lists::{ApiList, KeyList, PlanList};
use super::plan_key::attached_keys;
use super::rest_api::RestApi;
use super::support::{found, required, unknown_or};
use crate::config::DEFAULT_PLAN;
use crate::config::settings::{self, Throttle};
use crate::engine::{Call, Cx, Error, Field, Patch, Ref, Resource, Retained, Set};
use crate::names::Names;
use crate::tags::{PLAN_TAG, Tags};
use aws_sdk_apigateway::types::{ApiStage, ThrottleSettings};
use calls::{delete_duplicates, delete_plan, patch_plan};
use futures::FutureExt;
use state::{State, state_of};
use std::collections::{BTreeMap, BTreeSet};

/// The plan as the stack wants it. Names of plans are not unique; the tags find it.
pub(crate) struct UsagePlan {
    pub names: Names,
    /// Its name in gatewayq.toml; [`DEFAULT_PLAN`] for the one that each stage has.
    pub plan: String,
    /// All that gatewayq.toml names.
    pub listed: BTreeSet<String>,
    /// Those of the stage; what tells the plan from the stage's others comes to them.
    pub tags: Tags,
    pub api: Ref<RestApi>,
    pub apis: ApiList,
    pub keys: KeyList,
    pub plans: PlanList,
    /// What it allows; the limits of single routes are of routes that the stage has.
    pub limits: settings::UsagePlan,
}

const UPDATE: Call<UsagePlan> = Call {
    operation: "UpdateUsagePlan",
    run: |plan, cx, found, wanted| patch_plan(plan, cx, found, wanted).boxed(),
};
const TAG: Call<UsagePlan> = Call {
    operation: "TagResource",
    run: |plan, cx, found, _| plan.tag(cx, &found.id).boxed(),
};
const DELETE_DUPLICATES: Call<UsagePlan> = Call {
    operation: "DeleteUsagePlan",
    run: |_, cx, found, _| delete_duplicates(cx, found).boxed(),
};

const QUOTA: &str = "/quota";

fn arn(names: &Names, id: &str) -> String {
    names.apigateway_arn(&format!("/usageplans/{id}"))
}

/// The default plan has the stage's name, another has its own behind it.
fn plan_name(names: &Names, plan: &str) -> String {
    match plan {
        DEFAULT_PLAN => names.base(),
        plan => format!("{}-{plan}", names.base()),
    }
}

/// Stages that somebody else put on a plan, of APIs that live.
fn foreign_stages<'a>(
    stages: &'a BTreeSet<String>,
    ours: Option<&String>,
    apis: &ApiList,
) -> Vec<&'a str> {
    let foreign = |stage: &&String| Some(*stage) != ours && lives(stage, apis);
    stages.iter().filter(foreign).map(String::as_str).collect()
}

/// Whether the API of a served stage, `API id:stage name`, lives, as far as is known.
fn lives(stage: &str, apis: &ApiList) -> bool {
    let id = stage.split(':').next();
    let apis = apis.known();
    apis.is_none_or(|apis| apis.iter().any(|api| api.id() == id))
}

impl UsagePlan {
    /// The default plan has no tag beyond the stage's.
    fn all_tags(&self) -> Tags {
        match self.plan.as_str() {
            DEFAULT_PLAN => self.tags.clone(),
            plan => self.tags.clone().with(PLAN_TAG, plan),
        }
    }

    async fn tag(&self, cx: &Cx, id: &str) -> Result<(), Error> {
        tag(cx, arn(&self.names, id), &self.all_tags()).await
    }

    fn our_stage(&self) -> Option<String> {
        Some(format!("{}:{}", self.api.current()?.id, self.names.stage))
    }

    fn foreign_stages<'a>(&self, found: &'a State) -> Vec<&'a str> {
        foreign_stages(&found.stages, self.our_stage().as_ref(), &self.apis)
    }

    /// Plans carry no date. The one that serves the stage stays; among several the smallest id is
    /// as good as any, as long as all agree on it.
    fn pick(&self, plans: &[ListedPlan]) -> Option<State> {
        let stage = self.our_stage();
        let is_it = |listed: &&ListedPlan| {
            self.tags.are_on(&listed.tags) && listed.plan(&self.names, &self.listed) == self.plan
        };
        let ours = plans.iter().filter(is_it);
        let ours = ours.filter_map(|listed| state_of(listed, stage.as_deref()));
        let mut ours: Vec<State> = ours.collect();
        let serves = |plan: &State| stage.as_ref().is_some_and(|s| plan.stages.contains(s));
        ours.sort_by_key(|plan| (!serves(plan), plan.id.clone()));
        let mut ours = ours.into_iter();
        let first = ours.next()?;
        let duplicates: BTreeMap<_, _> = ours.map(|plan| (plan.id, plan.stages)).collect();
        let duplicate_ids = duplicates.keys().cloned().collect();
        Some(State {
            duplicates,
            duplicate_ids,
            ..first
        })
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
        Field::entries("apiStages.throttle", |s| &s.routes, Set::By(&UPDATE)),
        Field::items(
            "duplicate",
            |s| &s.duplicate_ids,
            Set::By(&DELETE_DUPLICATES),
        ),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        vec![("id".to_owned(), &mut state.id)]
    }

    fn kind(&self) -> &'static str {
        "usage plan"
    }

    fn name(&self) -> String {
        plan_name(&self.names, &self.plan)
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
        let (plans, api) = futures::join!(self.plans.look(cx), self.api.observed());
        api?;
        Ok(self.pick(&plans?))
    }

    /// Stages of other APIs stay as long as those live. A dead one alone is not drift: AWS may refuse
    /// to take it off for ever, and it serves nobody.
    fn wanted(&self, found: Option<&State>) -> State {
        let ours = unknown_or(self.our_stage());
        let served = found.map(|found| &found.stages).into_iter().flatten();
        let is_there = found.is_some_and(|found| found.stages.contains(&ours));
        let served = served
            .filter(|stage| is_there || lives(stage, &self.apis))
            .cloned();
        State {
            id: unknown_or(found.map(|found| found.id.clone())),
            name: self.name(),
            rate: Some(self.limits.rate),
            burst: Some(self.limits.burst),
            quota: self.limits.quota.map(state::quota_settings),
            stages: served.chain([ours]).collect(),
            routes: throttles::wanted(&self.limits.routes),
            tags: self.all_tags().map(),
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
        let (all, attached) = futures::join!(self.keys.get(cx), attached_keys(cx, &found.id));
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
        let routes = self.limits.routes.iter();
        let routes = routes.map(|(route, limits)| (throttles::key(route), sdk(*limits)));
        let stage = stage.set_throttle(match self.limits.routes.is_empty() {
            true => None,
            false => Some(routes.collect()),
        });
        let throttle = Throttle {
            rate: self.limits.rate,
            burst: self.limits.burst,
        };
        let request = cx
            .apigateway
            .create_usage_plan()
            .name(&wanted.name)
            .api_stages(stage.build())
            .throttle(sdk(throttle))
            .set_quota(wanted.quota.clone())
            .set_tags(Some(self.all_tags().to_sdk()));
        let made = cx.call("CreateUsagePlan", request.send()).await?;
        let id = required(made.id, "the usage plan's id")?;
        Ok(State { id, ..wanted })
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        delete_duplicates(cx, &found).await?;
        delete_plan(cx, &found.id, &found.stages).await
    }
}

fn sdk(throttle: Throttle) -> ThrottleSettings {
    ThrottleSettings::builder()
        .rate_limit(throttle.rate)
        .burst_limit(throttle.burst)
        .build()
}
