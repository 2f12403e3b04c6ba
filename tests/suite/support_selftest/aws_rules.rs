//! The rules that came with the review of every call: what AWS refuses, hides or shows later.
use std::time::Duration;

use serde_json::{Value, json};

use super::rules::{SECONDS, bench, create_role, function, persist, staged_api};
use crate::support::boto::{Place, Refused};
use crate::support::proxy::Rule;
use crate::support::wait;

fn refused(place: &Place, service: &str, operation: &str, params: Value) -> Refused {
    place.try_call(service, operation, params).unwrap_err()
}

fn patch(params: Value, op: &str, path: &str, value: Value) -> Value {
    let mut params = params;
    params["patchOperations"] = json!([{"op": op, "path": path, "value": value}]);
    params
}

#[test]
fn an_api_that_is_updating_is_not_deployed() {
    let (_emulator, _proxy, place) = bench(Rule::ApiUpdating { seconds: SECONDS });
    let api = place.call("apigateway", "CreateRestApi", json!({"name": "api"}))["id"].clone();
    let deployment = json!({"restApiId": api});
    let seen = refused(&place, "apigateway", "CreateDeployment", deployment.clone());
    assert!(seen.message.contains("apiStatus is UPDATING"), "{seen:?}");
    let resources = place.call("apigateway", "GetResources", json!({"restApiId": api}));
    let method = json!({"restApiId": api, "resourceId": resources["items"][0]["id"],
        "httpMethod": "GET", "authorizationType": "NONE"});
    place.call("apigateway", "PutMethod", method.clone());
    let mut integration = method;
    integration["type"] = json!("MOCK");
    integration
        .as_object_mut()
        .unwrap()
        .remove("authorizationType");
    place.call("apigateway", "PutIntegration", integration);
    persist(&place, "apigateway", "CreateDeployment", &deployment);
}

#[test]
fn a_quota_that_is_reached_is_told_in_each_services_way() {
    let (_emulator, proxy, place) = bench(Rule::ClearingRefused);
    let role = create_role(&place, "lambda");
    for (service, operation, params, status, code) in [
        (
            "iam",
            "CreateRole",
            json!({"RoleName": "r", "AssumeRolePolicyDocument": "{}"}),
            409,
            "LimitExceeded",
        ),
        (
            "apigateway",
            "CreateRestApi",
            json!({"name": "n"}),
            429,
            "LimitExceededException",
        ),
        (
            "lambda",
            "CreateFunction",
            function(&role),
            400,
            "CodeStorageExceededException",
        ),
        (
            "sqs",
            "SetQueueAttributes",
            json!({"QueueUrl": "http://x/1/q", "Attributes": {}}),
            400,
            "OverLimit",
        ),
        (
            "logs",
            "CreateLogGroup",
            json!({"logGroupName": "g"}),
            400,
            "LimitExceededException",
        ),
    ] {
        proxy.rule(Rule::QuotaReached { operation });
        let seen = refused(&place, service, operation, params);
        assert_eq!(
            (seen.status, seen.code.as_str()),
            (status, code),
            "{seen:?}"
        );
    }
}

#[test]
fn lists_without_tags_and_reads_with_them() {
    let (_emulator, _proxy, place) = bench(Rule::ListsWithoutTags);
    let tags = json!({"a": "b"});
    let key = place.call(
        "apigateway",
        "CreateApiKey",
        json!({"name": "k", "tags": tags}),
    );
    place.call(
        "apigateway",
        "CreateRestApi",
        json!({"name": "n", "tags": tags}),
    );
    for list in ["GetApiKeys", "GetRestApis"] {
        let items = place.call("apigateway", list, json!({}))["items"].clone();
        assert!(
            items[0]["id"].is_string() && items[0]["tags"].is_null(),
            "{items}"
        );
    }
    let one = place.call("apigateway", "GetApiKey", json!({"apiKey": key["id"]}));
    assert_eq!(one["tags"], tags);
    let arn = format!(
        "arn:aws:apigateway:eu-west-1::/apikeys/{}",
        key["id"].as_str().unwrap()
    );
    let all = place.call("apigateway", "GetTags", json!({"resourceArn": arn}));
    assert_eq!(all["tags"], tags);
}

#[test]
fn so_many_changes_in_a_hundred_meet_another() {
    let (_emulator, _proxy, place) = bench(Rule::ConcurrentModification { percent: 30 });
    let api = place.call("apigateway", "CreateRestApi", json!({"name": "api"}));
    let change = patch(
        json!({"restApiId": api["id"]}),
        "replace",
        "/name",
        json!("b"),
    );
    let tries = (0..100).map(|_| place.try_call("apigateway", "UpdateRestApi", change.clone()));
    let refusals: Vec<Refused> = tries.filter_map(Result::err).collect();
    assert!((20..=40).contains(&refusals.len()), "{}", refusals.len());
    let one = &refusals[0];
    assert_eq!((one.status, one.code.as_str()), (409, "ConflictException"));
    assert!(one.message.contains("concurrent modification"), "{one:?}");
}

