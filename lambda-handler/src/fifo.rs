//! What SQS FIFO needs: the message's group (order) and its deduplication id (once), and the
//! ids that follow from an `Idempotency-Key`.

use gatewayq_routes::GroupSource;
use gatewayq_routes::path::shape;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::answer::Refusal;
use crate::body::{self, Fields};
use crate::request::ApiRequest;

/// The header that makes a request repeatable.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The most characters of an idempotency key.
pub const IDEMPOTENCY_KEY_MAX: usize = 255;

/// The most characters of a MessageGroupId (SQS API reference, `SendMessage`).
pub const GROUP_ID_MAX: usize = 128;

/// The namespace of every id that is derived here; random once, constant for ever.
const NAMESPACE: Uuid = Uuid::from_u128(0x0f6d_2c53_9d1e_4a7b_8c40_5b1f_a2e7_3d96);

/// The MessageGroupId of one task. `fields` are tried in turn: the task's own, then the
/// request's.
///
/// # Errors
/// A [`Refusal`] (400) when the key is missing, empty, or neither a text nor a number.
pub fn group_id(
    source: &GroupSource,
    request: &ApiRequest,
    fields: [&Fields; 2],
) -> Result<String, Refusal> {
    let value = match source {
        GroupSource::Header(name) => request.header(name).map(str::to_owned),
        GroupSource::Path(name) => request.path_parameters.get(name).cloned(),
        GroupSource::Auth(name) => request.request_context.authorizer.value(name),
        GroupSource::Body(keys) => fields.iter().find_map(|fields| leaf(fields, keys)),
    };
    match value {
        Some(value) if !value.is_empty() => Ok(to_group_id(value)),
        _ => Err(Refusal::bad(format!(
            "the ordering key `{}` must be a text or a number, and not empty",
            String::from(source.clone())
        ))),
    }
}

fn leaf(fields: &Fields, keys: &[String]) -> Option<String> {
    let (last, parents) = keys.split_last()?;
    let mut inner: Option<Fields> = None;
    for key in parents {
        let raw = inner.as_ref().unwrap_or(fields).get(key)?;
        inner = Some(body::object(raw.get()).ok()?);
    }
    text_or_number(inner.as_ref().unwrap_or(fields).get(last)?)
}

/// A number's text is taken as it came: numbers of 2^64 and above would be rounded into one group.
fn text_or_number(raw: &RawValue) -> Option<String> {
    match raw.get().as_bytes().first()? {
        b'"' => serde_json::from_str(raw.get()).ok(),
        b'-' | b'0'..=b'9' => Some(raw.get().to_owned()),
        _ => None,
    }
}

/// SQS takes 1 to 128 ASCII letters, digits and punctuation; any other value is replaced by an
/// id derived from it, so equal values still share a group.
fn to_group_id(value: String) -> String {
    if value.len() <= GROUP_ID_MAX && value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return value;
    }
    format!("key-{}", Uuid::new_v5(&NAMESPACE, value.as_bytes()))
}

/// The request's idempotency key.
///
/// # Errors
/// A [`Refusal`] (400) when it is empty or longer than [`IDEMPOTENCY_KEY_MAX`].
pub fn idempotency_key(request: &ApiRequest) -> Result<Option<&str>, Refusal> {
    match request.header(IDEMPOTENCY_KEY) {
        Some(key) if key.is_empty() || key.len() > IDEMPOTENCY_KEY_MAX => Err(Refusal::bad(
            format!("{IDEMPOTENCY_KEY} must have 1 to {IDEMPOTENCY_KEY_MAX} characters"),
        )),
        key => Ok(key),
    }
}

/// The id that follows from what a caller chose to make a request repeatable. The body has no part in it: a
/// repeat with another body is still the same request, and the first message stays the only one. The caller,
/// the route, the task, the ordering key and the place in `tasks` do: where one of them differs
/// it is another request.
#[must_use]
pub fn derived_id(request: &ApiRequest, task: &str, scope: &IdScope<'_>) -> Uuid {
    let (api_key, caller) = request.request_context.caller();
    let parts = (
        (&request.http_method, shape(&request.resource), task),
        (api_key, caller),
        (scope.key, scope.group, scope.index),
    );
    // As JSON no two lists of parts look alike.
    #[expect(
        clippy::expect_used,
        reason = "text and numbers always have a JSON form"
    )]
    let name = serde_json::to_vec(&parts).expect("text and numbers always have a JSON form");
    Uuid::new_v5(&NAMESPACE, &name)
}

/// What narrows a derived id down.
pub struct IdScope<'a> {
    /// What the caller chose.
    pub key: Key<'a>,
    /// The ordering key, on routes that have one.
    pub group: Option<&'a str>,
    /// The place in `tasks`, in requests that have several.
    pub index: Option<usize>,
}

/// What a caller makes a request repeatable with. One is never the other, whatever its text.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Key<'a> {
    /// The option `task_id`.
    TaskId(&'a str),
    /// The header [`IDEMPOTENCY_KEY`].
    #[serde(untagged)]
    Idempotency(&'a str),
}
