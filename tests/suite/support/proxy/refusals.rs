//! Refusals that a command meets now and then: quotas that are reached, changes beside it, keys that are too new.
use super::answer::Answer;
use super::request::Request;
use super::world::{Event, World};

/// The quota of an operation is reached, in the words of its service. Nothing but a higher quota helps.
pub(super) fn quota(request: &Request, operation: &str) -> Option<Answer> {
    if request.operation() != operation {
        return None;
    }
    let (status, code, message) = match (request.about.service.as_str(), operation) {
        ("iam", "CreateRole") => (
            409,
            "LimitExceeded",
            "Cannot exceed quota for RolesPerAccount: 1000",
        ),
        ("iam", _) => (
            409,
            "LimitExceeded",
            "Maximum policy size of 10240 bytes exceeded for role",
        ),
        ("apigateway", "CreateRestApi") => (
            429,
            "LimitExceededException",
            "Maximum number of Rest APIs for this account has been reached. Please contact AWS if you need additional Rest APIs.",
        ),
        ("apigateway", _) => (
            429,
            "LimitExceededException",
            "Maximum number of resources for this API has been reached. Please contact AWS if you need additional resources.",
        ),
        ("lambda", "AddPermission") => (
            400,
            "PolicyLengthExceededException",
            "The final policy size (20619) is bigger than the limit (20480).",
        ),
        ("lambda", _) => (
            400,
            "CodeStorageExceededException",
            "Code storage limit exceeded.",
        ),
        ("logs", "TagResource") => (
            400,
            "TooManyTagsException",
            "A resource can have no more than 50 tags.",
        ),
        ("monitoring", _) => (
            400,
            "LimitExceeded",
            "The maximum limit for number of alarms is exceeded",
        ),
        ("dynamodb", _) => (
            400,
            "LimitExceededException",
            "Subscriber limit exceeded: There is a limit to the number of tables",
        ),
        ("logs", _) => (400, "LimitExceededException", "Resource limit exceeded."),
        _ => (
            400,
            "OverLimit",
            "The maximum number of queues or of their requests is reached.",
        ),
    };
    Some(Answer::error(&request.about, status, code, message))
}

/// Another change of the same API runs at this moment: so many of a hundred changes inside an API are refused. Which
/// ones, their number decides, so that a run can be repeated.
pub(super) fn concurrent(request: &Request, world: &World, percent: u64) -> Option<Answer> {
    let about = &request.about;
    let inside = about.service == "apigateway" && about.resource.starts_with("/restapis/");
    if !inside || !about.is_write() {
        return None;
    }
    // Knuth's multiplicative hash spreads consecutive numbers evenly.
    let spread = world.count("concurrent").wrapping_mul(2_654_435_761) % (1 << 32) / 7;
    let message =
        "Unable to complete operation due to concurrent modification. Please try again later.";
    (spread % 100 < percent).then(|| Answer::error(about, 409, "ConflictException", message))
}

/// IAM changes nothing of a role that was made a moment ago.
pub(super) fn unmodifiable(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let about = &request.about;
    let role = request.field("RoleName");
    let fresh = about.service == "iam"
        && about.is_write()
        && world.within(Event::RoleCreated, &role, seconds);
    let message = "The request was rejected because it referenced an entity that is temporarily unmodifiable, \
                   such as a user name that was deleted and then recreated.";
    fresh.then(|| Answer::error(about, 409, "EntityTemporarilyUnmodifiable", message))
}

/// The account's CloudWatch role cannot be taken away (so in 2016; today AWS takes an empty value).
pub(super) fn clearing(request: &Request) -> Option<Answer> {
    if !request.is("apigateway", "UpdateAccount") {
        return None;
    }
    let patches = request.json()["patchOperations"].clone();
    let clears = patches.as_array()?.iter().any(|patch| {
        patch["path"] == "/cloudwatchRoleArn"
            && patch["value"].as_str().unwrap_or_default().is_empty()
    });
    let message = "The role ARN is not well formed";
    clears.then(|| Answer::error(&request.about, 400, "BadRequestException", message))
}

/// No service knows an access key that was made a moment ago; it is as old as its first call here.
pub(super) fn new_key(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let header = request.parts.headers.get("authorization")?.to_str().ok()?;
    let key = header.split("Credential=").nth(1)?.split('/').next()?;
    if world.age(Event::KeySeen, key).is_none() {
        world.note(Event::KeySeen, key);
    }
    let code = match request.about.service.as_str() {
        "sts" | "iam" => "InvalidClientTokenId",
        _ => "UnrecognizedClientException",
    };
    let message = "The security token included in the request is invalid.";
    let unknown = world.within(Event::KeySeen, key, seconds);
    unknown.then(|| Answer::error(&request.about, 403, code, message))
}
