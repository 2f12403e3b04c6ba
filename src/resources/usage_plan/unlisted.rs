//! The stage's usage plans that gatewayq.toml does not name any more.

use super::super::api_key::{DEFAULT_KEY, ListedKey};
use super::super::lists::{ApiList, KeyList, PlanList};
use super::super::plan_key::attached_keys;
use super::super::rest_api::RestApi;
use super::calls::{delete_plan, detach_stage};
use super::foreign_stages;
use super::listed::ListedPlan;
use crate::config::DEFAULT_PLAN;
use crate::engine::{Cx, Error, Field, Ref, Resource};
use crate::names::Names;
use crate::tags::Tags;
use std::collections::{BTreeMap, BTreeSet};

/// Plans whose section is gone. One with keys on it stays until they are moved: without a plan they
/// would open nothing.
pub(crate) struct UnlistedPlans {
    pub names: Names,
    pub tags: Tags,
    pub api: Ref<RestApi>,
    pub apis: ApiList,
    pub keys: KeyList,
    pub plans: PlanList,
    /// The plans that gatewayq.toml names.
    pub listed: BTreeSet<String>,
    /// Whether the stage is being deleted: then the keys go, too.
    pub deleting: bool,
}

/// The plans in API Gateway; never none.
#[derive(Clone, Debug)]
pub(crate) struct State(pub Vec<Unlisted>);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Unlisted {
    pub id: String,
    /// The name that gatewayq.toml had for it.
    pub plan: String,
    pub has_quota: bool,
    stages: BTreeSet<String>,
    keys: Keys,
}

/// The keys that are on a plan.
#[derive(Clone, Debug, Default)]
struct Keys {
    /// The consumers of the stage's keys, which `keys move` moves.
    consumers: BTreeSet<String>,
    /// Those that no command here moves, by id with their names: made by hand, and the stage's own, which belongs on
    /// the default plan.
    others: BTreeMap<String, String>,
}

impl Keys {
    fn names(&self) -> BTreeSet<&str> {
        let all = self.consumers.iter().chain(self.others.values());
        all.map(String::as_str).collect()
    }
}

impl UnlistedPlans {
    /// One that serves stages of other APIs alone is none of this stage's any more.
    fn is_one(&self, listed: &ListedPlan) -> bool {
        let plan = listed.plan(&self.names, &self.listed);
        let of_stage = self.tags.are_on(&listed.tags);
        let unlisted = plan != DEFAULT_PLAN && !self.listed.contains(plan);
        let stages = listed.stages();
        let serves = self.our_stage().is_some_and(|ours| stages.contains(&ours));
        of_stage && unlisted && (serves || self.foreign_stages(&stages).is_empty())
    }

    async fn unlisted(&self, cx: &Cx, listed: &ListedPlan) -> Result<Option<Unlisted>, Error> {
        let Some(id) = listed.plan.id.clone() else {
            return Ok(None);
        };
        Ok(Some(Unlisted {
            keys: self.keys_on(cx, &id).await?,
            plan: listed.plan(&self.names, &self.listed).to_owned(),
            has_quota: listed.plan.quota().is_some_and(|quota| quota.limit() > 0),
            stages: listed.stages(),
            id,
        }))
    }

    /// The keys on the plan with this id.
    async fn keys_on(&self, cx: &Cx, id: &str) -> Result<Keys, Error> {
        let (all, attached) = futures::join!(self.keys.get(cx), attached_keys(cx, id));
        let (all, attached) = (all?, attached?);
        let mut keys = Keys::default();
        for id in attached {
            let key = all.iter().find(|key| key.id == id);
            let ours = key.filter(|key| key.is_of(&self.tags));
            match ours.and_then(ListedKey::consumer) {
                Some(consumer) if consumer != DEFAULT_KEY => {
                    keys.consumers.insert(consumer.clone());
                }
                consumer => {
                    let name = consumer.or(key.map(|key| &key.name)).unwrap_or(&id);
                    keys.others.insert(id.clone(), name.clone());
                }
            }
        }
        Ok(keys)
    }

