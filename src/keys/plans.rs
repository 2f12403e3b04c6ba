//! The usage plans that a stage's keys can be on.

use crate::stack::Stack;
use std::collections::BTreeSet;

/// A usage plan that is there.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// As gatewayq.toml calls it; `default` for the one of `[usage_plan]`.
    pub name: String,
    pub id: String,
    /// Whether it has a quota.
    pub has_quota: bool,
}

/// All of a stage.
pub(crate) struct Plans {
    there: Vec<Plan>,
    /// Those that gatewayq.toml has, there or not.
    listed: BTreeSet<String>,
}

/// Why there is no such plan to put a key on.
pub(crate) enum Missing {
    /// gatewayq.toml does not have it; with those that it has.
    Unknown(Vec<String>),
    /// It was not deployed yet.
    NotDeployed,
}

impl Plans {
    /// Those of a stack whose plans have been read.
    pub(crate) fn of(stack: &Stack) -> Self {
        let all = stack.plans();
        let listed = all.keys().map(|name| (*name).to_owned()).collect();
        let there = all.into_iter().filter_map(|(name, plan)| {
            let plan = plan.current()?;
            Some(Plan {
                name: name.to_owned(),
                has_quota: plan.has_quota(),
                id: plan.id,
            })
        });
        let unlisted = stack.unlisted_plans.current();
        let unlisted = unlisted.into_iter().flat_map(|state| state.0);
        let unlisted = unlisted.map(|plan| Plan {
            name: plan.plan,
            id: plan.id,
            has_quota: plan.has_quota,
        });
        Self {
            there: there.chain(unlisted).collect(),
            listed,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Plan> {
        self.there.iter()
    }

    /// The plan of this name, whether gatewayq.toml has it or not.
    pub(crate) fn named(&self, name: &str) -> Option<&Plan> {
        self.there.iter().find(|plan| plan.name == name)
    }

    /// The plan of this name, to put a key on.
    ///
    /// # Errors
    /// See [`Missing`].
    pub(crate) fn listed(&self, name: &str) -> Result<&Plan, Missing> {
        if !self.listed.contains(name) {
            return Err(Missing::Unknown(self.listed.iter().cloned().collect()));
        }
        self.named(name).ok_or(Missing::NotDeployed)
    }
}
