//! An emulator, a proxy and a project of a test's own, and short words for what is done with them.
use crate::support::cli::Cli;
use std::fs;

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Proxy, Rule};

/// The walkthrough's project as it is first deployed.
pub(crate) const FIRST: &str = r#"
[app]
name = "shop"

[[route]]
method = "GET"
path = "/"
reply = { hello = "world" }

[[route]]
method = "GET"
path = "/sendtosqs"
task = "tasks.add"
args = [2, 2]
"#;

/// The same with a route more, a route less, other memory, another queue visibility, other throttling, a second usage
/// plan, limits of a route, pages of another origin let in, addresses alone, an access log, traces, alarms, results that are
/// kept, a domain of its own, and callers judged by a user pool.
/// The routes are part of the code, so the code changes too.
pub(crate) const CHANGED: &str = r#"
[app]
name = "shop"

[[route]]
method = "GET"
path = "/"
reply = { hello = "moon" }

[[route]]
method = "POST"
path = "/orders/{id}"
task = "tasks.add"
auth = "customers"
api_key = false

[function]
memory = 256

[queue]
visibility_timeout = 77

[usage_plan]
rate = 3

[usage_plan.routes]
"GET /" = { rate = 1, burst = 2 }

[usage_plans.gold]
rate = 30

[api]
allow_ips = ["127.0.0.0/8"]
deny_ips = ["127.1.0.0/16"]
access_log = true
tracing = true

[api.cors]
origins = ["https://app.example.com"]

[alarms]
topic_arn = "arn:aws:sns:eu-west-1:000000000000:oncall"

[authorizers.customers]
type = "cognito"
user_pools = ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"]
scopes = ["orders/write"]
[results]
ttl = 3600

[domain]
name = "api.shop.test"
certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
base_path = "v1"
"#;

/// How many of each kind a deployed stage has: its own role and the account's for logging. The log of an API that
/// somebody else deleted stays until the stage goes, so log groups are not counted.
const STACK: &[(&str, usize)] = &[
    ("roles", 2),
    ("queues", 2),
    ("functions", 1),
    ("rest_apis", 1),
    ("api_keys", 1),
    ("usage_plans", 1),
];

/// One place to deploy to, whose every call goes through the proxy.
pub(crate) struct Scenario {
    pub ms: Ministack,
    pub proxy: Proxy,
    pub project: Project,
}

impl Scenario {
    pub(crate) fn new() -> Self {
        let ms = Ministack::start();
        let proxy = Proxy::start(&ms);
        let project = Project::new(FIRST);
        fs::write(project.path("bootstrap"), least_program()).unwrap();
        Self { ms, proxy, project }
    }

    /// The same under these rules of the real service.
    pub(crate) fn under(rules: &[Rule]) -> Self {
        let scenario = Self::new();
        scenario.switch_on(rules);
        scenario
    }

    pub(crate) fn switch_on(&self, rules: &[Rule]) {
        for rule in rules {
            self.proxy.rule(rule.clone());
        }
    }

    /// A command through the proxy.
    pub(crate) fn cli(&self, args: &[&str]) -> Cli {
        self.project
            .on(&self.ms, args.iter().copied())
            .through(&self.proxy)
            .env("GATEWAYQ_PACE", "0")
    }

    pub(crate) fn deploy(&self) -> Cli {
        self.cli(&["deploy", "--stage", "dev", "--bootstrap", "bootstrap"])
    }

    /// Exits with 3 where there is something to do. Unlike [`Scenario::status`] it compares the code too.
    pub(crate) fn plan(&self) -> Cli {
        self.cli(&[
            "plan",
            "--stage",
            "dev",
            "--check",
            "--bootstrap",
            "bootstrap",
        ])
    }

    pub(crate) fn status(&self) -> Cli {
        self.cli(&["status", "--stage", "dev", "--check"])
    }

    pub(crate) fn delete(&self) -> Cli {
        self.cli(&["delete", "--stage", "dev", "--yes"])
    }

    /// Fails unless the stage is as its configuration says; a second one of anything is a difference too.
    #[track_caller]
    pub(crate) fn assert_settled(&self, when: &str) {
        self.proxy.reset();
        let plan = self.plan().run();
        assert_eq!(plan.code, Some(0), "{when}: {plan}");
    }

    /// Fails unless another client than the program's sees one of each resource.
    #[track_caller]
    pub(crate) fn assert_one_of_each(&self, when: &str) {
        let inventory = self.ms.inventory();
        for (kind, count) in STACK {
            let mut names = inventory.names(kind);
            // Of CHANGED, for as long as it is deployed.
            names.retain(|name| name != "shop-dev-gold");
            assert_eq!(names.len(), *count, "{when}: {kind} {names:?}");
        }
    }

    /// The rest of a stage that was deployed as [`FIRST`]: changed, changed back, deleted.
    pub(crate) fn change_and_delete(&self) {
        for config in [CHANGED, FIRST] {
            self.project.configure(config);
            self.deploy().ok();
        }
        self.delete().ok();
        self.assert_nothing_left("delete");
    }

    /// Fails unless nothing at all is left, the account's setting included.
    #[track_caller]
    pub(crate) fn assert_nothing_left(&self, when: &str) {
        let inventory = self.ms.inventory();
        assert!(inventory.is_empty(), "{when}: {inventory:?}");
        let role = inventory.0["account"]["cloudwatchRoleArn"].as_str();
        assert_eq!(role.unwrap_or_default(), "", "{when}");
    }
}

/// The smallest file that passes for a program of this machine: nothing here is invoked, and packing and
/// uploading the real handler hundreds of times would be most of the tests' work.
fn least_program() -> Vec<u8> {
    let machine: u16 = if cfg!(target_arch = "aarch64") {
        183
    } else {
        62
    };
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(2u16.to_le_bytes());
    bytes.extend(machine.to_le_bytes());
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(0x1000u64.to_le_bytes());
    bytes.extend([0; 20]);
    bytes.extend([64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0]);
    bytes
}
