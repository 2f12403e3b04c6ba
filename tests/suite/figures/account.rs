//! gatewayq's commands in an account that is full of what is not gatewayq's.
use std::fmt::Write as _;
use std::process::Command;
use std::thread;

use serde_json::json;

use super::commands::{delete, deploy};
use super::measured::{DISTANCES, Figures, spread};
use crate::convergence::bulk::routes;
use crate::convergence::scenario::Scenario;
use crate::support::ministack::Ministack;
use crate::support::proxy::{Record, Rule};

const COMMANDS: [&str; 5] = [
    "first deploy",
    "deploy, no change",
    "plan",
    "status",
    "delete",
];
const ROUTES: usize = 2;
/// Things of a list's page, as AWS allows at most.
const PAGE: usize = 500;

/// How many there are of what is somebody else's.
#[derive(Clone, Copy, Default)]
pub(super) struct Others {
    pub apis: usize,
    pub keys: usize,
    pub plans: usize,
    pub roles: usize,
}

impl Others {
    /// All carry tags, as the stage's own do: of a list that shows none at all, the first twenty are asked for theirs.
    fn fill(self, ms: &Ministack) {
        let each = |count: usize, make: &(dyn Fn(usize) + Sync)| {
            thread::scope(|scope| {
                for worker in 0..4 {
                    scope.spawn(move || (worker..count).step_by(4).for_each(make));
                }
            });
        };
        let tags = json!({"owner": "others"});
        each(self.apis, &|n| {
            let params = json!({"name": format!("api{n}"), "tags": tags});
            ms.call("apigateway", "CreateRestApi", params);
        });
        each(self.keys, &|n| {
            let params = json!({"name": format!("key{n}"), "enabled": true, "tags": tags});
            ms.call("apigateway", "CreateApiKey", params);
        });
        each(self.plans, &|n| {
            let params = json!({"name": format!("plan{n}"), "tags": tags});
            ms.call("apigateway", "CreateUsagePlan", params);
        });
        let trust = json!({"Version": "2012-10-17", "Statement": []}).to_string();
        each(self.roles, &|n| {
            let params = json!({"RoleName": format!("role{n}"), "AssumeRolePolicyDocument": trust});
            ms.call("iam", "CreateRole", params);
        });
    }

    /// Further pages that a list of them has, the stage's own thing on it.
    fn pages(self, operation: &str) -> usize {
        let count = match operation {
            "apigateway:GetRestApis" => self.apis,
            "apigateway:GetApiKeys" => self.keys,
            "apigateway:GetUsagePlans" => self.plans,
            _ => return 0,
        };
        count / PAGE
    }
}

/// By [`COMMANDS`], in an empty account and in a full one.
pub(super) struct Growth {
    others: Others,
    empty: [Figures; 5],
    full: [Figures; 5],
}

impl Growth {
    /// What the full account has.
    pub(super) fn others(&self) -> String {
        let Others {
            apis,
            keys,
            plans,
            roles,
        } = self.others;
        format!("{apis} APIs, {keys} keys, {plans} plans and {roles} roles")
    }
}

pub(super) fn measure(others: Others, rounds: usize) -> Growth {
    let take = |others: Others| {
        let scenario = Scenario::under(&[Rule::PutRestApi { security: true }]);
        scenario.project.configure(&routes(ROUTES, 0));
        deploy(&scenario, "1").ok();
        delete(&scenario, "1").ok();
        others.fill(&scenario.ms);
        (scenario, <[Figures; 5]>::default())
    };
    let mut accounts = [take(Others::default()), take(others)];
    for round in 0..rounds {
        for (distance, far) in DISTANCES.iter().enumerate() {
            eprintln!("account {round} {far:?}");
            for (scenario, figures) in &mut accounts {
                let commands = commands(scenario);
                for (command, figures) in commands.iter().zip(figures) {
                    figures.take(&scenario.proxy, distance, command);
                }
            }
        }
    }
    let [(_, empty), (_, full)] = accounts;
    Growth {
        others,
        empty,
        full,
    }
}

fn commands(scenario: &Scenario) -> [Command; 5] {
    let plan = scenario.cli(&["plan", "--stage", "dev"]).prebuilt();
    [
        deploy(scenario, "1"),
        deploy(scenario, "1"),
        plan,
        scenario.status(),
        delete(scenario, "1"),
    ]
    .map(crate::support::cli::Cli::into_command)
}

/// Nothing grows but lists, by their pages.
pub(super) fn check(growth: &Growth) {
    let pairs = growth.empty.iter().zip(&growth.full);
    for (command, (empty, full)) in COMMANDS.iter().zip(pairs) {
        let (empty, full): (&Record, &Record) = (&empty.record, &full.record);
        let (before, after) = (empty.by_operation(), full.by_operation());
        for (operation, count) in &after {
            // How often the function is looked at is a matter of time.
            if operation == "lambda:GetFunctionConfiguration" {
                continue;
            }
            let lists = before.get(operation).copied().unwrap_or_default();
            let most = lists * (1 + growth.others.pages(operation));
            assert!(*count <= most, "{command}: {operation}\n{empty}\n{full}");
        }
        // Of calls that begin together some are late where other tests run, by chance in one account and not in the other.
        let pages = growth.others.pages("apigateway:GetApiKeys");
        assert!(
            full.depth() <= empty.depth() + 2 * pages + 4,
            "{command}\n{empty}\n{full}"
        );
    }
}

pub(super) fn table(growth: &Growth) -> String {
    let mut table = "| | account | calls | writes | deep | s at 0 ms | s at 50 ms |\n\
                     |---|---|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for (nth, command) in COMMANDS.iter().enumerate() {
        for (account, figures) in [("empty", &growth.empty[nth]), ("full", &growth.full[nth])] {
            writeln!(
                table,
                "| {command} | {account} | {} | {} | {} |",
                figures.counts(),
                spread(&figures.wall[0]),
                spread(&figures.wall[1]),
            )
            .unwrap();
        }
    }
    table
}
