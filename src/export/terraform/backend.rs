//! What stands behind the API, and what watches it.

use super::super::piece::{Piece, key, set};
use super::super::{CODE, alarms};
use super::module::{Module, document, tags, word};
use serde_json::{Map, Value, json};

const FUNCTION: (&str, &str) = ("aws_lambda_function", "function");

pub(super) fn role(module: &mut Module, piece: &mut Piece) {
    let policy = document(&piece.take("PolicyDocument"));
    let body = set([
        ("name", json!(piece.name)),
        (
            "description",
            json!("What the function of a gatewayq stage may do"),
        ),
        (
            "assume_role_policy",
            document(&piece.take("AssumeRolePolicyDocument")),
        ),
        ("permissions_boundary", piece.take("PermissionsBoundary")),
        ("tags", tags(piece.tags())),
    ]);
    module.add("aws_iam_role", "function", body, &piece.name);
    module.refer(piece, "arn", "aws_iam_role.function.arn");
    module.refer(piece, "id", "aws_iam_role.function.unique_id");
    let role = module.expression("aws_iam_role.function.name");
    let body = json!({"name": "gatewayq", "role": role, "policy": policy});
    let import = format!("{}:gatewayq", piece.name);
    module.add("aws_iam_role_policy", "function", body, &import);
}

pub(super) fn queue(module: &mut Module, piece: &mut Piece) {
    let name = match piece.kind {
        "queue" => "queue",
        _ => "dead_letters",
    };
    let body = set([
        ("name", json!(piece.name)),
        ("fifo_queue", piece.scalar("FifoQueue")),
        (
            "content_based_deduplication",
            piece.scalar("ContentBasedDeduplication"),
        ),
        ("deduplication_scope", piece.take("DeduplicationScope")),
        ("fifo_throughput_limit", piece.take("FifoThroughputLimit")),
        (
            "visibility_timeout_seconds",
            piece.scalar("VisibilityTimeout"),
        ),
        (
            "message_retention_seconds",
            piece.scalar("MessageRetentionPeriod"),
        ),
        ("max_message_size", piece.scalar("MaximumMessageSize")),
        ("kms_master_key_id", piece.take("KmsMasterKeyId")),
        (
            "sqs_managed_sse_enabled",
            piece.scalar("SqsManagedSseEnabled"),
        ),
        ("redrive_policy", document(&piece.take("RedrivePolicy"))),
        ("tags", tags(piece.tags())),
    ]);
    let url = piece.own("url");
    module.add("aws_sqs_queue", name, body, &url);
    module.refer(piece, "url", &format!("aws_sqs_queue.{name}.url"));
    let policy = piece.take("Policy");
    if !policy.is_null() {
        let body = json!({"queue_url": url, "policy": document(&policy)});
        module.add("aws_sqs_queue_policy", name, body, &url);
        module.output("queue_url", json!(url));
    }
}

pub(super) fn log_group(module: &mut Module, piece: &mut Piece) {
    let name = match piece.kind {
        "log group" => "function",
        "execution log group" => "execution",
        _ => "access",
    };
    let body = set([
        ("name", json!(piece.name)),
        ("retention_in_days", piece.scalar("RetentionInDays")),
        ("tags", tags(piece.tags())),
    ]);
    module.add("aws_cloudwatch_log_group", name, body, &piece.name);
}

pub(super) fn function(module: &mut Module, piece: &mut Piece) {
    let vpc = set([
        ("subnet_ids", piece.items("VpcConfig subnet")),
        (
            "security_group_ids",
            piece.items("VpcConfig security group"),
        ),
    ]);
    let is_in_vpc = vpc.as_object().is_some_and(|vpc| !vpc.is_empty());
    let folder = module.expression("path.module");
    let folder = folder.as_str().unwrap_or_default();
    let body = set([
        ("function_name", json!(piece.name)),
        ("description", piece.take("Description")),
        ("role", piece.take("Role")),
        ("runtime", piece.take("Runtime")),
        ("handler", piece.take("Handler")),
        ("architectures", json!([piece.take("Architectures")])),
        ("filename", json!(format!("{folder}/{CODE}"))),
        ("source_code_hash", json!(module.code_sha256)),
        ("memory_size", piece.scalar("MemorySize")),
        ("timeout", piece.scalar("Timeout")),
        (
            "ephemeral_storage",
            json!({"size": piece.scalar("EphemeralStorage")}),
        ),
        (
            "environment",
            json!({"variables": piece.take("Environment")}),
        ),
        ("vpc_config", if is_in_vpc { vpc } else { Value::Null }),
        (
            "tracing_config",
            json!({"mode": piece.take("TracingConfig")}),
        ),
        ("tags", tags(piece.tags())),
    ]);
    let (kind, name) = FUNCTION;
    module.add(kind, name, body, &piece.name);
    // The hash is the zip's, and the rest tells how the function is.
    piece.pass_over(&["CodeSha256", "State", "RoleId"]);
}

pub(super) fn results_table(module: &mut Module, piece: &mut Piece) {
    let (name, _) = key(piece);
    let encryption = match piece.take("KMSMasterKeyId") {
        Value::Null => Value::Null,
        arn => json!({"enabled": true, "kms_key_arn": arn}),
    };
    let body = set([
        ("name", json!(piece.name)),
        ("billing_mode", piece.take("BillingMode")),
        ("hash_key", json!(name)),
        ("attribute", json!([{"name": name, "type": "S"}])),
        ("server_side_encryption", encryption),
        (
            "ttl",
            json!({"attribute_name": piece.take("TimeToLive"), "enabled": true}),
        ),
        ("tags", tags(piece.tags())),
    ]);
    module.add("aws_dynamodb_table", "results", body, &piece.name);
    piece.pass_over(&["TableStatus"]);
}

