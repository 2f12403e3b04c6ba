//! A statement in a function's resource policy that lets API Gateway invoke the function.

use super::support::{found, gone};
use crate::engine::{Cx, Error};
use serde_json::{Value, json};

const ACTION: &str = "lambda:InvokeFunction";
const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// Where the statement stands.
#[derive(Clone, Debug)]
pub(super) struct InvokeStatement {
    /// The function's name, without a qualifier.
    pub function: String,
    /// A version or an alias, which has a resource policy of its own.
    pub qualifier: Option<String>,
    /// Fixed, so that no deploy adds a second statement: the resource policy holds 20 KB.
    pub id: String,
}

impl InvokeStatement {
    pub(super) async fn add(&self, cx: &Cx, source_arn: &str) -> Result<(), Error> {
        let request = cx
            .lambda
            .add_permission()
            .function_name(&self.function)
            .set_qualifier(self.qualifier.clone())
            .statement_id(&self.id)
            .action(ACTION)
            .principal(PRINCIPAL)
            .source_arn(source_arn);
        cx.call("AddPermission", request.send()).await?;
        Ok(())
    }

    pub(super) async fn remove(&self, cx: &Cx) -> Result<(), Error> {
        let request = cx
            .lambda
            .remove_permission()
            .function_name(&self.function)
            .set_qualifier(self.qualifier.clone())
            .statement_id(&self.id);
        gone(cx.call("RemovePermission", request.send()).await)
    }

    /// Lambda has no call that changes a statement.
    pub(super) async fn replace(&self, cx: &Cx, source_arn: &str) -> Result<(), Error> {
        self.remove(cx).await?;
        self.add(cx, source_arn).await
    }

    /// The statement, and the others beside it.
    pub(super) async fn read(&self, cx: &Cx) -> Result<(Option<Value>, Vec<Value>), Error> {
        let request = cx
            .lambda
            .get_policy()
            .function_name(&self.function)
            .set_qualifier(self.qualifier.clone());
        let answer = cx.call("GetPolicy", request.send()).await;
        let policy = found(answer)?.and_then(|answer| answer.policy);
        let all = match policy {
            Some(text) => statements_of(&text)?,
            None => Vec::new(),
        };
        let is_ours = |statement: &Value| statement["Sid"] == self.id;
        let (ours, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_ours);
        Ok((ours.into_iter().next(), others))
    }

    /// As Lambda keeps it. `resource` is the ARN with the qualifier, if there is one.
    pub(super) fn document(&self, resource: &str, source_arn: &str) -> Value {
        json!({
            "Sid": self.id,
            "Effect": "Allow",
            "Principal": {"Service": PRINCIPAL},
            "Action": ACTION,
            "Resource": resource,
            "Condition": {"ArnLike": {"AWS:SourceArn": source_arn}},
        })
    }

    /// What somebody who may change the function's policy has to type.
    pub(super) fn command(&self, resource: &str, source_arn: &str) -> String {
        let region = resource.split(':').nth(3).unwrap_or_default();
        let function = match &self.qualifier {
            None => resource.to_owned(),
            Some(qualifier) => {
                let bare = resource.strip_suffix(qualifier.as_str());
                let bare = bare.and_then(|bare| bare.strip_suffix(':'));
                format!("{} --qualifier {qualifier}", bare.unwrap_or(resource))
            }
        };
        format!(
            "aws lambda add-permission --region {region} --function-name {function} \
             --statement-id {} --action {ACTION} --principal {PRINCIPAL} --source-arn '{source_arn}'",
            self.id
        )
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
