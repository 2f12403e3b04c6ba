//! What the review of every call found that AWS does: waits that pass, limits that do not,
//! things that are not shown where one looks first. Each is a rule of the proxy.
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::scenario::{FIRST, Scenario};
use crate::support::cli::Output;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, Rule, When};

const LOGGING_ROLE: &str = "gatewayq-apigateway-logs-eu-west-1";

/// Nothing that is final is waited for.
const AT_ONCE: Duration = Duration::from_secs(15);

/// A stage from its first deploy to its end, under these rules.
fn from_deploy_to_delete(rules: &[Rule]) {
    let scenario = Scenario::under(rules);
    scenario.deploy().ok();
    scenario.assert_settled("the first deploy");
    scenario.assert_one_of_each("the first deploy");
    scenario.change_and_delete();
}

/// A deploy that meets a quota of this operation: over at once, with AWS's words and without talk of others.
fn meets_a_quota(operation: &'static str, words: &str) -> Output {
    let scenario = Scenario::under(&[Rule::QuotaReached { operation }]);
    let output = scenario.deploy().exits(1);
    assert!(output.says(words), "{output}");
    assert!(!output.says("somebody else"), "{output}");
    assert!(!output.says("waiting for AWS"), "{output}");
    assert!(output.took < AT_ONCE, "{output}");
    let tries = scenario.proxy.record().of(operation).len();
    assert!(tries <= 2, "{tries} times {operation}");
    scenario.proxy.without_rules();
    scenario.deploy().ok();
    scenario.assert_settled("the deploy with a higher quota");
    output
}

#[test]
fn a_quota_of_iam_is_final() {
    meets_a_quota("CreateRole", "RolesPerAccount");
}

#[test]
fn a_quota_of_a_roles_policy_is_final() {
    meets_a_quota("PutRolePolicy", "Maximum policy size");
}

#[test]
fn a_quota_of_api_gateway_is_final() {
    meets_a_quota("CreateRestApi", "Maximum number of Rest APIs");
}

#[test]
fn a_quota_inside_an_api_is_final() {
    meets_a_quota("CreateResource", "Maximum number of resources");
}

#[test]
fn a_quota_of_lambda_is_final() {
    meets_a_quota("CreateFunction", "Code storage limit exceeded");
}

#[test]
fn a_full_resource_policy_is_final() {
    meets_a_quota("AddPermission", "bigger than the limit");
}

#[test]
fn a_quota_of_cloudwatch_logs_is_final() {
    meets_a_quota("CreateLogGroup", "Resource limit exceeded");
}

#[test]
fn a_quota_of_sqs_is_final() {
    meets_a_quota("CreateQueue", "The maximum number of queues");
}

#[test]
fn an_api_that_is_updating() {
    from_deploy_to_delete(&[Rule::ApiUpdating { seconds: 2.0 }]);
}

#[test]
fn a_role_that_cannot_be_changed_yet() {
    from_deploy_to_delete(&[Rule::RoleUnmodifiable { seconds: 1.5 }]);
}

#[test]
fn a_stage_that_the_usage_plan_does_not_see_yet() {
    from_deploy_to_delete(&[Rule::StageNotSeen { seconds: 2.0 }]);
}

/// Forty routes, and of a hundred changes thirty meet another: each is tried again by itself.
#[test]
fn concurrent_changes_of_an_api_are_tried_again_one_by_one() {
    let scenario = Scenario::under(&[Rule::ConcurrentModification { percent: 30 }]);
    scenario.project.configure(&many_routes(40));
    scenario.deploy().ok();
    let calls = scenario.proxy.record().len();
    assert!(calls < 600, "{calls} calls");
    scenario.assert_settled("forty routes");
    scenario.delete().ok();
    scenario.assert_nothing_left("forty routes");
}

fn many_routes(count: usize) -> String {
    let route =
        |n| format!("[[route]]\nmethod = \"GET\"\npath = \"/r{n}\"\nreply = {{ n = {n} }}\n\n");
    let routes: String = (0..count).map(route).collect();
    format!("[app]\nname = \"shop\"\n\n{routes}")
}

