//! What an error of AWS means for the one who asked: by its code, where one code has several
//! meanings by AWS's words too, and by the status only where there is no code.
//!
//! A status alone tells nothing: IAM's LimitExceeded is 409, as a conflict is, and API Gateway's
//! LimitExceededException is 429, as throttling is.

use super::Kind;

/// A role that is too new answers as one that may not do enough.
pub(crate) const ROLE: Kind = Kind::Busy("IAM to spread the role");
const ANOTHER: Kind = Kind::Busy("another change of the same resource");
const UPDATE: Kind = Kind::Busy("Lambda to finish the update before");

/// Codes that have another meaning with these words in the message. The words are AWS's own, as its
/// users quote them and as they were recorded.
const BY_WORDS: &[(&[&str], &str, Kind)] = &[
    (INVALID, "cannot be assumed by Lambda", ROLE),
    (INVALID, "role ARN does not have required permissions", ROLE),
    (
        INVALID,
        "could not successfully write to CloudWatch Logs",
        ROLE,
    ),
    (INVALID, "KMS key is invalid for CreateGrant", ROLE),
    (INVALID, "execution role does not have permissions", ROLE),
    // Not seen yet, or taken away by the account's last other stage: if it lasts, look afresh.
    (
        INVALID,
        "CloudWatch Logs role ARN must be set in account settings",
        Kind::NotFound,
    ),
    // API Gateway's only answer of the kind that is no ConflictException.
    (
        INVALID,
        "domain name you provided already exists",
        Kind::AlreadyExists,
    ),
    (
        INVALID,
        "The following resource(s) could not be found",
        Kind::Busy("SQS to see the dead-letter queue"),
    ),
    (
        INVALID,
        "Dead letter target does not exist",
        Kind::Busy("SQS to see the dead-letter queue"),
    ),
    (CONFLICT, "pdate is in progress", UPDATE),
    (CONFLICT, "is in the following state: Pending", UPDATE),
    (CONFLICT, "currently in the following state", UPDATE),
    (CONFLICT, "already an update in progress", UPDATE),
    (ANY, "concurrent modification", ANOTHER),
    (
        INVALID,
        "Active stages pointing to this deployment",
        ANOTHER,
    ),
    (
        ANY,
        "apiStatus is UPDATING",
        Kind::Busy("API Gateway to finish changing the API's endpoint"),
    ),
    (
        INVALID,
        "Cannot delete Usage Plan",
        Kind::Busy("API Gateway to detach the stage from the usage plan"),
    ),
    (
        INVALID,
        "API Stages associated with it",
        Kind::Busy("API Gateway to detach the stage from the usage plan"),
    ),
    // It is on another plan of the stage, or came to this one a moment ago.
    (
        ANY,
        "cannot reference multiple Usage Plans",
        Kind::AlreadyExists,
    ),
    // The stage was made a moment ago; if it stays unseen, somebody else removed it.
    (ANY, "API Stage not found", Kind::NotFound),
    (ANY, "Invalid API Stage {", Kind::NotFound),
    (
        INVALID,
        "Authorizer name must be unique",
        Kind::AlreadyExists,
    ),
    // A method that lost its authorizer a moment ago, or another deploy that is at work.
    (
        CONFLICT,
        "is referenced in method",
        Kind::Busy("API Gateway to let the last method go of the authorizer"),
    ),
    // Another deploy or rollback made it live a moment ago.
    (CONFLICT, "aliases reference it", ANOTHER),
    (
        INVALID,
        "UnreservedConcurrentExecution below its minimum",
        Kind::Quota(QUOTA_LAMBDA_CONCURRENCY),
    ),
    (
        ANY,
        "Maximum number of methods",
        Kind::Quota(QUOTA_API_GATEWAY),
    ),
];

const ANY: &[&str] = &[];
const INVALID: &[&str] = &[
    "BadRequest",
    "InvalidParameterValue",
    "InvalidAttributeValue",
    "InvalidParameterCombination",
    "AccessDenied",
];
const CONFLICT: &[&str] = &["ResourceConflict", "Conflict"];

const QUOTA_API_GATEWAY: &str = "A quota of API Gateway is reached (600 regional REST APIs, 300 usage plans, \
     10,000 API keys, 300 resources an API, 10 stages an API, 10 authorizers an API): delete what is not used, or ask for more under \
     Service Quotas, API Gateway";
const QUOTA_IAM: &str = "A quota of IAM is reached (roles an account, or the size of a role's policies): delete \
     what is not used, or ask for more under Service Quotas, IAM";
const QUOTA_LAMBDA_ALIASES: &str =
    "The function has as many aliases as Lambda keeps: delete those that are not used";
const QUOTA_LAMBDA_CODE: &str = "The region's Lambda code storage is full (75 GB): delete functions or versions \
     that are not used, or ask for more under Service Quotas, Lambda";