pub(super) fn reserved_concurrency(module: &mut Module, piece: &mut Piece) {
    let executions = piece.scalar("ReservedConcurrentExecutions");
    let (kind, name) = FUNCTION;
    module.set(kind, name, "reserved_concurrent_executions", executions);
}

/// Each change of the function publishes a version, and the alias comes to it. It is made with the version: the API's
/// permission is to invoke that.
pub(super) fn version(module: &mut Module, piece: &mut Piece) {
    let (kind, name) = FUNCTION;
    module.set(kind, name, "publish", json!(true));
    let version = module.expression("aws_lambda_function.function.version");
    module.refer(piece, "number", "aws_lambda_function.function.version");
    let function = module.expression("aws_lambda_function.function.function_name");
    let alias = piece.take("alias");
    let import = format!("{}/{}", piece.name, alias.as_str().unwrap_or_default());
    let body = json!({"name": alias, "function_name": function, "function_version": version});
    module.add("aws_lambda_alias", "live", body, &import);
    piece.pass_over(&["Version"]);
}

/// The alias is there; what it names is the newest version.
pub(super) fn alias(module: &mut Module, piece: &mut Piece) {
    piece.pass_over(&["FunctionVersion", "RoutingConfig", "Description"]);
    module.leave(
        "earlier versions, and a canary",
        "the module has the newest version alone: end a canary before, and go back by an earlier export",
    );
}

pub(super) fn permission(module: &mut Module, piece: &mut Piece) {
    let statement = piece.take("Statement");
    let (body, import) = invocation(&statement);
    module.add("aws_lambda_permission", "api", body, &import);
}

/// A permission of a statement of a function's policy, and what it is imported by: `FUNCTION/STATEMENT`, with a
/// qualifier `FUNCTION:QUALIFIER/STATEMENT`.
pub(super) fn invocation(statement: &Value) -> (Value, String) {
    let arn = statement["Resource"].as_str().unwrap_or_default();
    // arn:…:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER
    let mut parts = arn.splitn(8, ':').skip(6);
    let (name, qualifier) = (parts.next().unwrap_or_default(), parts.next());
    let function = match qualifier {
        Some(qualifier) => arn
            .strip_suffix(qualifier)
            .map_or(arn, |arn| &arn[..arn.len() - 1]),
        None => arn,
    };
    let id = statement["Sid"].as_str().unwrap_or_default();
    let body = set([
        ("statement_id", json!(id)),
        ("action", statement["Action"].clone()),
        ("function_name", json!(function)),
        ("qualifier", json!(qualifier)),
        ("principal", statement["Principal"]["Service"].clone()),
        (
            "source_arn",
            statement["Condition"]["ArnLike"]["AWS:SourceArn"].clone(),
        ),
    ]);
    let qualified = qualifier.map(|qualifier| format!(":{qualifier}"));
    let import = format!("{name}{}/{id}", qualified.unwrap_or_default());
    (body, import)
}

/// What the account has once, for all of its APIs.
pub(super) fn account_logging(module: &mut Module, piece: &mut Piece) {
    let body = set([
        ("name", piece.take("role")),
        (
            "description",
            json!("API Gateway's logs of this account and region"),
        ),
        (
            "assume_role_policy",
            document(&piece.take("AssumeRolePolicyDocument")),
        ),
        ("permissions_boundary", piece.take("PermissionsBoundary")),
        ("tags", tags(piece.tags())),
    ]);
    module.add("aws_iam_role", "logging", body, "");
    let role = module.expression("one(aws_iam_role.logging[*].name)");
    let body = json!({"role": role, "policy_arn": piece.take("AttachedPolicy")});
    module.add("aws_iam_role_policy_attachment", "logging", body, "");
    let arn = module.expression("one(aws_iam_role.logging[*].arn)");
    let body = json!({"cloudwatch_role_arn": arn});
    module.add("aws_api_gateway_account", "account", body, "");
    piece.pass_over(&["cloudwatchRoleArn"]);
    module.optional(
        3,
        "account_logging",
        "false where the account has a role for API Gateway's logs already: it is one for all APIs of account and Region",
    );
    module.leave(
        "whether the account has a logging role",
        "a deploy of gatewayq leaves a live role of another as it is; here the variable account_logging says so",
    );
}

pub(super) fn alarms(module: &mut Module, piece: &mut Piece) {
    let common = tags(alarms::tags(piece));
    for (name, fields) in alarms::of(piece) {
        let mut body = Map::from_iter([("alarm_name".to_owned(), json!(name))]);
        for (field, value) in fields {
            let value = match field.as_str() {
                "Dimensions" => dimensions(&value),
                _ => value,
            };
            body.insert(argument(&field), value);
        }
        if !common.is_null() {
            body.insert("tags".to_owned(), common.clone());
        }
        let kind = name.strip_prefix(&format!("{}-", piece.name));
        let label = word(kind.unwrap_or(&name));
        module.add("aws_cloudwatch_metric_alarm", &label, body.into(), &name);
    }
}

/// The provider has CloudWatch's names in small letters: `EvaluationPeriods` is `evaluation_periods`.
fn argument(field: &str) -> String {
    if field == "OKActions" {
        return "ok_actions".to_owned();
    }
    let mut name = String::new();
    for letter in field.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn dimensions(list: &Value) -> Value {
    let all = list.as_array().into_iter().flatten();
    let all = all.filter_map(|one| Some((one["Name"].as_str()?.to_owned(), one["Value"].clone())));
    Value::Object(all.collect())
}
