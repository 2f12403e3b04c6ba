//! Recorded calls as what IAM decides about: an action on a resource.
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::support::ministack::{ACCOUNT, REGION};
use crate::support::proxy::{Call, Record};

/// An action on a resource, as IAM is asked about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    pub action: String,
    pub resource: String,
}

/// What was asked of IAM in a run, each once. GetCallerIdentity needs no permission.
pub(super) fn uses(record: &Record) -> Vec<Use> {
    let asked = record.calls.iter().filter(|call| call.service != "sts");
    let mut uses: Vec<Use> = asked.map(of).collect();
    uses.sort();
    uses.dedup();
    uses
}

/// The use that a call makes (service authorization reference of each service).
pub(super) fn of(call: &Call) -> Use {
    match call.service.as_str() {
        "apigateway" => Use {
            action: format!("apigateway:{}", verb(&call.operation)),
            resource: format!("arn:aws:apigateway:{REGION}::{}", path(&call.resource)),
        },
        // CloudWatch's requests are signed for `monitoring`.
        "monitoring" => Use {
            action: format!("cloudwatch:{}", call.operation),
            resource: alarm(call),
        },
        service => Use {
            action: call.action().replace("VisibilityBatch", "Visibility"),
            resource: resource(service, call),
        },
    }
}

/// A list is of all there are, whichever it is to show.
fn alarm(call: &Call) -> String {
    match call.resource.as_str() {
        _ if ["DescribeAlarms", "GetMetricStatistics"].contains(&call.operation.as_str()) => {
            "*".to_owned()
        }
        arn if arn.starts_with("arn:") => arn.to_owned(),
        name => format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"),
    }
}

/// API Gateway's control plane knows only HTTP's verbs as actions.
fn verb(operation: &str) -> &str {
    match operation {
        "TagResource" => "PUT",
        named if named.starts_with("Get") => "GET",
        named if named.starts_with("Create") => "POST",
        named if named.starts_with("Put") => "PUT",
        named if named.starts_with("Update") => "PATCH",
        named if named.starts_with("Delete") => "DELETE",
        // What the proxy has no name for is told as method and path.
        other => other.split(' ').next().unwrap(),
    }
}

/// The second API's prefix is no part of an ARN; the ARN in a tag's path is encoded.
fn path(path: &str) -> String {
    let path = path.strip_prefix("/v2").unwrap_or(path);
    match path.strip_prefix("/tags/") {
        Some(arn) => {
            let arn = percent_decode_str(arn).decode_utf8_lossy();
            format!("/tags/{}", utf8_percent_encode(&arn, NON_ALPHANUMERIC))
                .replace("%2D", "-")
                .replace("%5F", "_")
        }
        None => path.to_owned(),
    }
}

fn resource(service: &str, call: &Call) -> String {
    let name = percent_decode_str(&call.resource).decode_utf8_lossy();
    match service {
        _ if call.operation == "DescribeLogGroups" => "*".to_owned(),
        _ if name.starts_with("arn:") => name.into_owned(),
        "iam" => format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        // The task's handle stands for its dead-letter queue.
        "sqs" if call.operation == "CancelMessageMoveTask" => {
            format!("arn:aws:sqs:{REGION}:{ACCOUNT}:gatewayq-example-dev-dlq.fifo")
        }
        // IAM knows a batch by the action of one.
        "sqs" => format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"),
        "dynamodb" => format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"),
        "logs" => format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"),
        "lambda" => {
            let name = if call.operation == "CreateFunction" {
                "gatewayq-example-dev"
            } else {
                &name
            };
            format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
        }
        other => panic!("{other} is no service of a stack: {call}"),
    }
}
