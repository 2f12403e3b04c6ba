//! Who may reach the API, and what is seen of it.
use serde_json::{Value, json};

use super::super::scenario::CHANGED;
use super::api::set_stage;
use super::{Stage, all_of_a_stage, drift};

/// Sets the API's resource policy.
fn let_in(stage: &Stage, policy: &str) {
    let params = json!({"restApiId": stage.id("rest_api_id")});
    stage.patch("UpdateRestApi", params, "/policy", policy);
}

fn alarm(stage: &Stage, kind: &str) -> Value {
    let name = format!("shop-dev-{kind}");
    let found = stage.call(
        "cloudwatch",
        "DescribeAlarms",
        json!({"AlarmNames": [name]}),
    );
    found["MetricAlarms"][0].clone()
}

/// Puts an alarm again with another value.
fn put_alarm(stage: &Stage, kind: &str, field: &str, value: Value) {
    let found = alarm(stage, kind);
    let kept = [
        "AlarmName",
        "ActionsEnabled",
        "OKActions",
        "AlarmActions",
        "MetricName",
        "Namespace",
        "Statistic",
        "Dimensions",
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
    ];
    let mut params = json!({});
    for name in kept {
        params[name] = found[name].clone();
    }
    params[field] = value;
    stage.call("cloudwatch", "PutMetricAlarm", params);
}

#[test]
fn who_may_reach_it_and_what_is_seen() {
    let drifts = [
        drift("resource policy", |stage| let_in(stage, "")),
        drift("policy", |stage| {
            let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]});
            let_in(stage, &all.to_string());
        }),
        drift("tracingEnabled", |stage| {
            set_stage(stage, "/tracingEnabled", "false")
        }),
        drift("TracingConfig", |stage| {
            let params =
                json!({"FunctionName": "shop-dev", "TracingConfig": {"Mode": "PassThrough"}});
            stage.call("lambda", "UpdateFunctionConfiguration", params);
        }),
        drift("accessLogSettings/format", |stage| {
            set_stage(stage, "/accessLogSettings/format", "$context.requestId")
        }),
        drift("accessLogSettings/destinationArn", |stage| {
            let elsewhere = "arn:aws:logs:eu-west-1:000000000000:log-group:theirs";
            set_stage(stage, "/accessLogSettings/destinationArn", elsewhere);
        }),
        drift("accessLogSettings/format", |stage| {
            let operations = json!([{"op": "remove", "path": "/accessLogSettings"}]);
            let params = json!({"stageName": "dev", "patchOperations": operations});
            stage.api("UpdateStage", params);
        }),
        drift("RetentionInDays", |stage| {
            let group = json!({"logGroupName": "/aws/apigateway/shop-dev"});
            stage.call("logs", "DeleteRetentionPolicy", group);
        }),
        drift("access log group", |stage| {
            let group = json!({"logGroupName": "/aws/apigateway/shop-dev"});
            stage.call("logs", "DeleteLogGroup", group);
        }),
        drift("shop-dev-errors Threshold", |stage| {
            put_alarm(stage, "errors", "Threshold", json!(9.0));
        }),
        drift("shop-dev-dead-letters ActionsEnabled", |stage| {
            let names = json!({"AlarmNames": ["shop-dev-dead-letters"]});
            stage.call("cloudwatch", "DisableAlarmActions", names);
        }),
        drift("shop-dev-throttles AlarmActions", |stage| {
            put_alarm(stage, "throttles", "AlarmActions", json!([]));
        }),
        drift("shop-dev-oldest-message Dimensions", |stage| {
            let other = json!([{"Name": "QueueName", "Value": "other.fifo"}]);
            put_alarm(stage, "oldest-message", "Dimensions", other);
        }),
        drift("shop-dev-server-errors Namespace", |stage| {
            let names = json!({"AlarmNames": ["shop-dev-server-errors"]});
            stage.call("cloudwatch", "DeleteAlarms", names);
        }),
    ];
    all_of_a_stage(CHANGED, &drifts);
}
