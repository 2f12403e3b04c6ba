//! API Gateway's permission to invoke the function of a Lambda authorizer. The function is somebody's
//! own: where it cannot be changed, that is said, and nothing fails.

use super::{Authorizer, InvokedFunction};
use crate::engine::{Call, Cx, Error, Event, Field, Ref, Resource, Retained, Set};
use crate::names::Names;
use crate::resources::invoke_statement::InvokeStatement;
use crate::resources::rest_api::RestApi;
use crate::resources::support::{document, unknown_or};
use futures::FutureExt;
use serde_json::Value;
use std::sync::OnceLock;

/// The statement in the resource policy of the authorizer's function.
pub(crate) struct AuthorizerPermission {
    pub api: Ref<RestApi>,
    pub authorizer: Ref<Authorizer>,
    pub names: Names,
    /// The authorizer's name, as gatewayq.toml has it.
    pub name: String,
    pub function: InvokedFunction,
    /// Whether the stage is being deleted: then it does not matter what the statement says.
    pub deleting: bool,
    /// What AWS answered where it refused the statement.
    pub refused: OnceLock<String>,
}

/// The statement in Lambda; `None` where it cannot be seen or made from here.
#[derive(Clone, Debug)]
pub(crate) struct State(Option<Value>);

const PUT_ANEW: Call<AuthorizerPermission> = Call {
    operation: "AddPermission",
    run: |permission, cx, _, _| permission.put(cx, true).map(|made| made.map(drop)).boxed(),
};

impl AuthorizerPermission {
    fn place(&self) -> InvokeStatement {
        self.function.statement(&self.names, &self.name)
    }

    /// This authorizer of this API (API Gateway developer guide, "Use API Gateway Lambda authorizers").
    fn source_arn(&self) -> Option<String> {
        let (api, authorizer) = (self.api.current()?, self.authorizer.current()?);
        let source = format!("{}/authorizers/{}", api.id, authorizer.id);
        Some(self.names.arn("execute-api", &source))
    }

    /// What to do where gatewayq cannot.
    fn told(&self) -> String {
        let source = unknown_or(self.source_arn());
        let command = self.place().command(self.function.arn(), &source);
        let refused = self.refused.get();
        let refused = refused
            .map(|refused| format!(" ({refused})"))
            .unwrap_or_default();
        format!(
            "whether API Gateway may invoke {} cannot be seen or changed from here{refused}; it is let \
             in by `{command}`",
            self.function.arn()
        )
    }

    /// Whether the statement is there now.
    async fn put(&self, cx: &Cx, replaces: bool) -> Result<bool, Error> {
        let source = self.source_arn();
        let source = source.ok_or_else(|| Error::Conflict("the authorizer".to_owned()))?;
        let place = self.place();
        let answer = match replaces {
            true => place.replace(cx, &source).await,
            false => place.add(cx, &source).await,
        };
        let Err(error) = answer else { return Ok(true) };
        if !is_refusal(&error) {
            return Err(error);
        }
        let _ = self.refused.set(error.to_string());
        Ok(false)
    }
}

/// What waiting does not change, or that the function is not there: not this stage's to make.
fn is_refusal(error: &Error) -> bool {
    let lasts = matches!(error, Error::Aws(_)) && error.waiting_for().is_none();
    lasts || error.is_not_found()
}

impl Resource for AuthorizerPermission {
    type State = State;

    const FIELDS: &'static [Field<Self>] =
        &[document("Statement", |s| s.0.as_ref(), Set::By(&PUT_ANEW))];

    fn kind(&self) -> &'static str {
        "authorizer permission"
    }

    fn name(&self) -> String {
        self.place().id
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        if !self.deleting {
            // What is wanted depends on both ids.
            self.api.observed().await?;
            self.authorizer.observed().await?;
        }
        if !self.function.is_within_reach(&self.names) || self.refused.get().is_some() {
            return Ok(Some(State(None)));
        }
        match self.place().read(cx).await {
            Err(error) if error.is_denied() => Ok(Some(State(None))),
            read => Ok(read?.0.map(|statement| State(Some(statement)))),
        }
    }

    fn wanted(&self, found: Option<&State>) -> State {
        if let Some(State(None)) = found {
            return State(None);
        }
        let source = unknown_or(self.source_arn());
        State(Some(self.place().document(self.function.arn(), &source)))
    }

    async fn warnings(&self, _cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let is_unseen = matches!(found, Some(State(None)));
        Ok(is_unseen.then(|| self.told()).into_iter().collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        Ok(match self.put(cx, false).await? {
            true => wanted,
            false => State(None),
        })
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        remove(cx, &self.place(), self.function.arn()).await
    }

    fn retained(&self, found: &State) -> Option<Retained<State>> {
        let reason = "it cannot be changed from here".to_owned();
        let state = found.clone();
        found.0.is_none().then_some(Retained { reason, state })
    }
}

/// Takes a statement away. Where that is not allowed, it stays, and that is said: it lets in an
/// authorizer that is no more.
pub(super) async fn remove(
    cx: &Cx,
    statement: &InvokeStatement,
    function: &str,
) -> Result<(), Error> {
    match statement.remove(cx).await {
        Err(error) if is_refusal(&error) => {
            let left = format!(
                "the statement {} stays in the policy of {function}",
                statement.id
            );
            cx.send(Event::Note(format!("{left}: {error}")));
            Ok(())
        }
        answer => answer,
    }
}
