//! The tags by which everything of a stage is found again, and the test of ownership.

use crate::engine::Owner;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// The tag that names the application.
pub(crate) const APP_TAG: &str = "gatewayq:app";
/// The tag that names the stage.
pub(crate) const STAGE_TAG: &str = "gatewayq:stage";
/// The tag of an API key that names its consumer.
pub(crate) const KEY_TAG: &str = "gatewayq:key";
/// The tag of a usage plan that names it, but for the default one; and of an API key that names the
/// plan it belongs on.
pub(crate) const PLAN_TAG: &str = "gatewayq:plan";
/// The tag of a REST API whose own errors have headers for pages of other origins, or had some.
pub(crate) const CORS_TAG: &str = "gatewayq:cors";
/// The tag of a REST API that has authorizers, or had some.
pub(crate) const AUTHORIZERS_TAG: &str = "gatewayq:authorizers";
/// The tag of a REST API that has a resource policy from here, or had one.
pub(crate) const POLICY_TAG: &str = "gatewayq:policy";
/// The tag of a REST API whose stage has an access log, or had one: the group stays until the stage goes.
pub(crate) const ACCESS_LOG_TAG: &str = "gatewayq:access-log";
/// The tag of a stage that has alarms, or had some.
pub(crate) const ALARMS_TAG: &str = "gatewayq:alarms";
/// The tag of a stage that names the custom domain names on which it is mapped, or was.
pub(crate) const DOMAIN_TAG: &str = "gatewayq:domain";
/// The tag of a REST API whose default endpoint is switched off from here, or was.
pub(crate) const ENDPOINT_TAG: &str = "gatewayq:default-endpoint";
/// The tag of a REST API whose function has reserved executions from here, or had some.
pub(crate) const CONCURRENCY_TAG: &str = "gatewayq:concurrency";
/// The tag of a REST API whose stage has a table of results, or had one.
pub(crate) const RESULTS_TAG: &str = "gatewayq:results";
/// The value of such a tag where the thing is there, or may be.
pub(crate) const ON: &str = "on";
/// The value where it was removed.
pub(crate) const OFF: &str = "off";
/// The tag on what the account's stages share.
pub(crate) const SHARED_TAG: &str = "gatewayq:shared";

/// The tags that a resource is to carry. What others put beside them stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

impl Tags {
    /// The tags of everything that a stage owns, over the user's own.
    pub(crate) fn of_stage(user: &BTreeMap<String, String>, app: &str, stage: &str) -> Self {
        Self(user.clone()).with(APP_TAG, app).with(STAGE_TAG, stage)
    }

    /// The tags of what the account's stages share, over the user's own.
    pub(crate) fn shared(user: &BTreeMap<String, String>, what: &str) -> Self {
        Self(user.clone()).with(SHARED_TAG, what)
    }

    /// The same with one more.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.0.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The same with those of these tags that are on. One that is off is not asked for: where it was on,
    /// what it tells of is still to be removed.
    pub(crate) fn marked(self, marks: &[(&str, bool)]) -> Self {
        let on = marks.iter().filter(|(_, on)| *on);
        on.fold(self, |tags, (key, _)| tags.with(key, ON))
    }

    /// As a state holds them.
    pub(crate) fn map(&self) -> BTreeMap<String, String> {
        self.0.clone()
    }

    /// As requests of the SDK take them.
    pub(crate) fn to_sdk(&self) -> HashMap<String, String> {
        self.0.clone().into_iter().collect()
    }

    /// As requests in JSON take them: a list of pairs.
    pub(crate) fn to_json(&self) -> Value {
        let pair = |(key, value)| json!({"Key": key, "Value": value});
        self.0.iter().map(pair).collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// True where a thing with the tags `have` is of this app and stage.
    pub(crate) fn are_on(&self, have: &BTreeMap<String, String>) -> bool {
        let same = |key: &&str| self.0.contains_key(*key) && self.0.get(*key) == have.get(*key);
        [APP_TAG, STAGE_TAG].iter().all(same)
    }

    /// Whose a thing with the tags `have` is.
    pub(crate) fn owner(&self, have: &BTreeMap<String, String>) -> Owner {
        if self.are_on(have) {
            return Owner::Ours;
        }
        Owner::Foreign(match (have.get(APP_TAG), have.get(STAGE_TAG)) {
            (Some(app), Some(stage)) => format!("it belongs to stage {stage} of app {app}"),
            _ => "it has no gatewayq tags".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_of_the_same_words_is_still_somebody_elses() {
        let tags = Tags::of_stage(&BTreeMap::new(), "orders", "penguin");
        let other = BTreeMap::from([
            (APP_TAG.into(), "orders-penguin".into()),
            (STAGE_TAG.into(), "x".into()),
        ]);
        assert_eq!(
            tags.owner(&other),
            Owner::Foreign("it belongs to stage x of app orders-penguin".into())
        );
        assert_eq!(
            tags.owner(&BTreeMap::new()),
            Owner::Foreign("it has no gatewayq tags".into())
        );
        assert_eq!(tags.owner(&tags.map()), Owner::Ours);
    }
}
