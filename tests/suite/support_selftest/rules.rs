//! The rules that the proxy adds to the emulator.
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::boto::Place;
use crate::support::ministack::Ministack;
use crate::support::proxy::{Proxy, Rule};
use crate::support::wait;

/// Long enough for a few calls of boto3 to be made within it.
pub(super) const SECONDS: f64 = 2.0;
const LIMIT: Duration = Duration::from_secs(10);

/// An empty zip archive.
const ZIP: &str = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

pub(super) fn bench(rule: Rule) -> (Ministack, Proxy, Place) {
    let emulator = Ministack::start();
    let proxy = Proxy::start(&emulator);
    proxy.rule(rule);
    let place = proxy.place(&emulator.aws());
    warm_up(&place);
    (emulator, proxy, place)
}

/// boto3 takes its time to make a client; the rules' seconds have to begin after that.
fn warm_up(place: &Place) {
    place.call("iam", "ListRoles", json!({}));
    place.call("sqs", "ListQueues", json!({}));
    place.call("lambda", "ListFunctions", json!({}));
    place.call("apigateway", "GetAccount", json!({}));
}

pub(super) fn create_role(place: &Place, service: &str) -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": "sts:AssumeRole", "Principal": {"Service": format!("{service}.amazonaws.com")}}]});
    let params = json!({"RoleName": service, "AssumeRolePolicyDocument": trust.to_string()});
    place.call("iam", "CreateRole", params)["Role"]["Arn"].clone()
}

pub(super) fn function(role: &Value) -> Value {
    json!({"FunctionName": "f", "Role": role, "Runtime": "provided.al2023", "Handler": "bootstrap",
        "Code": {"ZipFile": {"__bytes__": ZIP}}})
}

/// Calls until it succeeds, and says how it was refused before.
pub(super) fn persist(
    place: &Place,
    service: &str,
    operation: &str,
    params: &Value,
) -> Vec<String> {
    let mut refusals = vec![];
    wait::until(operation, LIMIT, || {
        let outcome = place.try_call(service, operation, params.clone());
        outcome.map_err(|refused| refusals.push(refused.code)).ok()
    });
    refusals.dedup();
    refusals
}

#[test]
fn a_role_cannot_be_assumed_at_once() {
    let (_emulator, proxy, place) = bench(Rule::RoleNotAssumable { seconds: SECONDS });
    let role = create_role(&place, "lambda");
    let refusals = persist(&place, "lambda", "CreateFunction", &function(&role));
    assert_eq!(
        refusals,
        ["InvalidParameterValueException"],
        "{}",
        proxy.record()
    );
}

#[test]
fn a_function_is_pending_and_an_update_in_progress() {
    let (_emulator, proxy, place) = bench(Rule::FunctionPending { seconds: SECONDS });
    proxy.rule(Rule::UpdateInProgress { seconds: SECONDS });
    let role = create_role(&place, "lambda");
    let made = place.call("lambda", "CreateFunction", function(&role));
    assert_eq!(made["State"], "Pending");
    let name = json!({"FunctionName": "f"});
    let seen = place.call("lambda", "GetFunction", name.clone());
    assert_eq!(seen["Configuration"]["State"], "Pending");
    let update = json!({"FunctionName": "f", "Timeout": 7});
    for _ in 0..2 {
        let refusals = persist(&place, "lambda", "UpdateFunctionConfiguration", &update);
        assert_eq!(refusals, ["ResourceConflictException"]);
        let seen = place.call("lambda", "GetFunctionConfiguration", name.clone());
        assert_eq!(seen["LastUpdateStatus"], "InProgress");
    }
    let settled = wait::poll(LIMIT, || {
        let seen = place.call("lambda", "GetFunctionConfiguration", name.clone());
        (seen["State"] == "Active" && seen["LastUpdateStatus"] == "Successful").then_some(())
    });
    assert!(settled.is_some(), "{}", proxy.record());
}

#[test]
fn reads_miss_what_was_just_made() {
    let (_emulator, _proxy, place) = bench(Rule::ReadsMissFresh {
        seconds: SECONDS,
        services: &[],
    });
    create_role(&place, "lambda");
    let api = place.call("apigateway", "CreateRestApi", json!({"name": "api"}));
    place.call("sqs", "CreateQueue", json!({"QueueName": "one"}));
    let lists = |place: &Place| {
        let count = |service, operation, key: &str| {
            let list = place.call(service, operation, json!({}))[key].clone();
            list.as_array().map_or(0, Vec::len)
        };
        [
            count("iam", "ListRoles", "Roles"),
            count("apigateway", "GetRestApis", "items"),
            count("sqs", "ListQueues", "QueueUrls"),
        ]
    };
    assert_eq!(lists(&place), [0, 0, 0]);
    let missed = [
        place.try_call("iam", "GetRole", json!({"RoleName": "lambda"})),
        place.try_call(
            "apigateway",
            "GetResources",
            json!({"restApiId": api["id"]}),
        ),
        place.try_call("sqs", "GetQueueUrl", json!({"QueueName": "one"})),
    ];
    let codes = missed.map(|answer| answer.unwrap_err().code);
    assert_eq!(
        codes,
        [
            "NoSuchEntity",
            "NotFoundException",
            "AWS.SimpleQueueService.NonExistentQueue"
        ]
    );
    sleep(Duration::from_secs_f64(SECONDS));
    assert_eq!(lists(&place), [1, 1, 1]);
}

