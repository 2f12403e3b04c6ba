//! The calls that change usage plans.

use super::super::control_plane::{patch_operation, patches};
use super::super::support::gone;
use super::state::State;
use super::{UsagePlan, throttles};
use crate::engine::{Cx, Error};
use aws_sdk_apigateway::types::{Op, PatchOperation};
use std::collections::BTreeSet;

/// The call is atomic, and a stage that is gone makes it fail as a whole (API Gateway API reference,
/// "UpdateUsagePlan"): such stages are taken off each in a call of their own.
pub(super) async fn patch_plan(
    plan: &UsagePlan,
    cx: &Cx,
    found: &State,
    wanted: &State,
) -> Result<(), Error> {
    let mut operations = patches::<UsagePlan>("UpdateUsagePlan", found, wanted);
    // After the stage itself was added, should that be among them.
    if let Some(stage) = plan
        .our_stage()
        .filter(|stage| wanted.stages.contains(stage))
    {
        operations.extend(throttles::patches(&stage, found, wanted));
    }
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

pub(super) async fn delete_duplicates(cx: &Cx, found: &State) -> Result<(), Error> {
    for (id, stages) in &found.duplicates {
        delete_plan(cx, id, stages).await?;
    }
    Ok(())
}

/// A plan with a stage attached cannot be deleted: the stages are detached first.
pub(super) async fn delete_plan(cx: &Cx, id: &str, stages: &BTreeSet<String>) -> Result<(), Error> {
    for stage in stages {
        detach_stage(cx, id, stage.clone()).await?;
    }
    let request = cx.apigateway.delete_usage_plan().usage_plan_id(id);
    gone(cx.call("DeleteUsagePlan", request.send()).await)
}

/// Takes a stage, `API id:stage name`, off a plan.
pub(super) async fn detach_stage(cx: &Cx, id: &str, stage: String) -> Result<(), Error> {
    let detach = patch_operation(Op::Remove, "/apiStages", Some(stage));
    gone(update(cx, id, vec![detach]).await)
}
