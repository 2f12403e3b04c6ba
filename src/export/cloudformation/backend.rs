//! What stands behind the API, and what watches it.

use super::super::alarms;
use super::super::piece::{Piece, key, set};
use super::template::{BUCKET, KEY, Template, tags, word};
use serde_json::{Map, Value, json};

pub(super) fn role(template: &mut Template, piece: &mut Piece) {
    let policy =
        json!([{"PolicyName": "gatewayq", "PolicyDocument": piece.take("PolicyDocument")}]);
    let properties = set([
        ("RoleName", json!(piece.name)),
        (
            "Description",
            json!("What the function of a gatewayq stage may do"),
        ),
        (
            "AssumeRolePolicyDocument",
            piece.take("AssumeRolePolicyDocument"),
        ),
        ("PermissionsBoundary", piece.take("PermissionsBoundary")),
        ("Policies", policy),
        ("Tags", tags(piece.tags())),
    ]);
    let id = template.add("Role", "AWS::IAM::Role", properties);
    template.attribute(piece, "arn", &id, "Arn");
    template.attribute(piece, "id", &id, "RoleId");
}

pub(super) fn queue(template: &mut Template, piece: &mut Piece) {
    let id = match piece.kind {
        "queue" => "Queue",
        _ => "DeadLetterQueue",
    };
    let properties = set([
        ("QueueName", json!(piece.name)),
        ("FifoQueue", piece.scalar("FifoQueue")),
        (
            "ContentBasedDeduplication",
            piece.scalar("ContentBasedDeduplication"),
        ),
        ("DeduplicationScope", piece.take("DeduplicationScope")),
        ("FifoThroughputLimit", piece.take("FifoThroughputLimit")),
        ("VisibilityTimeout", piece.scalar("VisibilityTimeout")),
        (
            "MessageRetentionPeriod",
            piece.scalar("MessageRetentionPeriod"),
        ),
        ("MaximumMessageSize", piece.scalar("MaximumMessageSize")),
        ("KmsMasterKeyId", piece.take("KmsMasterKeyId")),
        ("SqsManagedSseEnabled", piece.scalar("SqsManagedSseEnabled")),
        ("RedrivePolicy", piece.take("RedrivePolicy")),
        ("Tags", tags(piece.tags())),
    ]);
    let id = template.add(id, "AWS::SQS::Queue", properties);
    template.refer(piece, "url", &id);
    let policy = piece.take("Policy");
    if !policy.is_null() {
        let properties = json!({"Queues": [piece.own("url")], "PolicyDocument": policy});
        template.add("QueuePolicy", "AWS::SQS::QueuePolicy", properties);
        template.output(
            "QueueUrl",
            "What the workers take tasks from",
            json!(piece.own("url")),
        );
    }
}

pub(super) fn log_group(template: &mut Template, piece: &mut Piece) {
    let id = match piece.kind {
        "log group" => "FunctionLogGroup",
        "execution log group" => "ExecutionLogGroup",
        _ => "AccessLogGroup",
    };
    let properties = set([
        ("LogGroupName", json!(piece.name)),
        ("RetentionInDays", piece.scalar("RetentionInDays")),
        ("Tags", tags(piece.tags())),
    ]);
    template.add(id, "AWS::Logs::LogGroup", properties);
}

pub(super) fn function(template: &mut Template, piece: &mut Piece) {
    let vpc = set([
        ("SubnetIds", piece.items("VpcConfig subnet")),
        ("SecurityGroupIds", piece.items("VpcConfig security group")),
    ]);
    let is_in_vpc = vpc.as_object().is_some_and(|vpc| !vpc.is_empty());
    let properties = set([
        ("FunctionName", json!(piece.name)),
        ("Description", piece.take("Description")),
        ("Role", piece.take("Role")),
        ("Runtime", piece.take("Runtime")),
        ("Handler", piece.take("Handler")),
        ("Architectures", json!([piece.take("Architectures")])),
        (
            "Code",
            json!({"S3Bucket": {"Ref": BUCKET}, "S3Key": {"Ref": KEY}}),
        ),
        ("MemorySize", piece.scalar("MemorySize")),
        ("Timeout", piece.scalar("Timeout")),
        (
            "EphemeralStorage",
            json!({"Size": piece.scalar("EphemeralStorage")}),
        ),
        (
            "Environment",
            json!({"Variables": piece.take("Environment")}),
        ),
        ("VpcConfig", if is_in_vpc { vpc } else { Value::Null }),
        (
            "TracingConfig",
            json!({"Mode": piece.take("TracingConfig")}),
        ),
        ("Tags", tags(piece.tags())),
    ]);
    template.add("Function", "AWS::Lambda::Function", properties);
    // The code is the zip's, and the rest tells how the function is.
    piece.pass_over(&["CodeSha256", "State", "RoleId"]);
}