const QUOTA_LAMBDA_CONCURRENCY: &str = "The account has to keep that many executions for its other functions: reserve fewer \
     (`[function] reserved_concurrency`), or ask for more under Service Quotas, Lambda, Concurrent executions";
const QUOTA_LAMBDA_POLICY: &str =
    "The function's resource policy is full (20 KB): remove statements that are not used";
const QUOTA_TAGS: &str =
    "A resource takes 50 tags at most: take some away in gatewayq.toml or on the resource";
const QUOTA_SQS: &str = "A quota of SQS is reached; the message says which";
const QUOTA_ALARMS: &str = "A quota of CloudWatch is reached (5,000 alarms): delete what is not used, or ask for \
     more under Service Quotas, CloudWatch";
const QUOTA_TABLES: &str = "A quota of DynamoDB is reached (2,500 tables, or 500 that are being changed at once): delete what is not \
     used, wait, or ask for more under Service Quotas, DynamoDB";
const QUOTA_LOGS: &str = "A quota of CloudWatch Logs is reached (1,000,000 log groups): delete what is not used, \
     or ask for more under Service Quotas, CloudWatch Logs";

/// Classifies an error of `operation` by code, words and status, in this order.
pub(super) fn classify(operation: &str, code: &str, message: &str, status: Option<u16>) -> Kind {
    let code = bare(code);
    // Whatever the code: LocalStack's is InternalFailure, which elsewhere passes by itself.
    if status == Some(501) {
        return Kind::Unimplemented;
    }
    if code.is_empty() {
        return by_status(status);
    }
    by_words(code, message)
        .or_else(|| by_code(operation, code))
        // A code that is not known here: at least whose fault it is stands in the status.
        .unwrap_or(match status {
            Some(500..) => Kind::Unavailable,
            _ => Kind::Fatal,
        })
}

/// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`; API Gateway and Lambda
/// end their codes with `Exception`, IAM and SQS do not.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or(code);
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.strip_prefix("AWS.SimpleQueueService.").unwrap_or(code);
    code.strip_suffix("Exception").unwrap_or(code)
}

fn by_status(status: Option<u16>) -> Kind {
    match status {
        Some(404) => Kind::NotFound,
        Some(429) => Kind::Throttled,
        Some(403) => Kind::Denied,
        Some(500..) => Kind::Unavailable,
        _ => Kind::Fatal,
    }
}

fn by_words(code: &str, message: &str) -> Option<Kind> {
    let fits = |(codes, words, _): &&(&[&str], &str, Kind)| {
        (codes.is_empty() || codes.contains(&code)) && message.contains(words)
    };
    BY_WORDS.iter().find(fits).map(|(_, _, kind)| *kind)
}

fn by_code(operation: &str, code: &str) -> Option<Kind> {
    Some(match code {
        "NotFound" | "NoSuchEntity" | "ResourceNotFound" | "QueueDoesNotExist"
        | "NonExistentQueue" => Kind::NotFound,
        "EntityAlreadyExists"
        | "ResourceAlreadyExists"
        | "QueueAlreadyExists"
        | "QueueNameExists"
        | "Conflict"
        | "ResourceConflict" => Kind::AlreadyExists,
        "ResourceInUse" if operation == "CreateTable" => Kind::AlreadyExists,
        "ResourceInUse" => Kind::Busy("DynamoDB to finish the change before"),
        "QueueDeletedRecently" => {
            Kind::Busy("SQS to free the queue's name (60 s after a deletion)")
        }
        "ConcurrentModification" | "OperationAborted" | "DeleteConflict" | "PreconditionFailed" => {
            ANOTHER
        }
        "EntityTemporarilyUnmodifiable" => Kind::Busy("IAM to finish the change before"),
        "ResourceNotReady" => UPDATE,
        "Throttling"
        | "Throttled"
        | "ThrottledRequest"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "TooManyRequests"
        | "SlowDown"
        | "RequestThrottledBySQS"
        | "KmsThrottled"
        | "EC2Throttled" => Kind::Throttled,
        "AccessDenied"
        | "AuthorizationError"
        | "UnauthorizedOperation"
        | "KmsAccessDenied"
        | "KMSAccessDenied" => Kind::Denied,
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceFailure"
        | "Service"
        | "RequestTimeout"
        | "EC2ThrottledOrUnavailable" => Kind::Unavailable,
        "UnknownOperation" | "InvalidAction" | "NotImplemented" => Kind::Unimplemented,
        "LimitExceeded" | "LimitExceededFault" => Kind::Quota(quota_of(operation)),
        "AliasLimitExceeded" => Kind::Quota(QUOTA_LAMBDA_ALIASES),
        "CodeStorageExceeded" => Kind::Quota(QUOTA_LAMBDA_CODE),
        "PolicyLengthExceeded" => Kind::Quota(QUOTA_LAMBDA_POLICY),
        "TooManyTags" | "TagLimitExceeded" => Kind::Quota(QUOTA_TAGS),
        "OverLimit" => Kind::Quota(QUOTA_SQS),
        _ => return None,
    })
}