/// Somebody deleted the stage that our usage plan names: AWS refuses a patch that takes it off the plan.
#[test]
fn a_usage_plan_whose_stage_is_gone() {
    let scenario = Scenario::under(&[Rule::InvalidApiStage]);
    let ids = scenario.deploy().args(["--json"]).ok().json();
    let stage = json!({"restApiId": ids["rest_api_id"], "stageName": "dev"});
    scenario.ms.call("apigateway", "DeleteStage", stage);
    scenario.deploy().ok();
    scenario.assert_settled("a stage that was deleted");
    scenario.delete().ok();
    scenario.assert_nothing_left("a stage that was deleted");
}

/// The same with the whole API: the plan goes on listing a stage that can never be taken off it. Nothing more can be
/// done about it, so the deploy ends, and ends well.
#[test]
fn a_usage_plan_whose_api_is_gone() {
    let scenario = Scenario::under(&[Rule::InvalidApiStage]);
    let ids = scenario.deploy().args(["--json"]).ok().json();
    let api = json!({"restApiId": ids["rest_api_id"]});
    scenario.ms.call("apigateway", "DeleteRestApi", api);
    let output = scenario.deploy().ok();
    assert!(output.took < AT_ONCE, "{output}");
    scenario.delete().ok();
    scenario.assert_nothing_left("an API that was deleted");
}

#[test]
fn clearing_the_accounts_role_is_refused() {
    let scenario = Scenario::under(&[Rule::ClearingRefused]);
    scenario.deploy().ok();
    let output = scenario.delete().ok();
    let what = format!("account logging {LOGGING_ROLE}");
    for words in ["CloudWatch role stays", &format!("kept on purpose: {what}")] {
        assert!(output.says(words), "{output}");
    }
    for told in ["deleted", "- "] {
        assert!(!output.says(&format!("{told}   {what}")), "{output}");
    }
    let left = scenario.ms.inventory();
    assert_eq!(left.names("roles"), [LOGGING_ROLE], "{left:?}");
    assert!(left.names("rest_apis").is_empty(), "{left:?}");
    assert!(left.names("functions").is_empty(), "{left:?}");
}

#[test]
fn lists_without_tags() {
    from_deploy_to_delete(&[Rule::ListsWithoutTags]);
}

/// However a list behaves, no command makes the same thing twice.
#[test]
fn lists_without_tags_never_make_a_second_key() {
    let scenario = Scenario::under(&[Rule::ListsWithoutTags]);
    scenario.deploy().run();
    for operation in ["CreateApiKey", "CreateUsagePlan", "CreateRestApi"] {
        let made = scenario.proxy.record().of(operation).len();
        assert!(made <= 1, "{made} times {operation}");
    }
}

/// Somebody gave the API another name: it is the same one, and is named as before.
#[test]
fn what_was_renamed_is_found_where_lists_show_no_tags() {
    let scenario = Scenario::under(&[Rule::ListsWithoutTags]);
    let id = scenario.deploy().args(["--json"]).ok().json()["rest_api_id"].clone();
    let stages = scenario.cli(&["stages", "--json"]).ok().json();
    assert_eq!(stages["stages"][0]["stage"], "dev", "{stages}");
    let name = json!([{"op": "replace", "path": "/name", "value": "mine"}]);
    let rename = json!({"restApiId": id, "patchOperations": name});
    scenario.ms.call("apigateway", "UpdateRestApi", rename);
    let again = scenario.deploy().args(["--json"]).ok().json();
    assert_eq!(again["rest_api_id"], id, "{again}");
    scenario.assert_one_of_each("another name");
    scenario.assert_settled("another name");
}

/// The answer of CreateQueue is lost, and the queue is seen without its tags at first: it is ours all the same.
#[test]
fn a_fresh_queue_whose_tags_come_late() {
    let scenario = Scenario::under(&[Rule::QueueTagsLate { seconds: 2.0 }]);
    scenario
        .proxy
        .inject(When::Operation("CreateQueue", 0), Fault::CutAfter);
    scenario.deploy().ok();
    scenario.assert_settled("tags that come late");
    scenario.proxy.reset();
    scenario.delete().ok();
    scenario.assert_nothing_left("tags that come late");
}

