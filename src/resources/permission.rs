//! API Gateway's permission to invoke the function: this API's, and no other's.

use super::rest_api::RestApi;
use super::support::{document, found, gone, parse_document, unknown_or};
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use futures::FutureExt;
use serde_json::{Value, json};

/// Fixed, so that no deploy adds a second statement: the resource policy holds 20 KB.
const STATEMENT_ID: &str = "gatewayq-apigateway";
const ACTION: &str = "lambda:InvokeFunction";
const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// The statement in the function's resource policy.
pub struct Permission {
    pub api: Ref<RestApi>,
    pub names: Names,
}

/// The statement in Lambda.
#[derive(Clone, Debug)]
pub struct State {
    statement: Value,
}

/// Lambda has no call that changes a statement.
const PUT_ANEW: Call<Permission> = Call {
    operation: "AddPermission",
    run: |permission, cx, _, _| permission.put_anew(cx).boxed(),
};

impl Permission {
    /// Any method and path of this API's own stage.
    fn source_arn(&self) -> Option<String> {
        let stage = format!("{}/{}/*/*", self.api.current()?.id, self.names.stage);
        Some(self.names.arn("execute-api", &stage))
    }

    async fn add(&self, cx: &Cx) -> Result<(), Error> {
        let source = self.source_arn();
        let source = source.ok_or_else(|| Error::Conflict("the REST API".to_owned()))?;
        let request = cx
            .lambda
            .add_permission()
            .function_name(self.names.base())
            .statement_id(STATEMENT_ID)
            .action(ACTION)
            .principal(PRINCIPAL)
            .source_arn(source);
        cx.call("AddPermission", request.send()).await?;
        Ok(())
    }

    async fn remove(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx.lambda.remove_permission();
        let request = request.function_name(self.names.base());
        let request = request.statement_id(STATEMENT_ID);
        gone(cx.call("RemovePermission", request.send()).await)
    }

    async fn put_anew(&self, cx: &Cx) -> Result<(), Error> {
        self.remove(cx).await?;
        self.add(cx).await
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
        let request = cx.lambda.get_policy().function_name(self.names.base());
        let answer = cx.call("GetPolicy", request.send()).await;
        // What is wanted depends on the API's id.
        self.api.observed().await?;
        let policy = found(answer)?.and_then(|answer| answer.policy);
        let policy = policy.map(|text| parse_document(&text));
        let statements = policy
            .as_ref()
            .and_then(|policy| policy["Statement"].as_array());
        let mut statements = statements.into_iter().flatten();
        let ours = statements.find(|statement| statement["Sid"] == STATEMENT_ID);
        Ok(ours.cloned().map(|statement| State { statement }))
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        let source = unknown_or(self.source_arn());
        let statement = json!({
            "Sid": STATEMENT_ID,
            "Effect": "Allow",
            "Principal": {"Service": PRINCIPAL},
            "Action": ACTION,
            "Resource": self.names.function_arn(),
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        });
        State { statement }
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.add(cx).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        self.remove(cx).await
    }
}