#[test]
fn usage_plans_and_stages_that_are_new_or_gone() {
    let (_emulator, proxy, place) = bench(Rule::StageNotSeen { seconds: SECONDS });
    proxy.rule(Rule::InvalidApiStage);
    let api = staged_api(&place);
    let deployments = place.call("apigateway", "GetDeployments", json!({"restApiId": api}));
    let stage = json!({"restApiId": api, "stageName": "new", "deploymentId": deployments["items"][0]["id"]});
    place.call("apigateway", "CreateStage", stage);
    let plan = json!({"name": "p", "apiStages": [{"apiId": api, "stage": "new"}]});
    let seen = refused(&place, "apigateway", "CreateUsagePlan", plan.clone());
    assert!(
        seen.message.starts_with("API Stage not found: "),
        "{seen:?}"
    );
    persist(&place, "apigateway", "CreateUsagePlan", &plan);
    let plans = place.call("apigateway", "GetUsagePlans", json!({}));
    place.call(
        "apigateway",
        "DeleteStage",
        json!({"restApiId": api, "stageName": "new"}),
    );
    let gone = json!(format!("{}:new", api.as_str().unwrap()));
    let remove = patch(
        json!({"usagePlanId": plans["items"][0]["id"]}),
        "remove",
        "/apiStages",
        gone,
    );
    let seen = refused(&place, "apigateway", "UpdateUsagePlan", remove);
    assert_eq!(
        (seen.status, seen.code.as_str()),
        (404, "NotFoundException")
    );
    assert!(
        seen.message.starts_with("Invalid API Stage {api: "),
        "{seen:?}"
    );
}

#[test]
fn clearing_the_accounts_role_is_refused_and_setting_it_is_not() {
    let (_emulator, _proxy, place) = bench(Rule::ClearingRefused);
    let role = create_role(&place, "apigateway");
    let set = patch(json!({}), "replace", "/cloudwatchRoleArn", role);
    place.call("apigateway", "UpdateAccount", set);
    let clear = patch(json!({}), "replace", "/cloudwatchRoleArn", json!(""));
    let seen = refused(&place, "apigateway", "UpdateAccount", clear);
    assert_eq!(
        (seen.status, seen.code.as_str()),
        (400, "BadRequestException")
    );
}

#[test]
fn a_fresh_queues_tags_come_late() {
    let (_emulator, _proxy, place) = bench(Rule::QueueTagsLate { seconds: SECONDS });
    let queue = json!({"QueueName": "one", "tags": {"a": "b"}});
    let url = place.call("sqs", "CreateQueue", queue)["QueueUrl"].clone();
    let tags = || place.call("sqs", "ListQueueTags", json!({"QueueUrl": url}))["Tags"].clone();
    assert_eq!(tags(), Value::Null);
    let shown = wait::poll(Duration::from_secs(10), || {
        (tags() == json!({"a": "b"})).then_some(())
    });
    assert!(shown.is_some());
}

#[test]
fn a_fresh_role_cannot_be_changed_for_a_while() {
    let (_emulator, _proxy, place) = bench(Rule::RoleUnmodifiable { seconds: SECONDS });
    create_role(&place, "lambda");
    let tag = json!({"RoleName": "lambda", "Tags": [{"Key": "a", "Value": "b"}]});
    let refusals = persist(&place, "iam", "TagRole", &tag);
    assert_eq!(refusals, ["EntityTemporarilyUnmodifiable"]);
}

#[test]
fn a_fresh_access_key_is_not_known_at_once() {
    let (emulator, proxy, place) = bench(Rule::ClearingRefused);
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let user = place.acting_as(&emulator.create_user("new", &policy));
    proxy.rule(Rule::KeyNotYetKnown { seconds: SECONDS });
    let refusals = persist(&user, "sts", "GetCallerIdentity", &json!({}));
    assert_eq!(refusals, ["InvalidClientTokenId"]);
}

/// The stage's own URL answers 403 for a while.
#[test]
fn the_data_plane_does_not_know_a_new_stage_at_once() {
    let (_emulator, proxy, place) = bench(Rule::FirstInvokesForbidden { seconds: SECONDS });
    let api = staged_api(&place);
    let deployments = place.call("apigateway", "GetDeployments", json!({"restApiId": api}));
    let stage = json!({"restApiId": api, "stageName": "new", "deploymentId": deployments["items"][0]["id"]});
    place.call("apigateway", "CreateStage", stage);
    let url = format!(
        "{}/restapis/{}/new/_user_request_/",
        proxy.endpoint(),
        api.as_str().unwrap()
    );
    let status = || {
        let get = super::http_get(&url, "");
        get.split(' ').nth(1).map(str::to_owned)
    };
    assert_eq!(status().as_deref(), Some("403"));
    let later = wait::poll(Duration::from_secs(10), || {
        (status()? != "403").then_some(())
    });
    assert!(later.is_some());
}
