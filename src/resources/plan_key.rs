//! The association of an API key with the stage's usage plan.

use super::api_key::ApiKey;
use super::support::{found, gone};
use super::usage_plan::UsagePlan;
use crate::engine::{Change, Cx, Error, Ref, Resource};

/// The key, attached to the plan. Without it the key opens nothing.
pub struct PlanKey {
    pub key: Ref<ApiKey>,
    pub plan: PlanOfKey,
    pub consumer: String,
}

/// The plan, as far as it is known when the resource is made.
pub enum PlanOfKey {
    /// Another resource of the same graph.
    Node(Ref<UsagePlan>),
    /// One that is there, by its id.
    Id(String),
}

impl PlanOfKey {
    async fn observed(&self) -> Result<Option<String>, Error> {
        match self {
            Self::Node(plan) => Ok(plan.observed().await?.map(|plan| plan.id)),
            Self::Id(id) => Ok(Some(id.clone())),
        }
    }

    fn current(&self) -> Option<String> {
        match self {
            Self::Node(plan) => plan.current().map(|plan| plan.id),
            Self::Id(id) => Some(id.clone()),
        }
    }

    fn require(&self) -> Result<String, Error> {
        match self {
            Self::Node(plan) => plan.require().map(|plan| plan.id),
            Self::Id(id) => Ok(id.clone()),
        }
    }
}

/// It is there or it is not.
#[derive(Clone, Debug)]
pub struct State {
    plan: String,
    key: String,
}

impl PlanKey {
    fn ids(&self) -> Option<(String, String)> {
        Some((self.plan.current()?, self.key.current()?.id))
    }
}

impl Resource for PlanKey {
    type State = State;

    fn kind(&self) -> &'static str {
        "usage plan key"
    }

    fn name(&self) -> String {
        self.consumer.clone()
    }

    /// A key that was disabled is off the plan, and a deploy keeps it off.
    fn wanted(&self) -> bool {
        self.key.current().is_none_or(|key| !key.disabled)
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (plan, key) = futures::join!(self.plan.observed(), self.key.observed());
        let (Some(plan), Some(key)) = (plan?, key?) else {
            return Ok(None);
        };
        let request = cx
            .apigateway
            .get_usage_plan_key()
            .usage_plan_id(&plan)
            .key_id(&key.id);
        let answer = found(cx.paced("GetUsagePlanKey", request.send()).await)?;
        Ok(answer.map(|_| State { plan, key: key.id }))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        let have = (state.plan.clone(), state.key.clone());
        match self.ids() {
            Some(ids) if ids == have => Vec::new(),
            Some((_, key)) => vec![Change::new("keyId", &state.key, key)],
            None => vec![Change::new("keyId", &state.key, "(known after deploy)")],
        }
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        let (plan, key) = (self.plan.require()?, self.key.require()?.id);
        let request = cx
            .apigateway
            .create_usage_plan_key()
            .usage_plan_id(&plan)
            .key_id(&key)
            .key_type("API_KEY");
        cx.paced("CreateUsagePlanKey", request.send()).await?;
        Ok(State { plan, key })
    }

    async fn update(&self, cx: &Cx, _state: State, _changes: &[Change]) -> Result<State, Error> {
        self.create(cx).await
    }

    async fn delete(&self, cx: &Cx, state: State) -> Result<(), Error> {
        detach(cx, &state.plan, &state.key).await
    }
}

/// Takes a key off a plan; one that is off already is no error.
pub async fn detach(cx: &Cx, plan: &str, key: &str) -> Result<(), Error> {
    let request = cx
        .apigateway
        .delete_usage_plan_key()
        .usage_plan_id(plan)
        .key_id(key);
    gone(cx.paced("DeleteUsagePlanKey", request.send()).await)
}