/// The first requests after a deploy are answered 403; invoke tries again for a while and says so.
#[test]
fn first_invokes_are_forbidden() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let proxy = Proxy::start(&ms);
    proxy.rule(Rule::FirstInvokesForbidden { seconds: 6.0 });
    project.on(&ms, ["deploy"]).prebuilt().through(&proxy).ok();
    let invoke = |args: &[&str]| {
        let whole = [&["invoke", "/", "--json"], args].concat();
        project.on(&ms, whole).through(&proxy)
    };
    let impatient = invoke(&["--no-wait"]).run();
    assert_eq!(impatient.json()["status"], 403, "{impatient}");
    let patient = invoke(&[]).ok();
    assert_eq!(patient.json()["status"], 200, "{patient}");
    assert!(patient.stderr.contains("403"), "{patient}");
}

/// The wait may last 25 s: a Ctrl-C ends it.
#[test]
fn an_interrupt_ends_the_wait_of_an_invoke() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let proxy = Proxy::start(&ms);
    proxy.rule(Rule::FirstInvokesForbidden { seconds: 600.0 });
    project.on(&ms, ["deploy"]).prebuilt().through(&proxy).ok();
    let running = project.on(&ms, ["invoke", "/"]).through(&proxy).spawn();
    running.wait_for("Asking again");
    // By now the pauses are longer than the time that is left for its end.
    std::thread::sleep(Duration::from_secs(5));
    let asked = Instant::now();
    running.signal(Signal::INT);
    let output = running.wait();
    assert_eq!(output.code, Some(130), "{output}");
    assert!(
        output.says("interrupted: API Gateway went on refusing"),
        "{output}"
    );
    assert!(asked.elapsed() < Duration::from_secs(1), "{output}");
}

#[test]
fn a_new_access_key_is_waited_for() {
    let scenario = Scenario::under(&[Rule::KeyNotYetKnown { seconds: 3.0 }]);
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let user = scenario
        .ms
        .aws()
        .acting_as(&scenario.ms.create_user("new", &policy));
    let place = scenario.proxy.place(&user);
    let status = scenario
        .project
        .command(["status", "--stage", "dev"])
        .at(&place);
    status.ok();
}

/// A key that is never known is said to be so.
#[test]
fn an_access_key_that_is_never_known_is_told() {
    let scenario = Scenario::under(&[Rule::KeyNotYetKnown {
        seconds: f64::INFINITY,
    }]);
    let output = scenario.status().exits(1);
    assert!(output.says("InvalidClientTokenId"), "{output}");
    assert!(output.took < Duration::from_secs(60), "{output}");
}

/// Nothing of logging is made or asked for where nothing is logged.
#[test]
fn no_logging_no_logging_role() {
    let scenario = Scenario::under(&[]);
    scenario
        .project
        .configure(&format!("{FIRST}\n[api]\nlog_level = \"OFF\"\n"));
    scenario.deploy().ok();
    let record = scenario.proxy.record();
    assert!(record.of("UpdateAccount").is_empty(), "{record}");
    assert_eq!(scenario.ms.inventory().names("roles").len(), 1);
    scenario.assert_settled("without logging");
    let policy = scenario.cli(&["policy", "deployer", "--stage", "dev"]).ok();
    let text = policy.json().to_string();
    for asked in [
        "gatewayq-apigateway-logs",
        "apigateway:PATCH\",\"Resource\":\"arn:aws:apigateway:eu-west-1::/account",
    ] {
        assert!(!text.contains(asked), "{text}");
    }
    scenario.delete().ok();
    scenario.assert_nothing_left("without logging");
}

/// The account's role is refused for about 10 s after it was made: the first try comes when it can succeed, since one
/// that is refused costs 20 s of the quota.
#[test]
fn the_accounts_role_is_set_in_one_call() {
    // At a tenth of AWS's own times.
    let scenario = Scenario::under(&[Rule::UpdateAccountRefusesFreshRole { seconds: 0.8 }]);
    scenario.deploy().env("GATEWAYQ_PACE", "0.1").ok();
    let record = scenario.proxy.record();
    let refused = record.of("UpdateAccount");
    let refused: Vec<_> = refused.iter().filter(|call| call.status >= 400).collect();
    assert!(refused.is_empty(), "{record}");
    let _: Value = scenario.delete().args(["--json"]).ok().json();
}
