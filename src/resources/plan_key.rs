//! The association of the stage's own API key with the usage plan.

use super::api_key::ApiKey;
use super::support::{found, gone};
use super::usage_plan::UsagePlan;
use crate::engine::{Change, Cx, Error, Ref, Resource};

/// The key, attached to the plan. Without it the key opens nothing.
pub struct PlanKey {
    pub key: Ref<ApiKey>,
    pub plan: Ref<UsagePlan>,
}

/// It is there or it is not.
#[derive(Clone, Debug)]
pub struct State {
    plan: String,
    key: String,
}

impl PlanKey {
    fn ids(&self) -> Option<(String, String)> {
        Some((self.plan.current()?.id, self.key.current()?.id))
    }
}

impl Resource for PlanKey {
    type State = State;

    fn kind(&self) -> &'static str {
        "usage plan key"
    }

    fn name(&self) -> String {
        super::api_key::DEFAULT_KEY.to_owned()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (plan, key) = futures::join!(self.plan.observed(), self.key.observed());
        let (Some(plan), Some(key)) = (plan?, key?) else {
            return Ok(None);
        };
        let request = cx
            .apigateway
            .get_usage_plan_key()
            .usage_plan_id(&plan.id)
            .key_id(&key.id);
        let answer = found(cx.paced("GetUsagePlanKey", request.send()).await)?;
        Ok(answer.map(|_| State {
            plan: plan.id,
            key: key.id,
        }))
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
        let (plan, key) = (self.plan.require()?.id, self.key.require()?.id);
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
        let request = cx
            .apigateway
            .delete_usage_plan_key()
            .usage_plan_id(state.plan)
            .key_id(state.key);
        gone(cx.paced("DeleteUsagePlanKey", request.send()).await)
    }
}