pub(super) fn results_table(template: &mut Template, piece: &mut Piece) {
    let (name, kind) = key(piece);
    let encryption = match piece.take("KMSMasterKeyId") {
        Value::Null => Value::Null,
        id => json!({"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": id}),
    };
    let properties = set([
        ("TableName", json!(piece.name)),
        (
            "AttributeDefinitions",
            json!([{"AttributeName": name, "AttributeType": "S"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": name, "KeyType": kind}]),
        ),
        ("BillingMode", piece.take("BillingMode")),
        ("SSESpecification", encryption),
        (
            "TimeToLiveSpecification",
            json!({"AttributeName": piece.take("TimeToLive"), "Enabled": true}),
        ),
        ("Tags", tags(piece.tags())),
    ]);
    template.add("ResultsTable", "AWS::DynamoDB::Table", properties);
    piece.pass_over(&["TableStatus"]);
}

pub(super) fn reserved_concurrency(template: &mut Template, piece: &mut Piece) {
    let name = "ReservedConcurrentExecutions";
    let executions = piece.scalar(name);
    template.set("Function", name, executions);
}

/// A version is what the function is when it is published, so another function is another version under another
/// logical id. The alias is made with it: the API's permission is to invoke that.
pub(super) fn version(template: &mut Template, piece: &mut Piece) {
    let function = json!({"Ref": "Function"});
    let id = format!("Version{}", template.fingerprint("Function"));
    let properties = json!({"FunctionName": function});
    let id = template.add(&id, "AWS::Lambda::Version", properties);
    template.attribute(piece, "number", &id, "Version");
    let properties = json!({
        "FunctionName": function,
        "FunctionVersion": piece.own("number"),
        "Name": piece.take("alias"),
    });
    template.add("Alias", "AWS::Lambda::Alias", properties);
    piece.pass_over(&["Version"]);
}

/// The alias is there; what it names is the newest version.
pub(super) fn alias(template: &mut Template, piece: &mut Piece) {
    piece.pass_over(&["FunctionVersion", "RoutingConfig", "Description"]);
    template.leave(
        "earlier versions, and a canary",
        "the stack has the newest version alone: end a canary before, and go back by an earlier export",
    );
}

pub(super) fn permission(template: &mut Template, piece: &mut Piece) {
    let statement = piece.take("Statement");
    template.add(
        "Permission",
        "AWS::Lambda::Permission",
        invocation(&statement),
    );
}

/// The properties of a permission, of a statement of a function's policy.
pub(super) fn invocation(statement: &Value) -> Value {
    json!({
        "FunctionName": statement["Resource"],
        "Action": statement["Action"],
        "Principal": statement["Principal"]["Service"],
        "SourceArn": statement["Condition"]["ArnLike"]["AWS:SourceArn"],
    })
}

/// What the account has once, for all of its APIs.
pub(super) fn account_logging(template: &mut Template, piece: &mut Piece) {
    let properties = set([
        ("RoleName", piece.take("role")),
        (
            "Description",
            json!("API Gateway's logs of this account and region"),
        ),
        (
            "AssumeRolePolicyDocument",
            piece.take("AssumeRolePolicyDocument"),
        ),
        ("ManagedPolicyArns", json!([piece.take("AttachedPolicy")])),
        ("PermissionsBoundary", piece.take("PermissionsBoundary")),
        ("Tags", tags(piece.tags())),
    ]);
    let role = template.add("LoggingRole", "AWS::IAM::Role", properties);
    let properties = json!({"CloudWatchRoleArn": {"Fn::GetAtt": [role, "Arn"]}});
    piece.pass_over(&["cloudwatchRoleArn"]);
    let account = template.add("Account", "AWS::ApiGateway::Account", properties);
    for id in [role, account] {
        template.optional(
            &id,
            "AccountLogging",
            "false where the account has a role for API Gateway's logs already: it is one for all APIs of account and Region",
        );
    }
    template.leave(
        "whether the account has a logging role",
        "a deploy of gatewayq leaves a live role of another as it is; here the parameter AccountLogging says so",
    );
}

pub(super) fn alarms(template: &mut Template, piece: &mut Piece) {
    let common = tags(alarms::tags(piece));
    for (name, fields) in alarms::of(piece) {
        let mut properties: Map<String, Value> = fields.into_iter().collect();
        properties.insert("AlarmName".to_owned(), json!(name));
        if !common.is_null() {
            properties.insert("Tags".to_owned(), common.clone());
        }
        let kind = name.strip_prefix(&format!("{}-", piece.name));
        let id = format!("Alarm{}", word(kind.unwrap_or(&name)));
        template.add(&id, "AWS::CloudWatch::Alarm", properties.into());
    }
}
