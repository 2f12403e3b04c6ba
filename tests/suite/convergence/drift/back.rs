//! Behind the function: its role, the queues, its log, and itself.
use serde_json::{Value, json};

use super::super::scenario::FIRST;
use super::{Drift, Stage, all_are_named_and_repaired, all_of_a_stage, drift};

const ROLE: &str = "shop-dev-eu-west-1";
const ANOTHER_DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:PurgeQueue","Resource":"*"}]}"#;

#[test]
fn the_role_and_the_logs() {
    all_are_named_and_repaired(&[
        drift("AssumeRolePolicyDocument", |stage| {
            let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
            let params = json!({"RoleName": ROLE, "PolicyDocument": trust});
            stage.call("iam", "UpdateAssumeRolePolicy", params);
        }),
        drift("PolicyDocument", |stage| {
            let params = json!({"RoleName": ROLE, "PolicyName": "gatewayq", "PolicyDocument": ANOTHER_DOCUMENT});
            stage.call("iam", "PutRolePolicy", params);
        }),
        drift("PolicyDocument", |stage| {
            let params = json!({"RoleName": ROLE, "PolicyName": "gatewayq"});
            stage.call("iam", "DeleteRolePolicy", params);
        }),
        drift("RetentionInDays", |stage| {
            let params = json!({"logGroupName": "/aws/lambda/shop-dev", "retentionInDays": 1});
            stage.call("logs", "PutRetentionPolicy", params);
        }),
        drift("RetentionInDays", |stage| {
            let params = json!({"logGroupName": "/aws/lambda/shop-dev"});
            stage.call("logs", "DeleteRetentionPolicy", params);
        }),
        drift("missing  log group", |stage| {
            let params = json!({"logGroupName": "/aws/lambda/shop-dev"});
            stage.call("logs", "DeleteLogGroup", params);
        }),
        drift("RetentionInDays", |stage| {
            let group = execution_log(stage);
            stage.call(
                "logs",
                "DeleteRetentionPolicy",
                json!({"logGroupName": group}),
            );
        }),
        // As API Gateway makes it by itself: no tags, kept for ever.
        drift("tag gatewayq:app", |stage| {
            let group = execution_log(stage);
            stage.call("logs", "DeleteLogGroup", json!({"logGroupName": group}));
            stage.call("logs", "CreateLogGroup", json!({"logGroupName": group}));
        }),
    ]);
}

fn execution_log(stage: &Stage) -> String {
    let api = stage.id("rest_api_id");
    format!("API-Gateway-Execution-Logs_{}/dev", api.as_str().unwrap())
}

fn set_queue(stage: &Stage, queue: &str, name: &str, value: &str) {
    let params = json!({"QueueUrl": stage.id(queue), "Attributes": {name: value}});
    stage.call("sqs", "SetQueueAttributes", params);
}

#[test]
fn the_queues() {
    let drifts: [Drift; 10] = [
        drift("VisibilityTimeout", |stage| {
            set_queue(stage, "queue_url", "VisibilityTimeout", "7");
        }),
        drift("MessageRetentionPeriod", |stage| {
            set_queue(stage, "queue_url", "MessageRetentionPeriod", "600");
        }),
        drift("MaximumMessageSize", |stage| {
            set_queue(stage, "queue_url", "MaximumMessageSize", "262144");
        }),
        drift("ContentBasedDeduplication", |stage| {
            set_queue(stage, "queue_url", "ContentBasedDeduplication", "true");
        }),
        drift("DeduplicationScope", |stage| {
            set_queue(stage, "queue_url", "DeduplicationScope", "queue");
        }),
        drift("FifoThroughputLimit", |stage| {
            set_queue(stage, "queue_url", "FifoThroughputLimit", "perQueue");
        }),
        drift("SqsManagedSseEnabled", |stage| {
            set_queue(stage, "queue_url", "SqsManagedSseEnabled", "false");
        }),
        drift("RedrivePolicy", |stage| {
            let queue = stage.id("dead_letter_queue_url");
            let params = json!({"QueueUrl": queue, "AttributeNames": ["QueueArn"]});
            let arn =
                stage.call("sqs", "GetQueueAttributes", params)["Attributes"]["QueueArn"].clone();
            let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": 99}).to_string();
            set_queue(stage, "queue_url", "RedrivePolicy", &redrive);
        }),
        drift("Policy", |stage| {
            set_queue(stage, "queue_url", "Policy", ANOTHER_DOCUMENT);
        }),
        drift("MessageRetentionPeriod", |stage| {
            set_queue(
                stage,
                "dead_letter_queue_url",
                "MessageRetentionPeriod",
                "600",
            );
        }),
    ];
    all_are_named_and_repaired(&drifts);
}

