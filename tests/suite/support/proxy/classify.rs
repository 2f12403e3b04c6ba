//! Which operation of which service a request is, told from the wire alone.
use hyper::http::request::Parts;
use serde_json::Value;

use super::request::form;
use super::rest;

/// Messages and invocations: what a deployed stack does, not what deploys it.
const DATA_PLANE: [&str; 12] = [
    "GetItem",
    "PutItem",
    "UpdateItem",
    "SendMessage",
    "SendMessageBatch",
    "ReceiveMessage",
    "DeleteMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "Invoke",
    "PutLogEvents",
];

/// Beginnings of the names of operations that change nothing.
const READS: [&str; 10] = [
    "Get",
    "List",
    "Describe",
    "Filter",
    "Simulate",
    "AssumeRole",
    "StartQuery",
    "Validate",
    // S3 has no names on the wire.
    "GET",
    "HEAD",
];

/// The form in which a service tells an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// awsQuery: XML (IAM, STS).
    Query,
    /// awsJson 1.0 and 1.1: `__type` in the body (SQS, CloudWatch Logs).
    Json,
    /// restJson1: the header `x-amzn-ErrorType` (Lambda, API Gateway).
    Rest,
}

/// What a request is about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// The name that requests are signed for: `monitoring` (CloudWatch), `dynamodb`, `iam`, `sts`, `sqs`, `logs`, `lambda`, `apigateway`, `execute-api`.
    pub service: String,
    /// AWS's name of the operation; method and path where that is unknown.
    pub operation: String,
    /// The name of what it is done to, as far as the request has one; for API Gateway the path.
    pub resource: String,
    pub region: String,
    pub protocol: Protocol,
    pub data_plane: bool,
}

impl About {
    /// Whether it changes something.
    pub(crate) fn is_write(&self) -> bool {
        !READS.iter().any(|read| self.operation.starts_with(read))
    }
}

/// Sorts a request.
pub(super) fn about(parts: &Parts, body: &[u8]) -> About {
    let (service, region) = scope(parts);
    let (protocol, operation, resource) = named(&service, parts, body);
    let deployed_api = service == "execute-api" || parts.uri.path().contains("/_user_request_");
    let message = DATA_PLANE.contains(&operation.as_str()) && !is_the_commands(parts);
    let data_plane = deployed_api || service.is_empty() || message;
    About {
        service,
        operation,
        resource,
        region,
        protocol,
        data_plane,
    }
}

/// `gatewayq queue` works on messages with Rust's SDK; the function has none, and workers have boto.
fn is_the_commands(parts: &Parts) -> bool {
    header(parts, "user-agent").contains("aws-sdk-rust")
}

/// Service and region of the signature: `Credential=KEY/date/region/service/aws4_request`.
fn scope(parts: &Parts) -> (String, String) {
    let header = header(parts, "authorization");
    let credential = header.split("Credential=").nth(1).unwrap_or_default();
    let mut fields = credential.split('/').skip(2);
    let region = fields.next().unwrap_or_default().to_owned();
    (fields.next().unwrap_or_default().to_owned(), region)
}

fn named(service: &str, parts: &Parts, body: &[u8]) -> (Protocol, String, String) {
    let target = header(parts, "x-amz-target");
    if let Some((_, operation)) = target.rsplit_once('.') {
        return (Protocol::Json, operation.to_owned(), json_resource(body));
    }
    if matches!(service, "lambda" | "apigateway") {
        let path = parts.uri.path();
        let operation = rest::operation(service, &parts.method, path);
        return (Protocol::Rest, operation, rest::resource(service, path));
    }
    let mut fields = form(body);
    let operation = fields.remove("Action");
    let unknown = || format!("{} {}", parts.method, parts.uri.path());
    let names = ["RoleName", "PolicyArn", "PolicyName", "UserName", "RoleArn"];
    let resource = names.iter().find_map(|name| fields.remove(*name));
    (
        Protocol::Query,
        operation.unwrap_or_else(unknown),
        resource.unwrap_or_default(),
    )
}

/// The queue, log group, alarm or table that a JSON request names; of several the first.
fn json_resource(body: &[u8]) -> String {
    let fields: Value = serde_json::from_slice(body).unwrap_or_default();
    let names = [
        "/QueueName",
        "/QueueUrl",
        "/logGroupName",
        "/resourceArn",
        "/ResourceARN",
        "/SourceArn",
        "/TaskHandle",
        "/AlarmName",
        "/AlarmNames/0",
        "/TableName",
        "/ResourceArn",
    ];
    let found = names.iter().find_map(|name| fields.pointer(name)?.as_str());
    // A batch has tables for keys.
    let tables = fields["RequestItems"].as_object();
    let table = || tables?.keys().next().map(String::as_str);
    let found = found.or_else(table).unwrap_or_default();
    let last = found.rsplit('/').next().unwrap_or_default();
    if found.starts_with("http") {
        last
    } else {
        found
    }
    .to_owned()
}

fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    parts
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
