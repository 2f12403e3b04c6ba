//! A usage plan in API Gateway, and how it is read from the list of all.

use super::listed::ListedPlan;
use super::throttles;
use crate::config::settings::{Period, Quota};
use aws_sdk_apigateway::types::{ApiStage, QuotaPeriodType, QuotaSettings};
use std::collections::{BTreeMap, BTreeSet};

/// The plan in API Gateway.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: String,
    pub(super) name: String,
    pub(super) rate: Option<f64>,
    pub(super) burst: Option<i32>,
    pub(super) quota: Option<QuotaSettings>,
    /// `API id:stage name`
    pub(super) stages: BTreeSet<String>,
    /// Of this stage: the limits of single routes, `POST /tasks rateLimit`.
    pub(super) routes: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    /// Later plans with the same tags, and the stages of each.
    pub(super) duplicates: BTreeMap<String, BTreeSet<String>>,
    /// The keys of these alone, as the table compares them.
    pub(super) duplicate_ids: BTreeSet<String>,
}

impl State {
    pub(crate) fn has_quota(&self) -> bool {
        self.quota.is_some()
    }
}

/// The plan, with the limits of routes of the stage `API id:stage name`. `None` for one without an id.
pub(super) fn state_of(listed: &ListedPlan, stage: Option<&str>) -> Option<State> {
    let plan = &listed.plan;
    let ours = |one: &&ApiStage| name_of(one).as_deref() == stage && stage.is_some();
    let ours = plan.api_stages().iter().find(ours);
    let quota = plan.quota().filter(|quota| quota.limit() > 0);
    Some(State {
        id: plan.id.clone()?,
        stages: listed.stages(),
        routes: ours.map(throttles::found).unwrap_or_default(),
        rate: plan.throttle().map(|throttle| throttle.rate_limit),
        burst: plan.throttle().map(|throttle| throttle.burst_limit),
        quota: quota.cloned(),
        name: plan.name.clone().unwrap_or_default(),
        tags: listed.tags.clone(),
        duplicates: BTreeMap::new(),
        duplicate_ids: BTreeSet::new(),
    })
}

/// `API id:stage name`
pub(super) fn name_of(stage: &ApiStage) -> Option<String> {
    Some(format!("{}:{}", stage.api_id()?, stage.stage()?))
}

pub(super) fn quota_settings(quota: Quota) -> QuotaSettings {
    let period = match quota.period {
        Period::Day => QuotaPeriodType::Day,
        Period::Week => QuotaPeriodType::Week,
        Period::Month => QuotaPeriodType::Month,
    };
    let settings = QuotaSettings::builder().limit(quota.limit);
    settings.period(period).build()
}