/// Several services have a LimitExceeded: the operation tells whose it is.
fn quota_of(operation: &str) -> &'static str {
    match operation {
        _ if operation.contains("Role") => QUOTA_IAM,
        _ if operation.contains("Alarm") => QUOTA_ALARMS,
        _ if operation.contains("Table") || operation == "UpdateTimeToLive" => QUOTA_TABLES,
        _ if operation.contains("Log") || operation == "PutRetentionPolicy" => QUOTA_LOGS,
        _ => QUOTA_API_GATEWAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classify(code: &str, message: &str, status: Option<u16>) -> Kind {
        super::classify("CreateRole", code, message, status)
    }

    #[test]
    fn a_code_decides_unless_the_text_says_not_yet() {
        assert_eq!(classify("NoSuchEntity", "", Some(404)), Kind::NotFound);
        assert_eq!(
            classify("TooManyRequestsException", "", Some(429)),
            Kind::Throttled
        );
        assert_eq!(
            classify("Throttling", "Rate exceeded", Some(400)),
            Kind::Throttled
        );
        assert_eq!(
            classify("AccessDeniedException", "", Some(403)),
            Kind::Denied
        );
        assert_eq!(classify("", "", Some(503)), Kind::Unavailable);
        assert_eq!(
            classify("ValidationException", "bad", Some(400)),
            Kind::Fatal
        );
        let role = "The role defined for the function cannot be assumed by Lambda.";
        assert_eq!(
            classify("InvalidParameterValueException", role, Some(400)),
            Kind::Busy("IAM to spread the role")
        );
        let update = "The operation cannot be performed at this time. An update is in progress for resource: x";
        assert!(matches!(
            classify("ResourceConflictException", update, Some(409)),
            Kind::Busy(_)
        ));
        assert_eq!(
            classify(
                "ResourceConflictException",
                "Function already exist: x",
                Some(409)
            ),
            Kind::AlreadyExists
        );
    }

    #[test]
    fn prefixes_and_suffixes_of_codes_do_not_matter() {
        let sqs = "com.amazonaws.sqs#QueueDoesNotExist";
        assert_eq!(classify(sqs, "", Some(400)), Kind::NotFound);
        assert_eq!(
            classify("ResourceNotFoundException:http://x", "", Some(404)),
            Kind::NotFound
        );
        assert_eq!(
            classify("AWS.SimpleQueueService.NonExistentQueue", "", Some(400)),
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
            "Cannot deploy since the apiStatus is UPDATING",
        ];
        for message in busy {
            let kind = classify("BadRequestException", message, Some(400));
            assert!(matches!(kind, Kind::Busy(_)), "{message}: {kind:?}");
        }
    }

    /// IAM's LimitExceeded has the status of a conflict, API Gateway's that of throttling.
    #[test]
    fn a_quota_is_final_whatever_its_status() {
        for (code, status) in [
            ("LimitExceeded", 409),
            ("LimitExceededException", 429),
            ("CodeStorageExceededException", 400),
            ("TooManyTagsException", 400),
            ("PolicyLengthExceededException", 400),
            ("OverLimit", 403),
        ] {
            let kind = classify(code, "", Some(status));
            assert!(matches!(kind, Kind::Quota(_)), "{code}: {kind:?}");
        }
    }

    #[test]
    fn what_passes_by_itself_is_waited_for() {
        let gone = "Invalid API Stage {api: a, stage: dev} specified for usageplan p";
        for (code, message, status) in [
            ("EntityTemporarilyUnmodifiable", "", 409),
            (
                "ConflictException",
                "There is already an update in progress",
                409,
            ),
            ("NotFoundException", gone, 404),
            ("BadRequestException", "API Stage not found: a:dev", 400),
        ] {
            let kind = classify(code, message, Some(status));
            let waits = matches!(kind, Kind::Busy(_) | Kind::NotFound);
            assert!(waits, "{code} {message}: {kind:?}");
        }
    }

    /// AWS itself has every call; an emulator says in one of these ways that it has not.
    #[test]
    fn a_call_that_an_endpoint_does_not_have() {
        for (code, status) in [
            ("", 501),
            ("InternalFailure", 501),
            ("UnknownOperationException", 404),
            ("NotImplemented", 400),
        ] {
            let kind = classify(code, "", Some(status));
            assert_eq!(kind, Kind::Unimplemented, "{code} {status}");
        }
    }

    #[test]
    fn the_status_counts_where_there_is_no_code() {
        assert_eq!(classify("", "", Some(404)), Kind::NotFound);
        assert_eq!(classify("", "", Some(429)), Kind::Throttled);
        assert_eq!(classify("Unheard", "", Some(404)), Kind::Fatal);
        assert_eq!(classify("Unheard", "", Some(502)), Kind::Unavailable);
    }
}
