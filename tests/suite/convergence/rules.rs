//! What AWS does and the emulator does not: the proxy adds it, and deploy copes with it.
use std::time::Duration;

use serde_json::json;

use super::scenario::Scenario;
use crate::support::proxy::Rule;

/// A stage from its first deploy to its end, under these rules.
fn from_deploy_to_delete(rules: &[Rule]) -> Scenario {
    let scenario = Scenario::under(rules);
    scenario.deploy().ok();
    scenario.proxy.without_rules();
    scenario.assert_settled("the first deploy");
    scenario.assert_one_of_each("the first deploy");
    scenario.switch_on(rules);
    scenario.change_and_delete();
    scenario
}

#[test]
fn a_role_that_lambda_cannot_assume_yet() {
    from_deploy_to_delete(&[Rule::RoleNotAssumable { seconds: 1.5 }]);
}

#[test]
fn a_role_that_can_never_be_assumed_ends_with_lambdas_own_words() {
    let scenario = Scenario::new();
    scenario.proxy.rule(Rule::RoleNotAssumable {
        seconds: f64::INFINITY,
    });
    let output = scenario.deploy().env("GATEWAYQ_MAX_WAIT", "2").exits(1);
    assert!(output.says("cannot be assumed by Lambda"), "{output}");
    assert!(output.says("function shop-dev"), "{output}");
    assert!(output.took < Duration::from_secs(20), "{output}");
    scenario.proxy.without_rules();
    scenario.deploy().ok();
    scenario.assert_settled("the deploy after it");
}

#[test]
fn a_function_that_is_pending_and_updates_in_progress() {
    from_deploy_to_delete(&[
        Rule::FunctionPending { seconds: 1.0 },
        Rule::UpdateInProgress { seconds: 0.7 },
    ]);
}

#[test]
fn reads_that_miss_what_was_just_made() {
    from_deploy_to_delete(&[Rule::ReadsMissFresh {
        seconds: 1.5,
        services: &[],
    }]);
}

#[test]
fn a_deploy_right_after_a_delete_waits_for_the_queues_names() {
    let scenario = from_deploy_to_delete(&[Rule::QueueDeletedRecently { seconds: 4.0 }]);
    let output = scenario.deploy().ok();
    assert!(
        output.says("waiting for SQS to free the queue's name"),
        "{output}"
    );
    scenario.assert_settled("the deploy after a delete");
}

#[test]
fn a_usage_plan_that_cannot_go_while_it_has_a_stage() {
    from_deploy_to_delete(&[Rule::UsagePlanWithStageRefused {
        deleted_stages_count: true,
    }]);
}

#[test]
fn a_fresh_role_that_api_gateway_does_not_take_yet() {
    from_deploy_to_delete(&[
        Rule::UpdateAccountRefusesFreshRole { seconds: 1.5 },
        Rule::LoggingNeedsAccountRole,
    ]);
}

#[test]
fn an_execution_log_group_that_appears_by_itself() {
    from_deploy_to_delete(&[Rule::ExecutionLogGroupAppears { seconds: 0.1 }]);
}

#[test]
fn a_log_group_of_api_gateways_own_making_goes_with_the_stage() {
    let scenario = Scenario::new();
    let ids = scenario.deploy().args(["--json"]).ok().json();
    let group = format!(
        "API-Gateway-Execution-Logs_{}/dev",
        ids["rest_api_id"].as_str().unwrap()
    );
    scenario
        .ms
        .call("logs", "DeleteLogGroup", json!({"logGroupName": group}));
    scenario
        .ms
        .call("logs", "CreateLogGroup", json!({"logGroupName": group}));
    scenario.delete().ok();
    scenario.assert_nothing_left("delete");
}

/// The quotas in a twentieth of their time, and the pace as well, with a little more patience.
#[test]
fn a_deploy_keeps_to_the_quotas_and_is_never_throttled() {
    let scenario = Scenario::new();
    scenario.proxy.rule(Rule::RateLimits { scale: 0.05 });
    for command in [Scenario::deploy, Scenario::delete] {
        scenario.proxy.reset();
        command(&scenario).env("GATEWAYQ_PACE", "0.06").ok();
        let record = scenario.proxy.record();
        let throttled = record.calls.iter().filter(|call| call.status == 429);
        assert_eq!(throttled.count(), 0, "{record}");
        // The buckets of the quotas are one account's: the next command finds them full again.
        std::thread::sleep(Duration::from_secs(2));
    }
    scenario.assert_nothing_left("delete");
}

#[test]
fn all_of_it_together() {
    from_deploy_to_delete(&[
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
