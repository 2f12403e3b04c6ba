//! The association of an API key with one of the stage's usage plans.

use super::api_key::ApiKey;
use super::control_plane::{PAGE, pages};
use super::support::{found, gone, unknown_or};
use super::usage_plan::UsagePlan;
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use aws_sdk_apigateway::operation::get_usage_plan_keys::GetUsagePlanKeysOutput;
use futures::FutureExt;
use std::collections::HashSet;

/// The key, attached to the plan. Without it the key opens nothing.
pub(crate) struct PlanKey {
    pub key: Ref<ApiKey>,
    pub plan: PlanOfKey,
    /// The stage's other plans: AWS has a key on one plan of a stage at a time.
    pub others: Vec<PlanOfKey>,
    pub consumer: String,
}

/// The plan, as far as it is known when the resource is made.
pub(crate) enum PlanOfKey {
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
}

/// The association's two ends.
#[derive(Clone, Debug)]
pub(crate) struct State {
    plan: String,
    key: String,
}

const MOVE: Call<PlanKey> = Call {
    operation: "CreateUsagePlanKey",
    run: |_, cx, found, wanted| move_key(cx, &wanted.key, &found.plan, &wanted.plan).boxed(),
};

impl Resource for PlanKey {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text("usagePlanId", |s| Some(s.plan.clone()), Set::By(&MOVE)),
        Field::text("keyId", |s| Some(s.key.clone()), Set::By(&MOVE)),
    ];

    fn kind(&self) -> &'static str {
        "usage plan key"
    }

    fn name(&self) -> String {
        self.consumer.clone()
    }

    /// A key that was disabled is off the plan, and a deploy keeps it off.
    fn is_wanted(&self) -> bool {
        self.key.current().is_none_or(|key| !key.disabled)
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (plan, key) = futures::join!(self.plan.observed(), self.key.observed());
        let (Some(plan), Some(key)) = (plan?, key?) else {
            return Ok(None);
        };
        let key = key.id;
        if is_on(cx, &plan, &key).await? {
            return Ok(Some(State { plan, key }));
        }
        for other in &self.others {
            if let Some(plan) = other.observed().await?
                && is_on(cx, &plan, &key).await?
            {
                return Ok(Some(State { plan, key }));
            }
        }
        Ok(None)
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State {
            plan: unknown_or(self.plan.current()),
            key: unknown_or(self.key.current().map(|key| key.id)),
        }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        attach(cx, &wanted.plan, &wanted.key).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        detach(cx, &found.plan, &found.key).await
    }
}

/// Whether a key is on a plan.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn is_on(cx: &Cx, plan: &str, key: &str) -> Result<bool, Error> {
    let request = cx.apigateway.get_usage_plan_key().usage_plan_id(plan);
    let request = request.key_id(key);
    Ok(found(cx.call("GetUsagePlanKey", request.send()).await)?.is_some())
}

/// Takes a key from one plan to another of the same stage. AWS refuses it on both, so that it is on
/// none between the two calls.
///
/// # Errors
/// What AWS answers; where that was to the second call, the key is on no plan.
pub(crate) async fn move_key(cx: &Cx, key: &str, from: &str, to: &str) -> Result<(), Error> {
    detach(cx, from, key).await?;
    attach(cx, to, key).await
}

async fn attach(cx: &Cx, plan: &str, key: &str) -> Result<(), Error> {
    let request = cx.apigateway.create_usage_plan_key().usage_plan_id(plan);
    let request = request.key_id(key).key_type("API_KEY");
    cx.call("CreateUsagePlanKey", request.send()).await?;
    Ok(())
}

/// Takes a key off a plan; one that is off already is not an error.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn detach(cx: &Cx, plan: &str, key: &str) -> Result<(), Error> {
    let request = cx.apigateway.delete_usage_plan_key().usage_plan_id(plan);
    gone(
        cx.call("DeleteUsagePlanKey", request.key_id(key).send())
            .await,
    )
}

/// The ids of the keys that a usage plan knows. The answer holds values too; they are dropped.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn attached_keys(cx: &Cx, plan: &str) -> Result<HashSet<String>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_usage_plan_keys().usage_plan_id(plan);
        request.limit(PAGE).set_position(at).send()
    };
    let page = |page: GetUsagePlanKeysOutput| (page.items, page.position);
    let keys = pages(cx, "GetUsagePlanKeys", ask, page).await?;
    Ok(keys.into_iter().filter_map(|key| key.id).collect())
}
