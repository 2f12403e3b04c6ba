//! How much the stage's consumers may ask for: its own key and its usage plans.

use super::{Builder, Purpose};
use crate::config::{DEFAULT_PLAN, settings as config};
use crate::engine::Handle;
use crate::resources::{ApiKey, DEFAULT_KEY, RestApi, Stage, UnlistedPlans, UsagePlan};
use std::collections::{BTreeMap, BTreeSet};

impl Builder<'_> {
    pub(super) fn key(&mut self, purpose: &Purpose) -> Handle<ApiKey> {
        let key = ApiKey {
            names: self.names.clone(),
            tags: self.tags.clone(),
            consumer: DEFAULT_KEY.to_owned(),
            plan: DEFAULT_PLAN.to_owned(),
            value: None,
            deleting: matches!(purpose, Purpose::Delete),
            list: self.lists.keys.clone(),
            described: BTreeMap::new(),
        };
        self.graph.add(|_| key)
    }

    pub(super) fn usage_plan(
        &mut self,
        name: &str,
        limits: &config::UsagePlan,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
    ) -> Handle<UsagePlan> {
        let (names, tags, lists) = (self.names.clone(), self.tags.clone(), self.lists.clone());
        let (listed, mut limits) = (self.listed_plans(), limits.clone());
        let routes = self.settings.routes.iter();
        let routes = routes.filter(|route| route.api_key);
        let routes: BTreeSet<String> = routes
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        limits.routes.retain(|route, _| routes.contains(route));
        self.graph.add(|depends| {
            depends.require(stage);
            UsagePlan {
                names,
                plan: name.to_owned(),
                listed,
                tags,
                api: depends.on(api),
                apis: lists.apis,
                keys: lists.keys,
                plans: lists.plans,
                limits,
            }
        })
    }

    pub(super) fn unlisted_plans(
        &mut self,
        purpose: &Purpose,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
    ) -> Handle<UnlistedPlans> {
        let (names, tags, lists) = (self.names.clone(), self.tags.clone(), self.lists.clone());
        let listed = self.listed_plans();
        self.graph.add(|depends| {
            depends.after(stage);
            UnlistedPlans {
                names,
                tags,
                api: depends.on(api),
                apis: lists.apis,
                keys: lists.keys,
                plans: lists.plans,
                listed,
                deleting: matches!(purpose, Purpose::Delete),
            }
        })
    }

    fn listed_plans(&self) -> BTreeSet<String> {
        self.settings.usage_plans.keys().cloned().collect()
    }
}
