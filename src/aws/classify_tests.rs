//! The classification against all that AWS's models and recorded answers know (`tests/suite/models`).

use super::Kind;
use super::classify::classify;
use serde_json::Value;

/// What the error of each code means where its words say nothing else. One that is in no list fails the test.
const MISSING: &[&str] = &[
    "NoSuchEntity",
    "NotFoundException",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
];
const THERE: &[&str] = &[
    "ConflictException",
    "EntityAlreadyExists",
    "QueueNameExists",
    "ResourceAlreadyExistsException",
    "ResourceConflictException",
];
const PASSES: &[&str] = &[
    "ConcurrentModification",
    "DeleteConflict",
    "KmsThrottled",
    "OperationAbortedException",
    "PreconditionFailedException",
    "QueueDeletedRecently",
    "RequestThrottled",
    "ServiceException",
    "ServiceFailure",
    "ServiceUnavailableException",
    "TooManyRequestsException",
    // IAM's own fault (500) while it simulates a policy.
    "PolicyEvaluation",
];
const QUOTA: &[&str] = &[
    "AliasLimitExceededException",
    "CodeStorageExceededException",
    "LimitExceeded",
    "LimitExceededException",
    "OverLimit",
    "PolicyLengthExceededException",
    "TooManyTagsException",
];
const DENIED: &[&str] = &["KmsAccessDenied"];
const FINAL: &[&str] = &[
    "BadRequestException",
    "BatchEntryIdsNotDistinct",
    "BatchRequestTooLong",
    "CodeSigningConfigNotFoundException",
    "CodeVerificationFailedException",
    "EmptyBatchRequest",
    "ExpiredTokenException",
    "FunctionVersionsPerCapacityProviderLimitExceededException",
    "InvalidAddress",
    "InvalidAttributeName",
    "InvalidAttributeValue",
    "InvalidBatchEntryId",
    "InvalidCodeSignatureException",
    "InvalidIdFormat",
    "InvalidInput",
    "InvalidMessageContents",
    "InvalidParameterException",
    "InvalidParameterValueException",
    "InvalidSecurity",
    "KmsDisabled",
    "KmsInvalidKeyUsage",
    "KmsInvalidState",
    "KmsNotFound",
    "KmsOptInRequired",
    "MalformedPolicyDocument",
    "PackedPolicyTooLarge",
    "PolicyNotAttachable",
    "PublicPolicyException",
    "PurgeQueueInProgress",
    "ReceiptHandleIsInvalid",
    "RegionDisabledException",
    "TooManyEntriesInBatchRequest",
    "UnauthorizedException",
    "UnmodifiableEntity",
    "UnsupportedOperation",
    "ValidationException",
];

#[derive(Debug, PartialEq, Eq)]
enum Means {
    Missing,
    There,
    Passes,
    Quota,
    Denied,
    Final,
}

fn means(kind: Kind) -> Means {
    match kind {
        Kind::NotFound => Means::Missing,
        Kind::AlreadyExists => Means::There,
        Kind::Throttled | Kind::Unavailable | Kind::Busy(_) => Means::Passes,
        Kind::Quota(_) => Means::Quota,
        Kind::Denied => Means::Denied,
        Kind::Unimplemented | Kind::Fatal => Means::Final,
    }
}

fn expected(code: &str) -> Option<Means> {
    let lists = [
        (MISSING, Means::Missing),
        (THERE, Means::There),
        (PASSES, Means::Passes),
        (QUOTA, Means::Quota),
        (DENIED, Means::Denied),
        (FINAL, Means::Final),
    ];
    let found = lists.into_iter().find(|(list, _)| list.contains(&code));
    found.map(|(_, means)| means)
}

fn read(name: &str) -> Value {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/models");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn status(error: &Value) -> Option<u16> {
    error["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok())
}

#[test]
fn every_modelled_error_of_every_operation_has_a_meaning() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for service in ["apigateway", "iam", "lambda", "logs", "sqs", "sts"] {
        let model = read(&format!("{service}.json"));
        for (operation, described) in model["operations"].as_object().unwrap() {
            for name in described["errors"].as_array().unwrap() {
                let error = &model["errors"][name.as_str().unwrap()];
                let code = error["code"].as_str().unwrap();
                let found = means(classify(operation, code, "", status(error)));
                seen += 1;
                if expected(code).as_ref() != Some(&found) {
                    wrong.push(format!("{service}:{operation} {code}: {found:?}"));
                }
            }
        }
    }
    assert!(seen > 300, "{seen} errors");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// With AWS's own words, which tell "not yet" from "never".
#[test]
fn every_recorded_error_means_what_was_recorded() {
    let mut wrong = Vec::new();
    for error in read("answers/errors.json").as_array().unwrap() {
        let text = |name: &str| error[name].as_str().unwrap();
        let kind = classify(
            text("operation"),
            text("code"),
            text("message"),
            status(error),
        );
        let right = match text("means") {
            // What is not seen yet is waited for as what is busy is.
            "wait" => matches!(means(kind), Means::Passes | Means::Missing),
            "not found" => means(kind) == Means::Missing,
            "exists" => means(kind) == Means::There,
            "denied" => means(kind) == Means::Denied,
            // Who asks for the caller's identity waits for a new key; later it is an error like any.
            "at the start" => means(kind) == Means::Final,
            _ => matches!(means(kind), Means::Final | Means::Quota),
        };
        if !right {
            wrong.push(format!("{error}: {kind:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
