//! Services that are called without their SDK, in the JSON protocol of their models. For a handful of operations
//! each, their crates would bring dozens of others with them.

use super::classify::classify;
use super::signed::Request;
use super::{Aws, AwsError, Kind};
use serde_json::Value;

/// A service of AWS whose protocol is JSON 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonService {
    CloudWatch,
    DynamoDb,
}

impl JsonService {
    /// The name that requests are signed for.
    fn signing_name(self) -> &'static str {
        match self {
            Self::CloudWatch => "monitoring",
            Self::DynamoDb => "dynamodb",
        }
    }

    /// What stands before an operation's name in the header that names it (the model's `targetPrefix`).
    fn target(self) -> &'static str {
        match self {
            Self::CloudWatch => "GraniteServiceVersion20100801",
            Self::DynamoDb => "DynamoDB_20120810",
        }
    }
}

impl Aws {
    /// The answer of `service` to `operation` with the input `input`, as the API reference names its members.
    ///
    /// # Errors
    /// What the service answers, or that there was no answer.
    pub(crate) async fn json_call(
        &self,
        service: JsonService,
        operation: &'static str,
        input: Value,
    ) -> Result<Value, AwsError> {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let endpoint = match service {
            JsonService::CloudWatch => &self.cloudwatch,
            JsonService::DynamoDb => &self.dynamodb,
        };
        let request = Request {
            method: "POST".to_owned(),
            url: format!("{endpoint}/"),
            headers: vec![
                header("content-type", "application/x-amz-json-1.0"),
                header("x-amz-target", &format!("{}.{operation}", service.target())),
            ],
            body: input.to_string().into_bytes(),
        };
        let failed = |kind, code: String, message: String| AwsError {
            operation,
            kind,
            code,
            message,
        };
        let answer = self.send_signed(service.signing_name(), request).await;
        let answer = answer
            .map_err(|error| failed(Kind::Unavailable, String::new(), format!("{error:#}")))?;
        let body: Value = match serde_json::from_slice(&answer.body) {
            Ok(body) => body,
            Err(_) if answer.body.is_empty() => Value::Null,
            Err(error) if answer.status < 300 => {
                return Err(failed(
                    Kind::Unavailable,
                    String::new(),
                    format!("no JSON: {error}"),
                ));
            }
            Err(_) => Value::Null,
        };
        if answer.status < 300 {
            return Ok(body);
        }
        let text = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| body[name].as_str());
            found.unwrap_or_default().to_owned()
        };
        let (code, mut message) = (text(["__type", "code"]), text(["message", "Message"]));
        // An emulator without the service, or what stands between.
        if code.is_empty() && message.is_empty() {
            message = format!("HTTP {} without a word of the service", answer.status);
        }
        let code = code.rsplit('#').next().unwrap_or_default().to_owned();
        Err(failed(
            classify(operation, &code, &message, Some(answer.status)),
            code,
            message,
        ))
    }
}
