//! Moving a consumer from one usage plan to another.

use super::StageKeys;
use crate::commands::Failure;
use crate::engine::{Action, Plan as EnginePlan, Step};
use crate::keys::{self, Consumer, Key, KeyState, Marks, Wanted};
use crate::resources::DEFAULT_KEY;
use serde::Serialize;

/// What `keys move --json` prints.
#[derive(Serialize)]
struct Moved<'a> {
    name: &'a str,
    /// The usage plan that the consumer's keys are on now.
    plan: &'a str,
    /// Ids of the keys that were moved; empty where they were there already.
    moved: Vec<String>,
}

impl StageKeys {
    /// The key's tag says first where it belongs. Then it leaves its plan and comes to the other: cut
    /// off in between it is on none, and the same command goes on. Older keys, which are valid
    /// too, go along.
    pub(super) async fn move_to(&self, name: &Consumer, plan: &str) -> Result<(), Failure> {
        if name.as_ref() == DEFAULT_KEY {
            return Err(Failure::usage(
                "the default key is the stage's own, and a deploy puts it on the plan of [usage_plan]; \
                 `keys create NAME --plan PLAN` makes a key for another plan",
            ));
        }
        let target = self.plan(plan)?;
        let keys = self.of(name).await?;
        let Some(in_use) = keys.iter().find(|key| key.state != KeyState::Retired) else {
            return Err(self.only_retired(name));
        };
        let elsewhere = |key: &&Key| key.plan.as_ref().is_some_and(|on| *on != target.name);
        if keys.iter().any(|key| elsewhere(&key)) {
            self.session.printer.note(&format!(
                "The key of {name} opens nothing for a moment: API Gateway has a key on one plan of a stage at a time"
            ));
        }
        let wanted = Wanted {
            consumer: name.clone(),
            plan: target.name.clone(),
            value: None,
            marked: Marks::new(),
        };
        // Whoever is gone meanwhile is not made again.
        let permit = async |plan: &EnginePlan| {
            let made = |step: &Step| step.kind == "API key" && step.action == Action::Create;
            match plan.steps.iter().any(made) {
                true => Err(Failure::failed(format!(
                    "the key of {name} was deleted meanwhile; nothing was changed"
                ))),
                false => Ok(()),
            }
        };
        let done = self.ensure_if(&[wanted], self.list.clone(), permit).await?;
        let outcomes = done.stack.outcomes(&done.done);
        let attached = outcomes.filter(|outcome| outcome.attached);
        let mut moved: Vec<String> = attached.map(|outcome| outcome.id).collect();
        for key in keys
            .iter()
            .filter(|key| key.id != in_use.id)
            .filter(elsewhere)
        {
            let from = key.plan.as_ref().and_then(|plan| self.plans.named(plan));
            let from = from.map_or("", |plan| plan.id.as_str());
            let done = keys::move_to(&self.cx, &key.id, from, &target.id).await;
            done.map_err(|error| self.changing(key, error))?;
            moved.push(key.id.clone());
        }
        let disabled = match in_use.state {
            KeyState::Disabled => format!(
                "\nIt is disabled: gatewayq keys enable {name}{}",
                self.flags
            ),
            _ => String::new(),
        };
        let text = match moved.as_slice() {
            [] => format!("{name} belongs on the usage plan {plan}: nothing to move{disabled}"),
            moved => format!(
                "{name} is on the usage plan {plan} now: {}{disabled}",
                moved.join(", ")
            ),
        };
        let report = Moved {
            name: name.as_ref(),
            plan,
            moved,
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }
}
