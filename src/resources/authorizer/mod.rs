//! Authorizers of a REST API: who judges the callers of the methods that name them.
//!
//! They have no tags and no ARN to put some on. Like methods they live in an API of this stage, where
//! all of them are this stage's; the API's own tag says that there are some to be looked for.

mod earlier;
mod invoked;
mod list;
mod permission;

pub(crate) use earlier::EarlierAuthorizers;
pub(crate) use invoked::InvokedFunction;
pub(crate) use list::AuthorizerList;
pub(crate) use permission::AuthorizerPermission;

use super::control_plane::patches;
use super::rest_api::RestApi;
use super::support::{UNKNOWN, required};
use crate::engine::{Call, Cx, Error, Field, Patch, Ref, Resource, Set};
use crate::hex::sha256;
use aws_sdk_apigateway::types::{Authorizer as AwsAuthorizer, AuthorizerType};
use futures::FutureExt;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// The authorizer as the stack wants it.
pub(crate) struct Authorizer {
    pub api: Ref<RestApi>,
    /// As gatewayq.toml has it.
    pub name: String,
    pub judge: Judge,
    /// As API Gateway writes them, with commas between them; empty for none.
    pub identity_source: String,
    pub list: AuthorizerList,
    /// Whether the list was looked at before.
    pub looked: AtomicBool,
}

/// Who judges.
#[derive(Clone, Debug)]
pub(crate) enum Judge {
    /// User pools of Amazon Cognito, by their ARNs.
    Cognito(BTreeSet<String>),
    Lambda {
        kind: AuthorizerType,
        /// The function's invocation URI.
        uri: String,
        /// Seconds that an answer is kept.
        ttl: i32,
        /// What a token has to match; empty for anything.
        pattern: String,
    },
}

/// The authorizer in API Gateway. What its type has no use for is left as it was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub id: String,
    kind: String,
    provider_arns: BTreeSet<String>,
    uri: String,
    identity_source: String,
    pattern: String,
    ttl: Option<i32>,
}

const UPDATE: Call<Authorizer> = Call {
    operation: "UpdateAuthorizer",
    run: |authorizer, cx, found, wanted| authorizer.patch(cx, found, wanted).boxed(),
};

impl Judge {
    /// The name in API Gateway, which has what one authorizer keeps for its life. Between Cognito and
    /// Lambda none can change, methods that use one keep it from being deleted, and names are unique in
    /// an API. Of another function it could be told; but who is cut off then no longer knows which one
    /// API Gateway may still invoke. So there is another authorizer, and the old one goes, with the
    /// permission on its function, when no method has it any more.
    pub(crate) fn full_name(&self, name: &str) -> String {
        match self {
            Self::Cognito(_) => format!("{name}-cognito"),
            Self::Lambda { uri, .. } => {
                let mut hash = sha256(uri.as_bytes());
                hash.truncate(8);
                format!("{name}{LAMBDA}{hash}")
            }
        }
    }

    /// In one line, for the definition that a deployment freezes.
    pub(crate) fn frozen(&self) -> String {
        match self {
            Self::Cognito(pools) => {
                let pools: Vec<&str> = pools.iter().map(String::as_str).collect();
                pools.join(" ")
            }
            Self::Lambda {
                kind,
                uri,
                ttl,
                pattern,
            } => format!("{} {uri} {ttl} {pattern}", kind.as_str()),
        }
    }
}

/// Between a name in gatewayq.toml and the hash of the function's URI.
const LAMBDA: &str = "-lambda-";

impl Authorizer {
    async fn patch(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let api = self.api.require()?;
        let request = cx.apigateway.update_authorizer().rest_api_id(&api.id);
        let request = request.authorizer_id(&found.id);
        let operations = patches::<Self>("UpdateAuthorizer", found, wanted);
        let request = request.set_patch_operations(Some(operations));
        cx.call("UpdateAuthorizer", request.send()).await?;
        Ok(())
    }
}

impl Resource for Authorizer {
    type State = State;

