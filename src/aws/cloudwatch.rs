//! Calls to CloudWatch's alarms, in the JSON protocol of its model. AWS's own crate speaks CBOR and brings two
//! dozen crates with it, for five operations.

use super::classify::classify;
use super::signed::Request;
use super::{Aws, AwsError, Kind};
use serde_json::Value;

/// What stands before an operation's name in the header that names it (the model's `targetPrefix`).
const TARGET: &str = "GraniteServiceVersion20100801";

impl Aws {
    /// The answer to `operation` with the input `input`, as the API reference names its members.
    ///
    /// # Errors
    /// What CloudWatch answers, or that there was no answer.
    pub(crate) async fn cloudwatch(
        &self,
        operation: &'static str,
        input: Value,
    ) -> Result<Value, AwsError> {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = Request {
            method: "POST".to_owned(),
            url: format!("{}/", self.cloudwatch),
            headers: vec![
                header("content-type", "application/x-amz-json-1.0"),
                header("x-amz-target", &format!("{TARGET}.{operation}")),
            ],
            body: input.to_string().into_bytes(),
        };
        let failed = |kind, code: String, message: String| AwsError {
            operation,
            kind,
            code,
            message,
        };
        let answer = self.send_signed("monitoring", request).await;
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
        let (code, message) = (text(["__type", "code"]), text(["message", "Message"]));
        let code = code.rsplit('#').next().unwrap_or_default().to_owned();
        Err(failed(
            classify(operation, &code, &message, Some(answer.status)),
            code,
            message,
        ))
    }
}
