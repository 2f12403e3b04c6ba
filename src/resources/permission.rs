//! API Gateway's permission to invoke the function: this API's, and no other's.

use super::function::Function;
use super::rest_api::RestApi;
use super::support::{document_change, found, gone, parse_document};
use crate::engine::{Change, Cx, Error, Ref, Resource};
use crate::names::Names;
use serde_json::{Value, json};

/// Fixed, so that no deploy adds a second statement: the resource policy holds 20 KB.
const STATEMENT_ID: &str = "gatewayq-apigateway";

/// The statement in the function's resource policy.
pub struct Permission {
    pub function: Ref<Function>,
    pub api: Ref<RestApi>,
    pub names: Names,
}

/// The statement as Lambda holds it.
#[derive(Clone, Debug)]
pub struct State {
    statement: Value,
}

impl Permission {
    /// Any method and path of this API's own stage.
    fn source_arn(&self) -> Option<String> {
        let api = self.api.current()?;
        Some(self.names.arn(
            "execute-api",
            &format!("{}/{}/*/*", api.id, self.names.stage),
        ))
    }

    fn statement(&self) -> Value {
        let source = self
            .source_arn()
            .unwrap_or_else(|| "(known after deploy)".to_owned());
        json!({
            "Sid": STATEMENT_ID,
            "Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": self.names.function_arn(),
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        })
    }

    async fn add(&self, cx: &Cx) -> Result<State, Error> {
        let source = self
            .source_arn()
            .ok_or_else(|| Error::Moved("the REST API".to_owned()))?;
        let request = cx
            .lambda
            .add_permission()
            .function_name(self.names.base())
            .statement_id(STATEMENT_ID)
            .action("lambda:InvokeFunction")
            .principal("apigateway.amazonaws.com")
            .source_arn(source);
        cx.call("AddPermission", request.send()).await?;
        Ok(State {
            statement: self.statement(),
        })
    }

    async fn remove(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .lambda
            .remove_permission()
            .function_name(self.names.base())
            .statement_id(STATEMENT_ID);
        gone(cx.call("RemovePermission", request.send()).await)
    }
}

impl Resource for Permission {
    type State = State;

    fn kind(&self) -> &'static str {
        "permission"
    }

    fn name(&self) -> String {
        STATEMENT_ID.to_owned()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let answer = cx
            .call(
                "GetPolicy",
                cx.lambda
                    .get_policy()
                    .function_name(self.names.base())
                    .send(),
            )
            .await;
        // The diff compares with the API's id.
        self.api.observed().await?;
        let policy = found(answer)?
            .and_then(|answer| answer.policy)
            .map(|text| parse_document(&text));
        let statements = policy
            .as_ref()
            .and_then(|policy| policy["Statement"].as_array());
        let ours = statements.and_then(|all| {
            all.iter()
                .find(|statement| statement["Sid"] == STATEMENT_ID)
        });
        Ok(ours.map(|statement| State {
            statement: statement.clone(),
        }))
    }

    fn diff(&self, state: &State) -> Vec<Change> {
        document_change("Statement", Some(&state.statement), &self.statement())
            .into_iter()
            .collect()
    }

    async fn create(&self, cx: &Cx) -> Result<State, Error> {
        self.function.require()?;
        self.add(cx).await
    }

    /// Lambda has no call that changes a statement.
    async fn update(&self, cx: &Cx, _state: State, _changes: &[Change]) -> Result<State, Error> {
        self.remove(cx).await?;
        self.add(cx).await
    }

    async fn delete(&self, cx: &Cx, _state: State) -> Result<(), Error> {
        self.remove(cx).await
    }
}