    fn our_stage(&self) -> Option<String> {
        Some(format!("{}:{}", self.api.current()?.id, self.names.stage))
    }

    fn foreign_stages<'a>(&self, stages: &'a BTreeSet<String>) -> Vec<&'a str> {
        foreign_stages(stages, self.our_stage().as_ref(), &self.apis)
    }

    /// Why a deploy leaves a plan.
    fn obstacle(&self, plan: &Unlisted) -> Option<String> {
        let foreign = self.foreign_stages(&plan.stages);
        if !foreign.is_empty() {
            return Some(format!(
                "plan {}: stages of other APIs are on it: {}. Take them off, then deploy again",
                plan.plan,
                foreign.join(", ")
            ));
        }
        let Keys { consumers, others } = &plan.keys;
        let mut told = Vec::new();
        if !consumers.is_empty() {
            let consumers: Vec<&str> = consumers.iter().map(String::as_str).collect();
            told.push(format!(
                "the keys of {} are on it. Move each with `gatewayq keys move NAME --plan PLAN --stage {}`, then deploy \
                 again",
                consumers.join(", "),
                self.names.stage
            ));
        }
        told.extend(others.iter().map(|(id, name)| {
            format!(
                "the key {name} is on it, which `keys move` does not move. Take it off, then deploy again: aws apigateway \
                 delete-usage-plan-key --region {} --usage-plan-id {} --key-id {id}",
                self.names.region, plan.id
            )
        }));
        (!told.is_empty()).then(|| format!("plan {}: {}", plan.plan, told.join("\n  ")))
    }
}

impl Resource for UnlistedPlans {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[];

    fn kind(&self) -> &'static str {
        "usage plans"
    }

    fn name(&self) -> String {
        "no longer in gatewayq.toml".to_owned()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (plans, api) = futures::join!(self.plans.look(cx), self.api.observed());
        api?;
        let mut found = Vec::new();
        for listed in plans?.iter().filter(|listed| self.is_one(listed)) {
            found.extend(self.unlisted(cx, listed).await?);
        }
        Ok((!found.is_empty()).then_some(State(found)))
    }

    fn is_wanted(&self) -> bool {
        false
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State(Vec::new())
    }

    /// It is in a graph only to be deleted.
    async fn create(&self, _cx: &Cx, wanted: State) -> Result<State, Error> {
        Ok(wanted)
    }

    /// Those that nothing is on go, whatever becomes of the others. The keys are looked at once more:
    /// one may have come since. With the stage all go, but what serves other APIs: that it leaves.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        let mut obstacles = Vec::new();
        for plan in found.0 {
            if self.deleting {
                match self.our_stage() {
                    Some(ours) if !self.foreign_stages(&plan.stages).is_empty() => {
                        detach_stage(cx, &plan.id, ours).await?;
                    }
                    _ => delete_plan(cx, &plan.id, &plan.stages).await?,
                }
                continue;
            }
            let keys = self.keys_on(cx, &plan.id).await?;
            let now = Unlisted { keys, ..plan };
            match self.obstacle(&now) {
                None => delete_plan(cx, &now.id, &now.stages).await?,
                obstacle => obstacles.extend(obstacle),
            }
        }
        match obstacles.is_empty() {
            true => Ok(()),
            false => Err(Error::Refused(obstacles.join("\n  "))),
        }
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let plans: Vec<&str> = found.0.iter().map(|plan| plan.plan.as_str()).collect();
        let keys = found.0.iter().flat_map(|plan| plan.keys.names());
        let keys: Vec<&str> = keys.collect();
        let mut details = vec![("plans", plans.join(", "))];
        if !keys.is_empty() {
            details.push(("keys", keys.join(", ")));
        }
        details
    }
}
