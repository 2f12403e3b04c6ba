//! What a method asks of its callers.

use crate::engine::Ref;
use crate::resources::Authorizer;
use std::collections::{BTreeMap, BTreeSet};

/// What a method asks of its callers, before the ids in it are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MethodAccess {
    pub authorization: Authorization,
    pub api_key: bool,
}

/// Who may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authorization {
    /// Everybody.
    Open,
    /// Who signs the request and may invoke the method.
    Signature,
    /// Whom this authorizer lets in.
    Authorizer {
        /// As gatewayq.toml has it.
        name: String,
        /// `COGNITO_USER_POOLS` or `CUSTOM`.
        kind: &'static str,
        /// What an access token has to have one of.
        scopes: BTreeSet<String>,
    },
}

impl MethodAccess {
    /// Everybody, without a key.
    pub(crate) fn open() -> Self {
        Self {
            authorization: Authorization::Open,
            api_key: false,
        }
    }

    /// In one line, for the definition that a deployment freezes: `AWS_IAM true`.
    pub(crate) fn frozen(&self) -> String {
        let rest = match &self.authorization {
            Authorization::Authorizer { name, scopes, .. } => {
                let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                format!(" {name} {}", scopes.join(" "))
            }
            _ => String::new(),
        };
        format!("{} {}{rest}", self.authorization.kind(), self.api_key)
    }
}

impl Authorization {
    /// API Gateway's word for it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Open => "NONE",
            Self::Signature => "AWS_IAM",
            Self::Authorizer { kind, .. } => kind,
        }
    }

    pub(super) fn scopes(&self) -> BTreeSet<String> {
        match self {
            Self::Authorizer { scopes, .. } => scopes.clone(),
            Self::Open | Self::Signature => BTreeSet::new(),
        }
    }

    /// The authorizer among those of the API.
    pub(super) fn authorizer<'a>(
        &self,
        all: &'a BTreeMap<String, Ref<Authorizer>>,
    ) -> Option<&'a Ref<Authorizer>> {
        match self {
            Self::Authorizer { name, .. } => all.get(name),
            Self::Open | Self::Signature => None,
        }
    }
}
