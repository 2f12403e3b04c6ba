//! Every command for a stage from its first deploy to its delete, as a user with only one policy.
use serde_json::{Value, json};

use super::policy;
use crate::support::boto::Place;
use crate::support::cli::Cli;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Proxy, Rule};

/// The role of the walkthrough's stage dev.
pub(super) const ROLE: &str = "gatewayq-example-dev-eu-west-1";
/// The role that all stages log through.
pub(super) const LOGGING_ROLE: &str = "gatewayq-apigateway-logs-eu-west-1";

// The usage plan stays as it was: after UpdateUsagePlan the emulator answers numbers as strings,
// which no SDK reads. Deleting makes the call, too.
const CHANGED: &str = r#"
[app]
name = "gatewayq-example"

[[route]]
method = "GET"
path = "/"
reply = { hello = "sea" }

[[route]]
method = "POST"
path = "/new"
task = "tasks.add"

[function]
memory = 512
log_retention = 7

[queue]
visibility_timeout = 60
"#;

/// What a stage can have besides: each section makes statements of the policies.
pub(super) const FEATURES: &str = r#"
[api]
allow_ips = ["127.0.0.0/8"]
access_log = true
tracing = true

[api.cors]
origins = ["*"]

[alarms]
topic_arn = "arn:aws:sns:eu-west-1:000000000000:oncall"

[results]
"#;

/// The deployer's policy of a stage that has everything; the project is left as it was.
pub(super) fn deployers_policy(ms: &Ministack, project: &Project) -> Value {
    let path = project.path("gatewayq.toml");
    let before = std::fs::read_to_string(&path).unwrap();
    project.configure(&format!("{CHANGED}{FEATURES}"));
    let document = policy(ms, project, &["deployer"]);
    project.configure(&before);
    document
}
const WALKTHROUGH: &str = include_str!("../../../gatewayq.toml");
const GOLD: &str = "\n[usage_plans.gold]\nrate = 50\n";

/// One user's commands at one emulator, through a proxy that records.
pub(super) struct Session<'a> {
    pub ms: &'a Ministack,
    pub project: &'a Project,
    pub place: &'a Place,
    pub proxy: &'a Proxy,
}