    /// Some are taken away by an empty value: their paths know no other operation than `replace` (API
    /// Gateway API reference, "authorizer:update"). Pools are added before others go, since there
    /// may never be none.
    const FIELDS: &'static [Field<Self>] = &[
        Field::text(
            "type",
            |s| Some(s.kind.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/type")),
        ),
        Field::items(
            "providerARNs",
            |s| &s.provider_arns,
            Set::Patch(&UPDATE, Patch::at("/providerARNs")),
        ),
        Field::text(
            "authorizerUri",
            |s| Some(s.uri.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/authorizerUri")),
        ),
        Field::text(
            "identitySource",
            |s| Some(s.identity_source.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/identitySource")),
        ),
        Field::text(
            "identityValidationExpression",
            |s| Some(s.pattern.clone()),
            Set::Patch(&UPDATE, Patch::replaced("/identityValidationExpression")),
        ),
        Field::text(
            "authorizerResultTtlInSeconds",
            |s| Some(s.ttl?.to_string()),
            Set::Patch(&UPDATE, Patch::replaced("/authorizerResultTtlInSeconds")),
        ),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        vec![("id".to_owned(), &mut state.id)]
    }

    fn kind(&self) -> &'static str {
        "authorizer"
    }

    fn name(&self) -> String {
        self.judge.full_name(&self.name)
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let Some(api) = self.api.observed().await? else {
            return Ok(None);
        };
        let all = match self.looked.swap(true, Ordering::SeqCst) {
            false => self.list.get(cx, &api.id).await?,
            true => &AuthorizerList::fresh(cx, &api.id).await?,
        };
        let name = self.name();
        let found = all.iter().find(|one| one.name() == Some(name.as_str()));
        found.map(state_of).transpose()
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let mut wanted = found.cloned().unwrap_or_else(|| State {
            id: UNKNOWN.to_owned(),
            ..State::default()
        });
        wanted.identity_source.clone_from(&self.identity_source);
        match &self.judge {
            Judge::Cognito(pools) => {
                AuthorizerType::CognitoUserPools
                    .as_str()
                    .clone_into(&mut wanted.kind);
                wanted.provider_arns.clone_from(pools);
            }
            Judge::Lambda {
                kind,
                uri,
                ttl,
                pattern,
            } => {
                kind.as_str().clone_into(&mut wanted.kind);
                wanted.uri.clone_from(uri);
                wanted.ttl = Some(*ttl);
                wanted.pattern.clone_from(pattern);
            }
        }
        wanted
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let api = self.api.require()?;
        let given = |text: String| (!text.is_empty()).then_some(text);
        let pools: Vec<String> = wanted.provider_arns.into_iter().collect();
        let request = cx
            .apigateway
            .create_authorizer()
            .rest_api_id(&api.id)
            .name(self.name())
            .r#type(AuthorizerType::from(wanted.kind.as_str()))
            .set_provider_arns((!pools.is_empty()).then_some(pools))
            .set_authorizer_uri(given(wanted.uri))
            .set_identity_source(given(wanted.identity_source))
            .set_identity_validation_expression(given(wanted.pattern))
            .set_authorizer_result_ttl_in_seconds(wanted.ttl);
        let made = cx.call("CreateAuthorizer", request.send()).await?;
        let made = AwsAuthorizer::builder()
            .set_id(made.id)
            .set_type(made.r#type)
            .set_provider_arns(made.provider_arns)
            .set_authorizer_uri(made.authorizer_uri)
            .set_identity_source(made.identity_source)
            .set_identity_validation_expression(made.identity_validation_expression)
            .set_authorizer_result_ttl_in_seconds(made.authorizer_result_ttl_in_seconds);
        state_of(&made.build())
    }

    /// It goes with its API.
    async fn delete(&self, _cx: &Cx, _found: State) -> Result<(), Error> {
        Ok(())
    }
}

fn state_of(found: &AwsAuthorizer) -> Result<State, Error> {
    let sources = found.identity_source().unwrap_or_default().split(',');
    let sources: Vec<&str> = sources.map(str::trim).collect();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok(State {
        id: required(found.id().map(str::to_owned), "the authorizer's id")?,
        kind: text(found.r#type().map(AuthorizerType::as_str)),
        provider_arns: found.provider_arns().iter().cloned().collect(),
        uri: text(found.authorizer_uri()),
        identity_source: sources.join(","),
        pattern: text(found.identity_validation_expression()),
        ttl: found.authorizer_result_ttl_in_seconds(),
    })
}
