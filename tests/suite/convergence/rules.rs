//! What AWS does and the emulator does not (AWS.md): the proxy adds it, and deploy lives with it.
use std::time::Duration;

use serde_json::json;

use super::lane::{CHANGED, FIRST, Lane};
use crate::support::proxy::Rule;

/// A stage from its first deploy to its end, under these rules.
fn whole_life(rules: &[Rule]) -> Lane {
    let lane = Lane::new();
    for rule in rules {
        lane.proxy.rule(rule.clone());
    }
    lane.deploy().ok();
    lane.proxy.without_rules();
    lane.assert_settled("the first deploy");
    lane.assert_one_of_each("the first deploy");
    for rule in rules {
        lane.proxy.rule(rule.clone());
    }
    lane.project.configure(CHANGED);
    lane.deploy().ok();
    lane.project.configure(FIRST);
    lane.deploy().ok();
    lane.delete().ok();
    lane.assert_nothing_left("delete");
    lane
}

#[test]
fn a_role_that_lambda_cannot_assume_yet() {
    whole_life(&[Rule::RoleNotAssumable { seconds: 1.5 }]);
}

#[test]
fn a_role_that_can_never_be_assumed_ends_with_lambdas_own_words() {
    let lane = Lane::new();
    lane.proxy.rule(Rule::RoleNotAssumable {
        seconds: f64::INFINITY,
    });
    let output = lane.deploy().env("GATEWAYQ_MAX_WAIT", "2").exits(1);
    assert!(output.says("cannot be assumed by Lambda"), "{output}");
    assert!(output.says("function shop-dev"), "{output}");
    assert!(output.took < Duration::from_secs(20), "{output}");
    lane.proxy.without_rules();
    lane.deploy().ok();
    lane.assert_settled("the deploy after it");
}

#[test]
fn a_function_that_is_pending_and_updates_in_progress() {
    whole_life(&[
        Rule::FunctionPending { seconds: 1.0 },
        Rule::UpdateInProgress { seconds: 0.7 },
    ]);
}

#[test]
fn reads_that_miss_what_was_just_made() {
    whole_life(&[Rule::ReadsMissFresh {
        seconds: 1.5,
        services: &[],
    }]);
}

#[test]
fn a_deploy_right_after_a_delete_waits_for_the_queues_names() {
    let lane = whole_life(&[Rule::QueueDeletedRecently { seconds: 4.0 }]);
    let output = lane.deploy().ok();
    assert!(
        output.says("waiting for SQS to free the queue's name"),
        "{output}"
    );
    lane.assert_settled("the deploy after a delete");
}

#[test]
fn a_usage_plan_that_cannot_go_while_it_has_a_stage() {
    whole_life(&[Rule::UsagePlanWithStageRefused {
        deleted_stages_count: true,
    }]);
}

#[test]
fn a_fresh_role_that_api_gateway_does_not_take_yet() {
    whole_life(&[
        Rule::UpdateAccountRefusesFreshRole { seconds: 1.5 },
        Rule::LoggingNeedsAccountRole,
    ]);
}

#[test]
fn an_execution_log_group_that_appears_by_itself() {
    whole_life(&[Rule::ExecutionLogGroupAppears { seconds: 0.1 }]);
}

#[test]
fn a_log_group_of_api_gateways_own_making_goes_with_the_stage() {
    let lane = Lane::new();
    let ids = lane.deploy().args(["--json"]).ok().json();
    let group = format!(
        "API-Gateway-Execution-Logs_{}/dev",
        ids["rest_api_id"].as_str().unwrap()
    );
    lane.ms
        .call("logs", "DeleteLogGroup", json!({"logGroupName": group}));
    lane.ms
        .call("logs", "CreateLogGroup", json!({"logGroupName": group}));
    lane.delete().ok();
    lane.assert_nothing_left("delete");
}

/// The quotas in a twentieth of their time, and the pace as well, with a little more patience.
#[test]
fn a_deploy_keeps_to_the_quotas_and_is_never_throttled() {
    let lane = Lane::new();
    lane.proxy.rule(Rule::RateLimits { scale: 0.05 });
    for command in [Lane::deploy, Lane::delete] {
        lane.proxy.reset();
        command(&lane).env("GATEWAYQ_PACE", "0.06").ok();
        let record = lane.proxy.record();
        let throttled = record.calls.iter().filter(|call| call.status == 429);
        assert_eq!(throttled.count(), 0, "{record}");
        // The buckets of the quotas are one account's: the next command finds them full again.
        std::thread::sleep(Duration::from_secs(2));
    }
    lane.assert_nothing_left("delete");
}

#[test]
fn all_of_it_together() {
    whole_life(&[
        Rule::RoleNotAssumable { seconds: 1.0 },
        Rule::FunctionPending { seconds: 0.5 },
        Rule::UpdateInProgress { seconds: 0.5 },
        Rule::ReadsMissFresh {
            seconds: 0.7,
            services: &["iam", "lambda", "sqs", "logs"],
        },
        Rule::UsagePlanWithStageRefused {
            deleted_stages_count: true,
        },
        Rule::UpdateAccountRefusesFreshRole { seconds: 1.0 },
        Rule::LoggingNeedsAccountRole,
        Rule::RateLimits { scale: 0.02 },
        Rule::ExecutionLogGroupAppears { seconds: 0.1 },
    ]);
}
