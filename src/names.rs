//! The names and ARNs of one stage.
//!
//! There is no state file: everything is found again by these names and by [`crate::tags`].

use crate::aws::Identity;
use crate::hex::sha256;
use crate::tags::Tags;
use std::collections::BTreeMap;

/// The alias of the function that the API invokes.
pub(crate) const LIVE: &str = "live";

/// Characters of a role's name (IAM quotas).
const ROLE_NAME_MAX: usize = 64;

/// Everything that follows from app, stage, account and region.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub app: String,
    pub stage: String,
    pub region: String,
    pub identity: Identity,
}

impl Names {
    /// The name of function, REST API, API key and usage plan alike.
    pub(crate) fn base(&self) -> String {
        format!("{}-{}", self.app, self.stage)
    }

    /// Roles are global: the region keeps two of one app's stages apart.
    pub(crate) fn role(&self) -> String {
        format!("{}-{}", self.base(), self.region)
    }

    /// The name that `worker init` gives to its role and policy, global as well. A role's has at most 64 characters: a
    /// longer one is cut, and told apart by a hash.
    pub(crate) fn worker_role(&self) -> String {
        let role = format!("{}-worker", self.role());
        if role.len() <= ROLE_NAME_MAX {
            return role;
        }
        let hash = &sha256(role.as_bytes())[..8];
        let room = ROLE_NAME_MAX - "--worker".len() - hash.len();
        format!("{}-{hash}-worker", &self.role()[..room])
    }

    pub(crate) fn queue(&self) -> String {
        format!("{}.fifo", self.base())
    }

    pub(crate) fn dead_letter_queue(&self) -> String {
        format!("{}-dlq.fifo", self.base())
    }

    pub(crate) fn function_log_group(&self) -> String {
        format!("/aws/lambda/{}", self.base())
    }

    /// The name that API Gateway itself gives to a stage's execution log.
    pub(crate) fn execution_log_group(&self, rest_api_id: &str) -> String {
        format!("API-Gateway-Execution-Logs_{rest_api_id}/{}", self.stage)
    }

    pub(crate) fn access_log_group(&self) -> String {
        format!("/aws/apigateway/{}", self.base())
    }

    /// The DynamoDB table of the tasks' results.
    pub(crate) fn results_table(&self) -> String {
        results_table(&self.app, &self.stage)
    }

    pub(crate) fn results_table_arn(&self) -> String {
        self.arn("dynamodb", &format!("table/{}", self.results_table()))
    }

    /// What the names of the stage's alarms begin with.
    pub(crate) fn alarm(&self, kind: &str) -> String {
        format!("{}-{kind}", self.base())
    }

    /// The role that API Gateway logs through, one for all stages of account and region.
    pub(crate) fn logging_role(&self) -> String {
        format!("gatewayq-apigateway-logs-{}", self.region)
    }

    /// The ARN of `resource` in `service`, in this account and region.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.identity.partition, self.region, self.identity.account
        )
    }

    pub(crate) fn role_arn(&self, role: &str) -> String {
        format!(
            "arn:{}:iam::{}:role/{role}",
            self.identity.partition, self.identity.account
        )
    }

    pub(crate) fn queue_arn(&self) -> String {
        self.arn("sqs", &self.queue())
    }

    pub(crate) fn dead_letter_queue_arn(&self) -> String {
        self.arn("sqs", &self.dead_letter_queue())
    }

    pub(crate) fn function_arn(&self) -> String {
        self.arn("lambda", &format!("function:{}", self.base()))
    }

    /// The ARN of the function's alias that the API invokes.
    pub(crate) fn live_arn(&self) -> String {
        format!("{}:{LIVE}", self.function_arn())
    }

    pub(crate) fn log_group_arn(&self, name: &str) -> String {
        self.arn("logs", &format!("log-group:{name}"))
    }

    /// The ARN of an API Gateway control-plane path, `/restapis/abc`. These carry no account.
    pub(crate) fn apigateway_arn(&self, path: &str) -> String {
        format!(
            "arn:{}:apigateway:{}::{path}",
            self.identity.partition, self.region
        )
    }

    /// The tags of everything that this stage owns, under the user's own.
    pub(crate) fn tags(&self, user: &BTreeMap<String, String>) -> Tags {
        Tags::of_stage(user, &self.app, &self.stage)
    }
}

/// The DynamoDB table of the tasks' results.
pub(crate) fn results_table(app: &str, stage: &str) -> String {
    format!("{app}-{stage}-results")
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
}