fn configure(stage: &Stage, change: Value) {
    let mut params = change;
    params["FunctionName"] = json!("shop-dev");
    stage.call("lambda", "UpdateFunctionConfiguration", params);
}

/// An empty zip archive.
const ZIP: &str = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

#[test]
fn the_function() {
    all_are_named_and_repaired(&[
        drift("MemorySize", |stage| {
            configure(stage, json!({"MemorySize": 512}))
        }),
        drift("EphemeralStorage", |stage| {
            configure(stage, json!({"EphemeralStorage": {"Size": 1024}}))
        }),
        drift("Timeout", |stage| configure(stage, json!({"Timeout": 3}))),
        drift("Runtime", |stage| {
            configure(stage, json!({"Runtime": "provided.al2"}))
        }),
        drift("Handler", |stage| {
            configure(stage, json!({"Handler": "other"}))
        }),
        drift("Role", |stage| {
            let role = "arn:aws:iam::111122223333:role/gatewayq-apigateway-logs-eu-west-1";
            configure(stage, json!({"Role": role}));
        }),
        drift("Environment QUEUE_URL", |stage| {
            configure(
                stage,
                json!({"Environment": {"Variables": {"QUEUE_URL": "elsewhere"}}}),
            );
        }),
        drift("Environment DEBUG", |stage| {
            let queue = stage.id("queue_url");
            configure(
                stage,
                json!({"Environment": {"Variables": {"QUEUE_URL": queue, "DEBUG": "1"}}}),
            );
        }),
        drift("CodeSha256", |stage| {
            let params = json!({"FunctionName": "shop-dev", "ZipFile": {"__bytes__": ZIP}});
            stage.call("lambda", "UpdateFunctionCode", params);
        }),
        // Without a build, the code is compared with this tag.
        drift("CodeSha256", |stage| {
            let arn = "arn:aws:lambda:eu-west-1:111122223333:function:shop-dev";
            let params = json!({"Resource": arn, "Tags": {"gatewayq:code": "x"}});
            stage.call("lambda", "TagResource", params);
        }),
        drift("permission", |stage| {
            let params = json!({"FunctionName": "shop-dev", "Qualifier": "live", "StatementId": "gatewayq-live"});
            stage.call("lambda", "RemovePermission", params);
        }),
        drift("Statement", |stage| {
            let params = json!({"FunctionName": "shop-dev", "Qualifier": "live", "StatementId": "gatewayq-live"});
            stage.call("lambda", "RemovePermission", params);
            let params = json!({"FunctionName": "shop-dev", "Qualifier": "live", "StatementId": "gatewayq-live",
                "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
                "SourceArn": "arn:aws:execute-api:eu-west-1:111122223333:other/*/*/*"});
            stage.call("lambda", "AddPermission", params);
        }),
        drift("function", |stage| {
            stage.call(
                "lambda",
                "DeleteFunction",
                json!({"FunctionName": "shop-dev"}),
            );
        }),
    ]);
}

fn network(stage: &Stage, subnet: &str, group: &str) {
    let vpc = json!({"SubnetIds": [subnet], "SecurityGroupIds": [group]});
    configure(stage, json!({"VpcConfig": vpc}));
}

#[test]
fn the_functions_network_and_reserved_executions() {
    let config = format!(
        "{FIRST}[function]\nreserved_concurrency = 5\n[function.vpc]\nsubnets = [\"subnet-a1\"]\nsecurity_groups = [\"sg-a1\"]\n"
    );
    let drifts = [
        drift("VpcConfig subnet", |stage| {
            network(stage, "subnet-b2", "sg-a1")
        }),
        drift("VpcConfig security group", |stage| {
            network(stage, "subnet-a1", "sg-b2")
        }),
        drift("VpcConfig subnet", |stage| {
            let none = json!({"SubnetIds": [], "SecurityGroupIds": []});
            configure(stage, json!({"VpcConfig": none}));
        }),
        drift("ReservedConcurrentExecutions", |stage| {
            let params = json!({"FunctionName": "shop-dev", "ReservedConcurrentExecutions": 0});
            stage.call("lambda", "PutFunctionConcurrency", params);
        }),
        drift("ReservedConcurrentExecutions", |stage| {
            stage.call(
                "lambda",
                "DeleteFunctionConcurrency",
                json!({"FunctionName": "shop-dev"}),
            );
        }),
        drift("missing  reserved concurrency", |stage| {
            stage.call(
                "lambda",
                "DeleteFunction",
                json!({"FunctionName": "shop-dev"}),
            );
        }),
    ];
    all_of_a_stage(&config, &drifts);
}
