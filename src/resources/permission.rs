//! API Gateway's permission to invoke the function: this API's, and no other's.

use super::invoke_statement::InvokeStatement;
use super::rest_api::RestApi;
use super::support::{document, unknown_or};
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use futures::FutureExt;
use serde_json::Value;

const STATEMENT_ID: &str = "gatewayq-apigateway";

/// The statement in the function's resource policy.
pub(crate) struct Permission {
    pub api: Ref<RestApi>,
    pub names: Names,
}

/// The statement in Lambda.
#[derive(Clone, Debug)]
pub(crate) struct State {
    statement: Value,
    /// Foreign statements beside it.
    others: Vec<Value>,
}

const PUT_ANEW: Call<Permission> = Call {
    operation: "AddPermission",
    run: |permission, cx, _, _| permission.replace(cx).boxed(),
};

impl Permission {
    fn place(&self) -> InvokeStatement {
        InvokeStatement {
            function: self.names.base(),
            qualifier: None,
            id: STATEMENT_ID.to_owned(),
        }
    }

    /// Any method and path of this API's own stage.
    fn source_arn(&self) -> Option<String> {
        let stage = format!("{}/{}/*/*", self.api.current()?.id, self.names.stage);
        Some(self.names.arn("execute-api", &stage))
    }

    fn known_source_arn(&self) -> Result<String, Error> {
        let source = self.source_arn();
        source.ok_or_else(|| Error::Conflict("the REST API".to_owned()))
    }

    async fn replace(&self, cx: &Cx) -> Result<(), Error> {
        self.place().replace(cx, &self.known_source_arn()?).await
    }
}

impl Resource for Permission {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[document(
        "Statement",
        |s| Some(&s.statement),
        Set::By(&PUT_ANEW),
    )];

    fn kind(&self) -> &'static str {
        "permission"
    }

    fn name(&self) -> String {
        STATEMENT_ID.to_owned()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let place = self.place();
        let statements = place.read(cx).await;
        // What is wanted depends on the API's id.
        self.api.observed().await?;
        let (ours, others) = statements?;
        Ok(ours.map(|statement| State { statement, others }))
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let source = unknown_or(self.source_arn());
        let statement = self.place().document(&self.names.function_arn(), &source);
        let others = found.map(|found| found.others.clone());
        State {
            statement,
            others: others.unwrap_or_default(),
        }
    }

    /// Whoever invokes the function directly bypasses the API's signatures, keys and limits.
    async fn warnings(&self, cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let others = match found {
            Some(found) => found.others.clone(),
            None => self.place().read(cx).await?.1,
        };
        Ok(others.iter().map(told).collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let source = self.known_source_arn()?;
        self.place().add(cx, &source).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        self.place().remove(cx).await
    }
}

/// A foreign statement, in words.
fn told(statement: &Value) -> String {
    let who = match &statement["Principal"] {
        Value::String(all) if all == "*" => "everybody".to_owned(),
        Value::Object(by_kind) if by_kind.values().any(|who| who == "*") => "everybody".to_owned(),
        Value::Object(by_kind) => listed(by_kind.values()),
        other => other.to_string(),
    };
    let condition = match &statement["Condition"] {
        Value::Null => String::new(),
        condition => format!(", on the condition {condition}"),
    };
    let effect = statement["Effect"].as_str().unwrap_or_default();
    format!(
        "statement {} in the function's resource policy: {effect} {} to {who}{condition}",
        statement["Sid"].as_str().unwrap_or("without Sid"),
        listed([&statement["Action"]]),
    )
}

/// The texts in values that are one text or several.
fn listed<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let texts = values.into_iter().flat_map(|value| match value {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    });
    let texts: Vec<&str> = texts.filter_map(Value::as_str).collect();
    texts.join(", ")
}