impl Session<'_> {
    pub(super) fn run<'b>(&self, args: impl IntoIterator<Item = &'b str>) -> Cli {
        let command = self.project.command(args);
        command.at(self.place).through(self.proxy)
    }

    /// Everything that the deployer's policy is for. What others do in between goes
    /// past the proxy.
    pub(super) fn run_what_the_deployer_may(&self) {
        self.run(["deploy"]).prebuilt().ok();
        self.run(["status", "--check"]).ok();
        self.run(["logs"]).ok();
        self.run(["worker", "env"]).ok();
        self.keys();
        self.drift();
        self.run(["plan", "--check"]).prebuilt().exits(3);
        self.project.configure(CHANGED);
        self.run(["deploy"]).prebuilt().ok();
        self.run(["status", "--check"]).ok();
        self.versions();
        self.features();
        self.many_routes();
        self.tags();
        let attach =
            json!({"RoleName": ROLE, "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
        self.ms.call("iam", "AttachRolePolicy", attach);
        self.run(["delete", "--yes"]).ok();
    }

    /// From one version to another and back, and one that is not kept.
    fn versions(&self) {
        self.run(["history"]).ok();
        self.run(["rollback"]).ok();
        self.run(["promote"]).exits(1);
        self.run(["deploy"]).prebuilt().ok();
        for (memory, canary) in [("600", "1%"), ("700", "99%")] {
            let memory = format!("memory = {memory}\nkeep_versions = 2");
            self.project
                .configure(&CHANGED.replace("memory = 512", &memory));
            self.run(["deploy", "--canary", canary]).prebuilt().ok();
            self.run(["promote"]).ok();
        }
        let record = self.proxy.record();
        assert!(!record.of("DeleteFunction").is_empty(), "{record}");
    }

    /// Everything that a stage can have, and then without it again.
    fn features(&self) {
        let on = format!("{CHANGED}{FEATURES}");
        for config in [on.as_str(), CHANGED] {
            self.project.configure(config);
            self.run(["deploy"]).prebuilt().ok();
            self.run(["status", "--check"]).ok();
            self.run(["logs"]).ok();
        }
        let record = self.proxy.record();
        assert_eq!(record.of("PutGatewayResponse").len(), 2, "{record}");
        assert_eq!(record.of("DeleteGatewayResponse").len(), 2, "{record}");
        assert_eq!(record.of("PutMetricAlarm").len(), 5, "{record}");
        assert_eq!(record.of("DeleteAlarms").len(), 1, "{record}");
        assert_eq!(record.of("CreateTable").len(), 1, "{record}");
        assert_eq!(record.of("DeleteTable").len(), 1, "{record}");
    }

    /// So many that they go in one call, which the emulator does not have: the proxy plays it.
    fn many_routes(&self) {
        let route = |n| {
            format!("\n[[route]]\nmethod = \"POST\"\npath = \"/many{n}\"\ntask = \"tasks.add\"\n")
        };
        let routes: String = (0..20).map(route).collect();
        self.project.configure(&format!("{CHANGED}{routes}"));
        self.proxy.rule(Rule::PutRestApi { security: true });
        self.run(["deploy"]).prebuilt().ok();
        self.proxy.without_rules();
        let record = self.proxy.record();
        assert_eq!(record.of("PutRestApi").len(), 1, "{record}");
    }

    /// Another tag on everything. The emulator takes API Gateway's TagResource and goes on listing
    /// the tags of the creation, so that to a deploy this looks like somebody who takes them off
    /// again: it gives up at last, with all calls made and none denied.
    fn tags(&self) {
        let on = format!("{CHANGED}{FEATURES}");
        self.project.configure(&on);
        self.run(["deploy"]).prebuilt().ok();
        self.change_the_table();
        let tagged = on.replace("[app]", "[app]\ntags = { team = \"penguins\" }");
        self.project.configure(&tagged);
        let deploy = self.run(["deploy"]).prebuilt().run();
        assert!(!deploy.says("AccessDenied"), "{deploy}");
        self.project.configure(CHANGED);
    }

    /// What a deploy changes of a table that is there.
    fn change_the_table(&self) {
        let throughput = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
        let params = json!({
            "TableName": "gatewayq-example-dev-results",
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": throughput,
        });
        self.ms.call("dynamodb", "UpdateTable", params);
        self.run(["deploy"]).prebuilt().ok();
    }

    fn keys(&self) {
        self.project.configure(&format!("{WALKTHROUGH}{GOLD}"));
        self.run(["deploy"]).prebuilt().ok();
        self.run(["keys", "create", "app", "--plan", "gold"]).ok();
        self.run(["keys", "usage", "app"]).ok();
        self.run(["keys", "move", "app", "--plan", "default"]).ok();
        self.project.configure(WALKTHROUGH);
        self.run(["deploy"]).prebuilt().ok();
        self.run(["keys", "rotate", "app"]).ok();
        self.run(["keys", "disable", "app"]).ok();
        self.run(["keys", "list"]).ok();
        self.run(["keys", "show"]).ok();
        self.run(["keys", "delete", "app", "--yes"]).ok();
    }

    /// What a deploy has to repair with calls that a first deploy does not make.
    fn drift(&self) {
        let nobody = json!({"Version": "2012-10-17", "Statement": []}).to_string();
        for role in [ROLE, LOGGING_ROLE] {
            let trust = json!({"RoleName": role, "PolicyDocument": nobody});
            self.ms.call("iam", "UpdateAssumeRolePolicy", trust);
        }
        let statement = json!({
            "FunctionName": "gatewayq-example-dev",
            "Qualifier": "live", "StatementId": "gatewayq-live",
        });
        self.ms
            .call("lambda", "RemovePermission", statement.clone());
        let mut wrong = statement;
        wrong["Action"] = json!("lambda:InvokeFunction");
        wrong["Principal"] = json!("s3.amazonaws.com");
        self.ms.call("lambda", "AddPermission", wrong);
        self.rename_the_api();
    }

    fn rename_the_api(&self) {
        let apis = self.ms.call("apigateway", "GetRestApis", json!({}));
        let id = apis["items"][0]["id"].clone();
        let name = json!([{"op": "replace", "path": "/name", "value": "other"}]);
        let renamed = json!({"restApiId": id, "patchOperations": name});
        self.ms.call("apigateway", "UpdateRestApi", renamed);
    }
}

/// The words of a denied command: what was refused, and what to do.
#[track_caller]
pub(super) fn assert_denied(output: &crate::support::cli::Output, action: &str) {
    assert_eq!(output.code, Some(1), "{output}");
    let said = output.stderr.to_lowercase();
    assert!(said.contains(&action.to_lowercase()), "{action}: {output}");
    assert!(output.says("gatewayq policy deployer"), "{output}");
}

/// What an inventory holds of a stack.
pub(super) fn leftovers(ms: &Ministack) -> Value {
    let inventory = ms.inventory();
    assert!(inventory.is_empty(), "{inventory:?}");
    Value::Null
}
