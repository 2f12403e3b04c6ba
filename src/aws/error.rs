//! Every SDK error, sorted once into what the engine can do about it.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::fmt;

/// What an error means for the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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
    /// Anything else: trying again will not help.
    Fatal,
}

/// One failed AWS call.
#[derive(Clone, Debug)]
pub struct AwsError {
    /// AWS's name of the call, `CreateQueue`.
    pub operation: &'static str,
    pub kind: Kind,
    /// AWS's error code, empty where no answer came.
    pub code: String,
    /// AWS's words, or the transport's.
    pub message: String,
}

impl AwsError {
    /// Sorts the error of `operation`.
    pub fn from_sdk<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
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
            sort(&code, &message, status)
        };
        Self {
            operation,
            kind,
            code,
            message,
        }
    }

    /// What AWS answered, without the name of the call.
    pub fn answer(&self) -> String {
        let parts = [self.code.as_str(), self.message.as_str()];
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(": ")
    }

    /// True where the thing that was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind == Kind::NotFound
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        match self.answer() {
            answer if answer.is_empty() => Ok(()),
            answer => write!(f, ": {answer}"),
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
pub fn causes(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    let mut words: Vec<String> = all.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}

fn sort(code: &str, message: &str, status: Option<u16>) -> Kind {
    let code = code.split(':').next().unwrap_or(code);
    let code = code.rsplit('#').next().unwrap_or(code);
    by_message(message)
        .or_else(|| by_code(code))
        .unwrap_or(match status {
            Some(404) => Kind::NotFound,
            Some(409) => Kind::AlreadyExists,
            Some(429) => Kind::Throttled,
            Some(500..) => Kind::Unavailable,
            _ => Kind::Fatal,
        })
}

fn by_code(code: &str) -> Option<Kind> {
    let code = code.strip_suffix("Exception").unwrap_or(code);
    Some(match code {
        "NotFound"
        | "NoSuchEntity"
        | "ResourceNotFound"
        | "QueueDoesNotExist"
        | "AWS.SimpleQueueService.NonExistentQueue"
        | "NonExistentQueue" => Kind::NotFound,
        "EntityAlreadyExists"
        | "ResourceAlreadyExists"
        | "QueueAlreadyExists"
        | "QueueNameExists"
        | "Conflict"
        | "ResourceConflict" => Kind::AlreadyExists,
        "QueueDeletedRecently" | "AWS.SimpleQueueService.QueueDeletedRecently" => {
            Kind::Busy("SQS to free the queue's name (60 s after a deletion)")
        }
        "ConcurrentModification" | "OperationAborted" | "DeleteConflict" | "PreconditionFailed" => {
            Kind::Busy("another change of the same resource")
        }
        "Throttling"
        | "Throttled"
        | "ThrottledRequest"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "TooManyRequests"
        | "SlowDown"
        | "RequestThrottledBySQS" => Kind::Throttled,
        "AccessDenied" | "AuthorizationError" | "UnauthorizedOperation" => Kind::Denied,
        "InternalFailure"
        | "InternalError"
        | "ServiceUnavailable"
        | "ServiceFailure"
        | "Service"
        | "RequestTimeout"
        | "EC2ThrottledOrUnavailable" => Kind::Unavailable,
        _ => return None,
    })
}

/// The errors whose code says "your fault" while their text says "not yet".
/// Lambda and API Gateway both answer so while IAM spreads a role that was just created.
fn by_message(message: &str) -> Option<Kind> {
    let has = |part: &str| message.contains(part);
    if has("cannot be assumed by Lambda")
        || has("role ARN does not have required permissions")
        || has("could not successfully write to CloudWatch Logs")
        || has("KMS key is invalid for CreateGrant")
        || has("execution role does not have permissions")
    {
        return Some(Kind::Busy("IAM to spread the role"));
    }
    if has("CloudWatch Logs role ARN must be set in account settings") {
        // Not seen yet, or taken away by the account's last other stage: if it lasts, look afresh.
        return Some(Kind::NotFound);
    }
    if has("The following resource(s) could not be found")
        || has("Dead letter target does not exist")
    {
        return Some(Kind::Busy("SQS to see the dead-letter queue"));
    }
    if has("An update is in progress")
        || has("is in the following state: Pending")
        || has("currently in the following state")
    {
        return Some(Kind::Busy("Lambda to finish the update before"));
    }
    if has("concurrent modification") || has("Active stages pointing to this deployment") {
        return Some(Kind::Busy("another change of the same resource"));
    }
    if has("Cannot delete Usage Plan") || has("API Stages associated with it") {
        return Some(Kind::Busy(
            "API Gateway to detach the stage from the usage plan",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_unless_the_text_says_not_yet() {
        assert_eq!(sort("NoSuchEntity", "", Some(404)), Kind::NotFound);
        assert_eq!(
            sort("TooManyRequestsException", "", Some(429)),
            Kind::Throttled
        );
        assert_eq!(
            sort("Throttling", "Rate exceeded", Some(400)),
            Kind::Throttled
        );
        assert_eq!(sort("AccessDeniedException", "", Some(403)), Kind::Denied);
        assert_eq!(sort("", "", Some(503)), Kind::Unavailable);
        assert_eq!(sort("ValidationException", "bad", Some(400)), Kind::Fatal);
        let role = "The role defined for the function cannot be assumed by Lambda.";
        assert_eq!(
            sort("InvalidParameterValueException", role, Some(400)),
            Kind::Busy("IAM to spread the role")
        );
        let update = "The operation cannot be performed at this time. An update is in progress for resource: x";
        assert!(matches!(
            sort("ResourceConflictException", update, Some(409)),
            Kind::Busy(_)
        ));
        assert_eq!(
            sort(
                "ResourceConflictException",
                "Function already exist: x",
                Some(409)
            ),
            Kind::AlreadyExists
        );
    }

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

    #[test]
    fn prefixes_and_suffixes_of_codes_do_not_matter() {
        let sqs = "com.amazonaws.sqs#QueueDoesNotExist";
        assert_eq!(sort(sqs, "", Some(400)), Kind::NotFound);
        assert_eq!(
            sort("ResourceNotFoundException:http://x", "", Some(404)),
            Kind::NotFound
        );
    }

    /// The words of AWS itself, as its users quote them.
    #[test]
    fn not_yet_in_the_services_own_words() {
        let busy = [
            "Cannot delete Usage Plan abc because there are API Stages associated with it, including a1:dev",
            "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant.",
            "Active stages pointing to this deployment must be moved or deleted",
            "Unable to complete operation due to concurrent modification. Please try again later.",
        ];
        for message in busy {
            let kind = sort("BadRequestException", message, Some(400));
            assert!(matches!(kind, Kind::Busy(_)), "{message}: {kind:?}");
        }
    }
}
