//! The account's CloudWatch role, while it is gatewayq's.
use serde_json::json;

use super::{all_are_named_and_repaired, drift};

const ROLE: &str = "gatewayq-apigateway-logs-eu-west-1";
const POLICY: &str = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

#[test]
fn the_account_role() {
    all_are_named_and_repaired(&[
        drift("cloudwatchRoleArn", |stage| {
            stage.patch("UpdateAccount", json!({}), "/cloudwatchRoleArn", "");
        }),
        drift("AttachedPolicy", |stage| {
            let params = json!({"RoleName": ROLE, "PolicyArn": POLICY});
            stage.call("iam", "DetachRolePolicy", params);
        }),
        drift("AssumeRolePolicyDocument", |stage| {
            let trust = r#"{"Version":"2012-10-17","Statement":[]}"#;
            let params = json!({"RoleName": ROLE, "PolicyDocument": trust});
            stage.call("iam", "UpdateAssumeRolePolicy", params);
        }),
        drift("role", |stage| {
            stage.call(
                "iam",
                "DetachRolePolicy",
                json!({"RoleName": ROLE, "PolicyArn": POLICY}),
            );
            stage.call("iam", "DeleteRole", json!({"RoleName": ROLE}));
        }),
        // A role that is no more, as another tool leaves it behind.
        drift("cloudwatchRoleArn", |stage| {
            let gone = "arn:aws:iam::111122223333:role/deleted";
            stage.patch("UpdateAccount", json!({}), "/cloudwatchRoleArn", gone);
        }),
    ]);
}
