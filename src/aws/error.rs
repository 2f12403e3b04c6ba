//! Every SDK error, classified once into what the engine can do about it.

use super::classify::classify;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::fmt;

/// What an error means for the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The thing is not there (or not visible yet: reads are eventually consistent).
    NotFound,
    /// A thing of that name is there already: somebody else made it, or our own answer was lost.
    AlreadyExists,
    /// Too many calls.
    Throttled,
    /// No answer, or a 5xx: the call may or may not have worked.
    Unavailable,
    /// AWS is still busy with what was asked before; the text says with what.
    Busy(&'static str),
    /// IAM says no.
    Denied,
    /// A limit of the account is reached; the text says which one and how it is raised.
    Quota(&'static str),
    /// The endpoint has no such call: an emulator without it.
    Unimplemented,
    /// Anything else: trying again will not help.
    Fatal,
}

/// One failed AWS call.
#[derive(Clone, Debug)]
pub(crate) struct AwsError {
    /// AWS's name of the call, `CreateQueue`.
    pub operation: &'static str,
    pub kind: Kind,
    /// AWS's error code, empty where no answer came.
    pub code: String,
    /// AWS's words, or the transport's.
    pub message: String,
}

impl AwsError {
    /// Classifies the error of `operation`.
    pub(crate) fn from_sdk<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let status = error
            .raw_response()
            .map(|response| response.status().as_u16());
        let code = error.code().unwrap_or_default().to_owned();
        let message = match error.message() {
            Some(message) if !message.is_empty() => message.to_owned(),
            _ if code.is_empty() => transport_message(&error),
            _ => String::new(),
        };
        let no_answer = !matches!(
            error,
            SdkError::ServiceError(_) | SdkError::ConstructionFailure(_)
        );
        let kind = if no_answer {
            Kind::Unavailable
        } else {
            classify(operation, &code, &message, status)
        };
        Self {
            operation,
            kind,
            code,
            message,
        }
    }

    /// Whether AWS does not take the credentials themselves, whatever they may do (the services' "Common
    /// errors").
    pub(crate) fn refuses_credentials(&self) -> bool {
        let code = self.code.split(':').next().unwrap_or_default();
        matches!(
            code,
            "ExpiredToken"
                | "ExpiredTokenException"
                | "InvalidClientTokenId"
                | "InvalidSignatureException"
                | "SignatureDoesNotMatch"
                | "UnrecognizedClientException"
        )
    }

    /// What AWS answered, without the name of the call.
    pub(crate) fn answer(&self) -> String {
        let parts = [self.code.as_str(), self.message.as_str()];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(": ")
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        match self.answer() {
            answer if answer.is_empty() => {}
            answer => write!(f, ": {answer}")?,
        }
        match self.kind {
            Kind::Quota(help) => write!(f, "\n  {help}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for AwsError {}

fn transport_message<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(_) => format!("no connection ({})", causes(error)),
        other => format!("an answer that cannot be read ({})", causes(other)),
    }
}

/// An error with its causes, each by its own words alone: the SDK's debugging form holds the whole
/// answer, and an answer can hold an API key's value.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    let mut words: Vec<String> = all.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What API Gateway answers can hold a key's value; what is told of the answer must not.
    #[test]
    fn an_answer_that_cannot_be_read_is_not_told() {
        use aws_smithy_runtime_api::http::StatusCode;
        use aws_smithy_types::body::SdkBody;
        let body = SdkBody::from(r#"{"value":"the-keys-value"}"#);
        let raw = HttpResponse::new(StatusCode::try_from(200).unwrap(), body);
        let source: aws_smithy_runtime_api::box_error::BoxError = "expected a boolean".into();
        let error: SdkError<aws_sdk_apigateway::operation::get_api_key::GetApiKeyError, _> =
            SdkError::response_error(source, raw);
        let told = AwsError::from_sdk("GetApiKey", error);
        let all = format!("{told} {told:?}");
        assert!(all.contains("expected a boolean"), "{all}");
        assert!(!all.contains("the-keys-value"), "{all}");
    }
}
