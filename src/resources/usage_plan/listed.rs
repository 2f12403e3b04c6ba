//! The account's usage plans in one list, and which of a stage's each is.

use super::super::control_plane::{Listed, PAGE, list_tags, pages};
use super::super::lists::Whose;
use super::arn;
use super::plan_name;
use super::state::name_of;
use crate::config::DEFAULT_PLAN;
use crate::engine::{Cx, Error};
use crate::names::Names;
use crate::tags::PLAN_TAG;
use aws_sdk_apigateway::types::UsagePlan;
use std::collections::{BTreeMap, BTreeSet};

/// A plan as the list shows it, with its tags.
#[derive(Clone, Debug)]
pub(crate) struct ListedPlan {
    pub plan: UsagePlan,
    pub tags: BTreeMap<String, String>,
}

impl ListedPlan {
    /// Which of the stage's plans it is. One that has lost the tag which says so is known by its name,
    /// where gatewayq.toml has a plan of that: it is not taken for a second default plan.
    pub(super) fn plan<'a>(&'a self, names: &Names, listed: &'a BTreeSet<String>) -> &'a str {
        let by_name = || {
            let name = self.plan.name();
            listed
                .iter()
                .find(|plan| Some(plan_name(names, plan).as_str()) == name)
        };
        let plan = self.tags.get(PLAN_TAG).or_else(by_name);
        plan.map_or(DEFAULT_PLAN, String::as_str)
    }

    /// The stages that it serves, `API id:stage name`.
    pub(super) fn stages(&self) -> BTreeSet<String> {
        self.plan.api_stages().iter().filter_map(name_of).collect()
    }
}

/// All usage plans of the account and region.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn list_usage_plans(cx: &Cx) -> Result<Vec<UsagePlan>, Error> {
    let ask = |at| {
        let request = cx.apigateway.get_usage_plans().limit(PAGE);
        request.set_position(at).send()
    };
    pages(cx, "GetUsagePlans", ask, |page| (page.items, page.position)).await
}

/// The same, with their tags as far as these matter.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn all_plans(cx: &Cx, whose: &Whose) -> Result<Vec<ListedPlan>, Error> {
    let plans = list_usage_plans(cx).await?;
    let listed = plans.iter().map(|plan| Listed {
        tags: plan.tags(),
        of_our_name: plan.name().is_some_and(|name| whose.can_have(name)),
        arn: arn(whose.names(), plan.id().unwrap_or_default()),
    });
    let listed: Vec<_> = listed.collect();
    let tags = list_tags(cx, &listed, |have| whose.has(have)).await?;
    drop(listed);
    let all = plans.into_iter().zip(tags);
    Ok(all.map(|(plan, tags)| ListedPlan { plan, tags }).collect())
}
