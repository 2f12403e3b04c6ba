//! The names, ARNs and tags of one stage, and the test of ownership.
//!
//! There is no state file: everything is found again by the names and tags made here.

use crate::aws::Identity;
use crate::engine::{Change, Owner};
use std::collections::{BTreeMap, HashMap};

/// The tag that names the application.
pub const APP_TAG: &str = "gatewayq:app";
/// The tag that names the stage.
pub const STAGE_TAG: &str = "gatewayq:stage";
/// The tag of an API key that names its consumer.
pub const KEY_TAG: &str = "gatewayq:key";
/// The tag on what the account's stages share.
pub const SHARED_TAG: &str = "gatewayq:shared";

/// Everything that follows from app, stage, account and region.
#[derive(Clone, Debug)]
pub struct Names {
    pub app: String,
    pub stage: String,
    pub region: String,
    pub identity: Identity,
}

impl Names {
    /// Function, REST API, API key and usage plan are all called so.
    pub fn base(&self) -> String {
        format!("{}-{}", self.app, self.stage)
    }

    /// Roles are global: the region keeps two of one app's stages apart.
    pub fn role(&self) -> String {
        format!("{}-{}", self.base(), self.region)
    }

    pub fn queue(&self) -> String {
        format!("{}.fifo", self.base())
    }

    pub fn dead_letter_queue(&self) -> String {
        format!("{}-dlq.fifo", self.base())
    }

    pub fn function_log_group(&self) -> String {
        format!("/aws/lambda/{}", self.base())
    }

    /// The name that API Gateway itself gives to a stage's execution log.
    pub fn execution_log_group(&self, rest_api_id: &str) -> String {
        format!("API-Gateway-Execution-Logs_{rest_api_id}/{}", self.stage)
    }

    /// The role that API Gateway logs through, one for all stages of account and region.
    pub fn logging_role(&self) -> String {
        format!("gatewayq-apigateway-logs-{}", self.region)
    }

    /// The ARN of `resource` in `service`, in this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.identity.partition, self.region, self.identity.account
        )
    }

    pub fn role_arn(&self, role: &str) -> String {
        format!(
            "arn:{}:iam::{}:role/{role}",
            self.identity.partition, self.identity.account
        )
    }

    pub fn queue_arn(&self) -> String {
        self.arn("sqs", &self.queue())
    }

    pub fn dead_letter_queue_arn(&self) -> String {
        self.arn("sqs", &self.dead_letter_queue())
    }

    pub fn function_arn(&self) -> String {
        self.arn("lambda", &format!("function:{}", self.base()))
    }

    pub fn log_group_arn(&self, name: &str) -> String {
        self.arn("logs", &format!("log-group:{name}"))
    }

    /// The ARN of an API Gateway control-plane path, `/restapis/abc`. These carry no account.
    pub fn apigateway_arn(&self, path: &str) -> String {
        format!(
            "arn:{}:apigateway:{}::{path}",
            self.identity.partition, self.region
        )
    }

    /// The tags of everything that this stage owns, under the user's own.
    pub fn tags(&self, user: &BTreeMap<String, String>) -> Tags {
        let mut tags = user.clone();
        tags.insert(APP_TAG.to_owned(), self.app.clone());
        tags.insert(STAGE_TAG.to_owned(), self.stage.clone());
        Tags(tags)
    }
}

/// The tags that a resource is to carry. What others put beside them stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tags(pub BTreeMap<String, String>);

impl Tags {
    /// The same with one more.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.0.insert(key.to_owned(), value.to_owned());
        self
    }

    pub fn map(&self) -> HashMap<String, String> {
        self.0.clone().into_iter().collect()
    }

    /// True where `have` says: this app, this stage.
    pub fn own(&self, have: &HashMap<String, String>) -> bool {
        [APP_TAG, STAGE_TAG]
            .iter()
            .all(|key| self.0.contains_key(*key) && self.0.get(*key) == have.get(*key))
    }

    /// Whose a thing with the tags `have` is.
    pub fn owner(&self, have: &HashMap<String, String>) -> Owner {
        if self.own(have) {
            return Owner::Ours;
        }
        Owner::Foreign(match (have.get(APP_TAG), have.get(STAGE_TAG)) {
            (Some(app), Some(stage)) => format!("it belongs to stage {stage} of app {app}"),
            _ => "it has no gatewayq tags".to_owned(),
        })
    }

    /// The tags that are missing or have another value.
    pub fn diff(&self, have: &HashMap<String, String>) -> Vec<Change> {
        let change = |(key, value): (&String, &String)| {
            Change::between(&format!("tag {key}"), have.get(key), value)
        };
        self.0.iter().filter_map(change).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let identity = Identity::new(
            "123456789012".into(),
            "arn:aws:iam::123456789012:user/a".into(),
        );
        Names {
            app: "orders".into(),
            stage: "penguin".into(),
            region: "eu-west-1".into(),
            identity,
        }
    }

    #[test]
    fn arns_are_derived() {
        let names = names();
        assert_eq!(
            names.queue_arn(),
            "arn:aws:sqs:eu-west-1:123456789012:orders-penguin.fifo"
        );
        assert_eq!(
            names.role_arn(&names.role()),
            "arn:aws:iam::123456789012:role/orders-penguin-eu-west-1"
        );
        assert_eq!(
            names.apigateway_arn("/restapis/a"),
            "arn:aws:apigateway:eu-west-1::/restapis/a"
        );
    }

    #[test]
    fn a_prefix_of_the_same_words_is_still_somebody_elses() {
        let tags = names().tags(&BTreeMap::new());
        let other = HashMap::from([
            (APP_TAG.into(), "orders-penguin".into()),
            (STAGE_TAG.into(), "x".into()),
        ]);
        assert_eq!(
            tags.owner(&other),
            Owner::Foreign("it belongs to stage x of app orders-penguin".into())
        );
        assert_eq!(
            tags.owner(&HashMap::new()),
            Owner::Foreign("it has no gatewayq tags".into())
        );
        assert_eq!(tags.owner(&tags.map()), Owner::Ours);
    }

    #[test]
    fn other_peoples_tags_are_no_difference() {
        let tags = names().tags(&BTreeMap::from([("team".to_owned(), "x".to_owned())]));
        let mut have = tags.map();
        have.insert("cost-center".into(), "7".into());
        assert!(tags.diff(&have).is_empty());
        have.remove("team");
        assert_eq!(tags.diff(&have), [Change::added("tag team", "x")]);
    }
}
