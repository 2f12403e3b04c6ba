//! The request as the rules read it: what the function needs of API Gateway's REST proxy event
//! (payload format 1.0).

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};

use crate::answer::Refusal;
use crate::authorized::Authorized;

/// Who sent a request, by what API Gateway has checked: the kind of identity, and its name.
pub type Sender<'a> = (&'static str, &'a str);

/// One API request. Fields of the event that are not read are not parsed; a `null` counts as
/// absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiRequest {
    /// The route that API Gateway has authorised the request by, as gatewayq.toml has it: method
    /// (perhaps `ANY`) and path, such as `POST /tasks/{task}`. Not a part of the event.
    #[serde(skip)]
    pub route_key: String,
    /// The path template of the matched resource, such as `/tasks/{task}`.
    #[serde(deserialize_with = "or_default")]
    pub resource: String,
    /// The HTTP method of the request.
    #[serde(deserialize_with = "or_default")]
    pub http_method: String,
    /// The headers, each with its last value; names as the client wrote them.
    #[serde(deserialize_with = "or_default")]
    pub headers: HashMap<String, String>,
    /// The values of the path template's parameters, decoded.
    #[serde(deserialize_with = "or_default")]
    pub path_parameters: HashMap<String, String>,
    /// The query's parameters, decoded, each with its last value.
    #[serde(deserialize_with = "or_default")]
    pub query_string_parameters: HashMap<String, String>,
    /// The body: text, or base64 when `is_base64_encoded`.
    pub body: Option<String>,
    /// Whether API Gateway treated the body's media type as binary.
    #[serde(deserialize_with = "or_default")]
    pub is_base64_encoded: bool,
    /// What API Gateway knows of the request.
    #[serde(deserialize_with = "or_default")]
    pub request_context: RequestContext,
}

/// API Gateway's own data on the request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestContext {
    /// API Gateway's id of the request, which its execution log has too.
    #[serde(deserialize_with = "or_default")]
    pub request_id: String,
    /// Who called.
    #[serde(deserialize_with = "or_default")]
    pub identity: Identity,
    /// What the route's authorizer found out, where it has one.
    #[serde(deserialize_with = "or_default")]
    pub authorizer: Authorized,
}

/// Who called, as far as API Gateway checked it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// The id (not the value) of the API key, where the method requires one.
    pub api_key_id: Option<String>,
    /// The principal id of the IAM caller; for an assumed role with `:session` behind it.
    pub caller: Option<String>,
    /// The user of a Cognito identity pool, whose users all have one role.
    pub cognito_identity_id: Option<String>,
}

fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl ApiRequest {
    /// The value of a header; header names are compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The body as text, empty when there is none.
    ///
    /// # Errors
    /// A [`Refusal`] (400) when a base64 body is not base64 of UTF-8 text.
    pub fn body_text(&self) -> Result<String, Refusal> {
        let text = self.body.as_deref().unwrap_or_default();
        if !self.is_base64_encoded {
            return Ok(text.to_owned());
        }
        STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| Refusal::bad("the body is not UTF-8 text"))
    }
}

impl RequestContext {
    /// The API key's id and the caller, as far as both stay the same from one request to the next:
    /// whom the route's authorizer takes the caller for, otherwise the user of an identity pool, or the IAM principal.
    #[must_use]
    pub fn caller(&self) -> (&str, &str) {
        let (api_key, iam) = self.identity.stable();
        (api_key, self.authorizer.principal().unwrap_or(iam))
    }
}

impl RequestContext {
    /// Who is asking, for a task to be theirs: whom the route's authorizer takes the caller for, otherwise the user
    /// of an identity pool, the IAM principal (of a role all its sessions), or the API key.
    #[must_use]
    pub fn sender(&self) -> Option<Sender<'_>> {
        let identity = &self.identity;
        let all = [
            (self.authorizer.kind(), self.authorizer.principal()),
            ("cognito identity", identity.cognito_identity_id.as_deref()),
            ("iam", identity.caller.as_deref().map(without_session)),
            ("key", identity.api_key_id.as_deref()),
        ];
        let mut known = all
            .into_iter()
            .filter_map(|(kind, name)| Some((kind, name?)));
        known.find(|(_, name)| !name.is_empty())
    }
}

/// Sessions of roles have names that change; those of federated users (`ACCOUNT:NAME`) say who it is. Ids of roles
/// begin with AROA, of users with AIDA (IAM user guide, "IAM identifiers").
fn without_session(caller: &str) -> &str {
    match caller.split_once(':') {
        Some((id, _)) if ["AROA", "AIDA"].iter().any(|kind| id.starts_with(kind)) => id,
        _ => caller,
    }
}

impl Identity {
    /// The key's id and the caller without what changes between sessions, so that a retry is the same caller. All users
    /// of an identity pool have one role, so it is their own id that counts.
    #[must_use]
    pub fn stable(&self) -> (&str, &str) {
        let user = self.cognito_identity_id.as_deref();
        let iam = || without_session(self.caller.as_deref().unwrap_or_default());
        let principal = user.filter(|id| !id.is_empty()).unwrap_or_else(iam);
        (self.api_key_id.as_deref().unwrap_or_default(), principal)
    }
}
