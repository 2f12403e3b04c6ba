//! The function's network and the executions that are reserved for it: whatever breaks the deploy that takes them away, the
//! next one is right.
use serde_json::{Value, json};

use super::scenario::{FIRST, Scenario};
use crate::support::proxy::{Fault, When};

const ON: &str = "[function]\nreserved_concurrency = 5\n[function.vpc]\nsubnets = [\"subnet-a1\"]\nsecurity_groups = [\"sg-a1\"]\n";

/// What Lambda holds of both.
fn held(scenario: &Scenario) -> (Value, usize) {
    let params = json!({"FunctionName": "shop-dev"});
    let function = scenario.ms.call("lambda", "GetFunction", params);
    let subnets = &function["Configuration"]["VpcConfig"]["SubnetIds"];
    let reserved = function["Concurrency"]["ReservedConcurrentExecutions"].clone();
    (reserved, subnets.as_array().map_or(0, Vec::len))
}

#[test]
fn a_fault_at_any_call_that_takes_them_away_is_repaired() {
    let scenario = Scenario::new();
    for fault in [Fault::KillBefore, Fault::KillAfter, Fault::CutAfter] {
        for operation in [
            "UpdateFunctionConfiguration",
            "DeleteFunctionConcurrency",
            "TagResource",
        ] {
            let case = format!("{fault:?} at {operation}");
            scenario.project.configure(&format!("{FIRST}{ON}"));
            scenario.deploy().ok();
            scenario.assert_settled(&case);
            assert_eq!(held(&scenario), (json!(5), 1), "{case}");
            scenario.project.configure(FIRST);
            scenario.proxy.reset();
            scenario
                .proxy
                .inject(When::Operation(operation, 0), fault.clone());
            let running = scenario.deploy().spawn();
            scenario.proxy.aim(running.pid());
            let output = running.wait();
            assert_eq!(scenario.proxy.faults_left(), 0, "{case}: {output}");
            if output.signal.is_some() {
                scenario.proxy.reset();
                scenario.deploy().ok();
            } else {
                assert_eq!(output.code, Some(0), "{case}: {output}");
            }
            scenario.assert_settled(&case);
            assert_eq!(held(&scenario), (Value::Null, 0), "{case}");
        }
    }
    scenario.delete().ok();
    scenario.assert_nothing_left("all faults");
}

/// Without the keys nothing more is called, and what somebody else reserved stays.
#[test]
fn the_calls_are_made_where_the_keys_are() {
    let scenario = Scenario::new();
    scenario.deploy().ok();
    scenario.status().ok();
    let made = |operation: &str| scenario.proxy.record().of(operation).len();
    assert_eq!(made("PutFunctionConcurrency"), 0);
    let params = json!({"FunctionName": "shop-dev", "ReservedConcurrentExecutions": 9});
    scenario.ms.call("lambda", "PutFunctionConcurrency", params);
    scenario.assert_settled("somebody's");
    scenario.deploy().ok();
    assert_eq!(held(&scenario).0, 9);
    scenario.delete().ok();
    scenario.proxy.reset();
    scenario.project.configure(&format!("{FIRST}{ON}"));
    scenario.deploy().ok();
    let more = [
        "PutFunctionConcurrency",
        "UpdateFunctionConfiguration",
        "TagResource",
    ];
    assert_eq!(more.map(made), [1, 0, 0]);
}

/// What git says of the project's folder.
fn git(scenario: &Scenario, args: &[&str]) -> String {
    let name = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let mut git = std::process::Command::new("git");
    git.current_dir(scenario.project.path(""))
        .args(name)
        .args(args);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A version is published with the code, and with nothing else.
#[test]
fn the_description_of_a_version_tells_of_which_commit_the_code_is() {
    let scenario = Scenario::new();
    let commit_told = || {
        let live = json!({"FunctionName": "shop-dev", "Qualifier": "live"});
        let found = scenario.ms.call("lambda", "GetFunctionConfiguration", live);
        let description = found["Description"].as_str().unwrap().to_owned();
        assert!(description.starts_with(&format!("gatewayq {}, ", env!("CARGO_PKG_VERSION"))));
        let commit = description
            .split(", ")
            .find_map(|part| part.strip_prefix("commit "));
        commit.map(str::to_owned)
    };
    scenario.deploy().ok();
    assert_eq!(commit_told(), None);
    git(&scenario, &["init", "--quiet"]);
    git(&scenario, &["add", "gatewayq.toml"]);
    git(&scenario, &["commit", "--quiet", "--message=a"]);
    git(&scenario, &["tag", "v1"]);
    scenario.proxy.reset();
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    assert_eq!(record.writes().len(), 0, "{record}");
    assert_eq!(commit_told(), None);

    let commit = git(&scenario, &["rev-parse", "--short=12", "HEAD"]);
    scenario.project.configure(&FIRST.replace("world", "moon"));
    scenario.deploy().ok();
    assert_eq!(commit_told(), Some(format!("{commit}-dirty")));
    git(&scenario, &["commit", "--quiet", "--all", "--message=b"]);
    let commit = git(&scenario, &["rev-parse", "--short=12", "HEAD"]);
    scenario.deploy().ok();
    assert_eq!(
        commit_told(),
        Some(format!(
            "{}-dirty",
            git(&scenario, &["rev-parse", "--short=12", "HEAD~1"])
        ))
    );
    scenario.delete().ok();
    scenario.deploy().ok();
    assert_eq!(commit_told(), Some(commit));
}
