//! API Gateway's permission to invoke the function's alias: this API's, and no other's.

use super::invoke_statement::InvokeStatement;
use super::rest_api::RestApi;
use super::support::{document, unknown_or};
use super::versions::Versions;
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::{LIVE, Names};
use futures::FutureExt;
use serde_json::Value;

/// In the alias's policy.
const STATEMENT_ID: &str = "gatewayq-live";
/// In the function's own.
const FORMER_ID: &str = "gatewayq-apigateway";

/// The statement in the alias's resource policy.
pub(crate) struct Permission {
    pub api: Ref<RestApi>,
    /// The alias is made with them.
    pub versions: Ref<Versions>,
    pub names: Names,
}

/// The permission for the function without its alias, by which stages were invoked that were deployed before there was one. It
/// goes after the stage is switched.
pub(crate) struct FormerPermission {
    pub permission: Ref<Permission>,
    pub names: Names,
}

/// The statement in Lambda.
#[derive(Clone, Debug)]
pub(crate) struct State {
    statement: Option<Value>,
    /// Foreign statements beside it, and in the function's own policy.
    others: Vec<Value>,
    /// Whether the function's own policy has a statement of gatewayq's.
    has_former: bool,
}

const PUT_ANEW: Call<Permission> = Call {
    operation: "AddPermission",
    run: |permission, cx, found, _| permission.replace(cx, found).boxed(),
};

/// Where the statement stands: with the alias.
fn place(names: &Names) -> InvokeStatement {
    InvokeStatement {
        function: names.base(),
        qualifier: Some(LIVE.to_owned()),
        id: STATEMENT_ID.to_owned(),
    }
}

/// Where it stood: with the function itself.
fn former_place(names: &Names) -> InvokeStatement {
    InvokeStatement {
        function: names.base(),
        qualifier: None,
        id: FORMER_ID.to_owned(),
    }
}

impl Permission {
    fn place(&self) -> InvokeStatement {
        place(&self.names)
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

    async fn replace(&self, cx: &Cx, found: &State) -> Result<(), Error> {
        let (place, source) = (self.place(), self.known_source_arn()?);
        match found.statement {
            Some(_) => place.replace(cx, &source).await,
            None => place.add(cx, &source).await,
        }
    }
}

impl Resource for Permission {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[document(
        "Statement",
        |s| s.statement.as_ref(),
        Set::By(&PUT_ANEW),
    )];

    fn kind(&self) -> &'static str {
        "permission"
    }

    fn name(&self) -> String {
        STATEMENT_ID.to_owned()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (alias, function) = (self.place(), former_place(&self.names));
        let (alias, function) = futures::join!(alias.read(cx), function.read(cx));
        // What is wanted depends on the API's id.
        self.api.observed().await?;
        let ((statement, mut others), (former, beside)) = (alias?, function?);
        others.extend(beside);
        let is_something = statement.is_some() || former.is_some() || !others.is_empty();
        Ok(is_something.then_some(State {
            statement,
            others,
            has_former: former.is_some(),
        }))
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let source = unknown_or(self.source_arn());
        let statement = self.place().document(&self.names.live_arn(), &source);
        let others = found.map(|found| found.others.clone());
        State {
            statement: Some(statement),
            others: others.unwrap_or_default(),
            has_former: found.is_some_and(|found| found.has_former),
        }
    }

    /// Whoever invokes the function directly bypasses the API's signatures, keys and limits.
    async fn warnings(&self, _cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let others = found.into_iter().flat_map(|found| &found.others);
        Ok(others.map(told).collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        let source = self.known_source_arn()?;
        self.versions.require()?;
        self.place().add(cx, &source).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        self.place().remove(cx).await
    }
}

impl Resource for FormerPermission {
    type State = ();

    const FIELDS: &'static [Field<Self>] = &[];

    fn kind(&self) -> &'static str {
        "former permission"
    }

    fn name(&self) -> String {
        FORMER_ID.to_owned()
    }

    async fn read(&self, _cx: &Cx) -> Result<Option<()>, Error> {
        let permission = self.permission.observed().await?;
        Ok(permission.filter(|found| found.has_former).map(drop))
    }

    fn is_wanted(&self) -> bool {
        false
    }

    fn wanted(&self, _found: Option<&()>) {}

    /// It is in a graph only to be deleted.
    async fn create(&self, _cx: &Cx, _wanted: ()) -> Result<(), Error> {
        Ok(())
    }

    async fn delete(&self, cx: &Cx, _found: ()) -> Result<(), Error> {
        former_place(&self.names).remove(cx).await
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
