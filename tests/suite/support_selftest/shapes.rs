//! The shape run's answers, member by member as they were recorded on AWS.
use serde_json::{Value, json};

use super::rules::{bench, create_role, function, staged_api};
use crate::support::proxy::Rule;

#[test]
fn api_gateway_fills_defaults_in_and_leaves_empty_things_out() {
    let (_emulator, _proxy, place) = bench(Rule::AwsShapes);
    let api = staged_api(&place);
    let apis = place.call("apigateway", "GetRestApis", json!({}));
    assert_eq!(apis["items"][0]["tags"], Value::Null, "{apis}");
    assert_eq!(apis["items"][0]["apiKeySource"], "HEADER");
    let one = place.call("apigateway", "GetRestApi", json!({"restApiId": api}));
    assert_eq!(one["tags"], json!({}));
    let about = json!({"restApiId": api, "stageName": "dev", "patchOperations": [
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "3"}]});
    let stage = place.call("apigateway", "UpdateStage", about);
    let settings = &stage["methodSettings"]["*/*"];
    assert_eq!(
        settings["throttlingRateLimit"].to_string(),
        "3.0",
        "{stage}"
    );
    assert_eq!(
        (&settings["throttlingBurstLimit"], &settings["loggingLevel"]),
        (&json!(5000), &Value::Null),
        "{stage}"
    );
    let all = json!({"restApiId": api, "embed": ["methods"]});
    let resources = place.call("apigateway", "GetResources", all);
    let root = &resources["items"][0];
    let integration = &root["resourceMethods"]["GET"]["methodIntegration"];
    assert_eq!(integration["cacheNamespace"], root["id"], "{resources}");
    let throttle = json!({"name": "p", "throttle": {"rateLimit": 10, "burstLimit": 20}});
    let plan = place.call("apigateway", "CreateUsagePlan", throttle);
    assert_eq!(plan["throttle"]["rateLimit"].to_string(), "10.0", "{plan}");
    assert_eq!(plan["quota"], Value::Null, "{plan}");
}

#[test]
fn policies_come_back_in_other_words() {
    let (_emulator, _proxy, place) = bench(Rule::AwsShapes);
    let role = create_role(&place, "lambda");
    let read = place.call("iam", "GetRole", json!({"RoleName": "lambda"}));
    let trust = &read["Role"]["AssumeRolePolicyDocument"];
    assert_eq!(trust["Statement"][0]["Action"], "sts:AssumeRole", "{read}");
    assert_eq!(read["Role"]["Tags"], Value::Null, "{read}");
    place.call("lambda", "CreateFunction", function(&role));
    let statement = json!({"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com", "SourceArn": "arn:aws:execute-api:eu-west-1:111122223333:a/dev/*/*"});
    place.call("lambda", "AddPermission", statement);
    let with = place.call("lambda", "GetPolicy", json!({"FunctionName": "f"}));
    let text = with["Policy"].as_str().unwrap().to_owned();
    let straight = _emulator.call("lambda", "GetPolicy", json!({"FunctionName": "f"}));
    let plain = straight["Policy"].as_str().unwrap();
    let key = |text: &str| text.contains("\"AWS:SourceArn\"");
    assert_ne!(key(&text), key(plain), "{text} {plain}");
}

#[test]
fn queues_and_log_groups_as_aws_shows_them() {
    let (_emulator, _proxy, place) = bench(Rule::AwsShapes);
    let url = place.call("sqs", "CreateQueue", json!({"QueueName": "one"}))["QueueUrl"].clone();
    let tags = place.call("sqs", "ListQueueTags", json!({"QueueUrl": url}));
    assert_eq!(tags, json!({}));
    place.call("logs", "CreateLogGroup", json!({"logGroupName": "g"}));
    let groups = place.call("logs", "DescribeLogGroups", json!({}));
    let arn = groups["logGroups"][0]["arn"].as_str().unwrap();
    assert!(arn.ends_with(":*"), "{groups}");
    assert_eq!(groups["logGroups"][0]["retentionInDays"], Value::Null);
    let arn = groups["logGroups"][0]["logGroupArn"].clone();
    let tags = place.call("logs", "ListTagsForResource", json!({"resourceArn": arn}));
    assert_eq!(tags, json!({"tags": {}}));
}
