//! API Gateway's permission to invoke the function: this API's, and no other's.

use super::rest_api::RestApi;
use super::support::{document, found, gone, unknown_or};
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::Names;
use futures::FutureExt;
use serde_json::{Value, json};

/// Fixed, so that no deploy adds a second statement: the resource policy holds 20 KB.
const STATEMENT_ID: &str = "gatewayq-apigateway";
const ACTION: &str = "lambda:InvokeFunction";
const PRINCIPAL: &str = "apigateway.amazonaws.com";

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

/// Lambda has no call that changes a statement.
const PUT_ANEW: Call<Permission> = Call {
    operation: "AddPermission",
    run: |permission, cx, _, _| permission.replace(cx).boxed(),
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

    /// Our statement, and the others in the function's resource policy.
    async fn statements(&self, cx: &Cx) -> Result<(Option<Value>, Vec<Value>), Error> {
        let request = cx.lambda.get_policy().function_name(self.names.base());
        let answer = cx.call("GetPolicy", request.send()).await;
        let policy = found(answer)?.and_then(|answer| answer.policy);
        let all = match policy {
            Some(text) => statements_of(&text)?,
            None => Vec::new(),
        };
        let is_ours = |statement: &Value| statement["Sid"] == STATEMENT_ID;
        let (ours, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_ours);
        Ok((ours.into_iter().next(), others))
    }

    async fn replace(&self, cx: &Cx) -> Result<(), Error> {
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
        let statements = self.statements(cx).await;
        // What is wanted depends on the API's id.
        self.api.observed().await?;
        let (ours, others) = statements?;
        Ok(ours.map(|statement| State { statement, others }))
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let source = unknown_or(self.source_arn());
        let statement = json!({
            "Sid": STATEMENT_ID,
            "Effect": "Allow",
            "Principal": {"Service": PRINCIPAL},
            "Action": ACTION,
            "Resource": self.names.function_arn(),
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        });
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
            None => self.statements(cx).await?.1,
        };
        Ok(others.iter().map(told).collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.add(cx).await?;
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, _found: State) -> Result<(), Error> {
        self.remove(cx).await
    }
}

/// The statements of a resource policy, which may have a single one without a list (IAM user guide,
/// "Grammar of the IAM JSON policy language").
fn statements_of(policy: &str) -> Result<Vec<Value>, Error> {
    let read = |error| format!("the function's resource policy is not JSON: {error}");
    let mut policy: Value = serde_json::from_str(policy).map_err(|e| Error::Failed(read(e)))?;
    Ok(match policy.get_mut("Statement").map(Value::take) {
        None => Vec::new(),
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_statement_of_the_resource_policy_is_overlooked() {
        let all = |policy: &str| statements_of(policy).unwrap();
        let one = json!({"Sid": "a"});
        let alone = all(&json!({"Statement": one}).to_string());
        let listed = all(&json!({"Statement": [one]}).to_string());
        assert_eq!((alone, listed), (vec![one.clone()], vec![one]));
        assert!(all(r#"{"Version": "2012-10-17"}"#).is_empty());
        let error = statements_of("{").unwrap_err().to_string();
        assert!(error.contains("resource policy is not JSON"), "{error}");
    }
}