#[test]
fn a_deleted_queues_name_is_taken_for_a_while() {
    let (_emulator, _proxy, place) = bench(Rule::QueueDeletedRecently { seconds: SECONDS });
    let name = json!({"QueueName": "one"});
    let url = place.call("sqs", "CreateQueue", name.clone())["QueueUrl"].clone();
    place.call("sqs", "DeleteQueue", json!({"QueueUrl": url}));
    let refusals = persist(&place, "sqs", "CreateQueue", &name);
    assert_eq!(refusals, ["AWS.SimpleQueueService.QueueDeletedRecently"]);
}

#[test]
fn a_usage_plan_with_a_stage_stays_and_logging_needs_a_role() {
    let (emulator, proxy, place) = bench(Rule::UsagePlanWithStageRefused {
        deleted_stages_count: false,
    });
    proxy.rule(Rule::LoggingNeedsAccountRole);
    proxy.rule(Rule::UpdateAccountRefusesFreshRole { seconds: SECONDS });
    proxy.rule(Rule::ExecutionLogGroupAppears { seconds: 0.1 });
    let api = staged_api(&place);
    let stage = json!({"restApiId": api, "stageName": "dev"});
    let plan = json!({"name": "plan", "apiStages": [{"apiId": api, "stage": "dev"}]});
    let plan = place.call("apigateway", "CreateUsagePlan", plan)["id"].clone();

    let mut logging = stage.clone();
    logging["patchOperations"] =
        json!([{"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"}]);
    let refused = place
        .try_call("apigateway", "UpdateStage", logging.clone())
        .unwrap_err();
    assert!(
        refused.message.contains("CloudWatch Logs role"),
        "{refused:?}"
    );

    let role = create_role(&place, "apigateway");
    let account = |role: &Value| json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]});
    let missing = account(&json!("arn:aws:iam::111122223333:role/missing"));
    place
        .try_call("apigateway", "UpdateAccount", missing)
        .unwrap_err();
    let refusals = persist(&place, "apigateway", "UpdateAccount", &account(&role));
    assert_eq!(refusals, ["BadRequestException"]);

    place.call("apigateway", "UpdateStage", logging);
    let group = format!("API-Gateway-Execution-Logs_{}/dev", api.as_str().unwrap());
    wait::until("the log group", LIMIT, || {
        emulator
            .inventory()
            .names("log_groups")
            .contains(&group)
            .then_some(())
    });

    let plan = json!({"usagePlanId": plan});
    let refused = place
        .try_call("apigateway", "DeleteUsagePlan", plan.clone())
        .unwrap_err();
    assert!(
        refused.message.contains("has API stages associated"),
        "{refused:?}"
    );
    place.call("apigateway", "DeleteStage", stage);
    place.call("apigateway", "DeleteUsagePlan", plan);
}

#[test]
fn quotas_throttle_and_are_earned_again() {
    let (_emulator, _proxy, place) = bench(Rule::RateLimits { scale: 0.3 });
    place.call("apigateway", "CreateRestApi", json!({"name": "one"}));
    let refusals = persist(
        &place,
        "apigateway",
        "CreateRestApi",
        &json!({"name": "two"}),
    );
    assert_eq!(refusals, ["TooManyRequestsException"]);
}

/// An API with one method, deployed to the stage `dev`; gives its id.
pub(super) fn staged_api(place: &Place) -> Value {
    let api = place.call("apigateway", "CreateRestApi", json!({"name": "api"}));
    let method = json!({"restApiId": api["id"], "resourceId": api["rootResourceId"],
        "httpMethod": "GET", "authorizationType": "NONE"});
    place.call("apigateway", "PutMethod", method);
    let integration = json!({"restApiId": api["id"], "resourceId": api["rootResourceId"],
        "httpMethod": "GET", "type": "MOCK"});
    place.call("apigateway", "PutIntegration", integration);
    let deployment = json!({"restApiId": api["id"], "stageName": "dev"});
    place.call("apigateway", "CreateDeployment", deployment);
    api["id"].clone()
}
