//! What a route's authorizer found out about a caller, as API Gateway hands it on.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The claims of a Cognito token, or the context that a Lambda authorizer answered. Nothing on a route
/// without an authorizer: whoever calls cannot put anything here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Authorized(HashMap<String, Value>);

impl From<HashMap<String, Value>> for Authorized {
    fn from(values: HashMap<String, Value>) -> Self {
        Self(values)
    }
}

impl Authorized {
    /// A claim by its name (`sub`, `cognito:groups`), or a value of a Lambda authorizer's context
    /// (`principalId` is always one). API Gateway makes texts of numbers and booleans; lists and
    /// objects it does not hand on.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        let value = match self.claims() {
            Some(claims) => claims.get(name),
            None => self.0.get(name),
        };
        match value? {
            Value::String(text) => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// What kind of name [`Self::principal`] is: users choose none of Cognito's, and perhaps one of a Lambda authorizer's.
    pub(crate) fn kind(&self) -> &'static str {
        match self.claims() {
            Some(_) => "cognito",
            None => "lambda",
        }
    }

    /// Who called: the user of a Cognito token, or its app client where it is nobody's, or what a
    /// Lambda authorizer calls the principal. `None` where there was no authorizer, or it did not say.
    #[must_use]
    pub fn principal(&self) -> Option<&str> {
        let principal = match self.claims() {
            Some(claims) => claims.get("sub").or_else(|| claims.get("client_id")),
            None => self.0.get("principalId"),
        };
        principal?.as_str()
    }

    /// Those of a Cognito token. A Lambda authorizer's context may have a text of that name, and no object.
    fn claims(&self) -> Option<&Map<String, Value>> {
        self.0.get("claims")?.as_object()
    }
}
