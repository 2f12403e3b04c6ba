//! IAM's SimulatePrincipalPolicy, asked about one statement of a policy.

use super::look;
use crate::engine::{Cx, Error};
use crate::policies::{INSURANCE, strings};
use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType,
};
use serde_json::Value;

/// What a statement allows, as a question.
pub(crate) struct Question {
    pub sid: String,
    pub actions: Vec<String>,
    resources: Vec<String>,
    /// Condition keys with a value that the statement asks for: a request that meets them.
    context: Vec<(String, String)>,
}

/// What IAM makes of it.
pub(crate) enum Verdict {
    Allowed,
    /// These actions are not.
    Denied(Vec<String>),
    /// There is no answer to be had, and why.
    Unasked(String),
}

impl Question {
    pub(crate) fn of(statement: &Value) -> Self {
        let conditions = statement["Condition"].as_object().into_iter().flatten();
        let keys = conditions.flat_map(|(_, keys)| keys.as_object().into_iter().flatten());
        // Of several values a request has one.
        let entry = |(key, values): (&String, &Value)| {
            let mut values = strings(values).into_iter();
            values.next().map(|value| (key.clone(), value))
        };
        let mut actions = strings(&statement["Action"]);
        // IAM simulates no action that it does not know.
        actions.retain(|action| !INSURANCE.contains(&action.as_str()));
        Self {
            sid: strings(&statement["Sid"]).concat(),
            actions,
            resources: strings(&statement["Resource"])
                .iter()
                .map(|resource| example(resource))
                .collect(),
            context: keys.filter_map(entry).collect(),
        }
    }
}

/// A resource that the pattern matches: the simulation takes an ARN as it stands.
fn example(pattern: &str) -> String {
    match pattern {
        "*" => pattern.to_owned(),
        pattern => pattern.replace('*', "example"),
    }
}

/// Asks for one principal.
pub(crate) async fn ask(cx: &Cx, principal: &str, question: &Question) -> Verdict {
    let entry = |(key, value): &(String, String)| {
        ContextEntry::builder()
            .context_key_name(key)
            .context_key_type(ContextKeyTypeEnum::String)
            .context_key_values(value)
            .build()
    };
    let request = cx
        .iam
        .simulate_principal_policy()
        .policy_source_arn(principal)
        .set_action_names(Some(question.actions.clone()))
        .set_resource_arns(Some(question.resources.clone()))
        .set_context_entries(Some(question.context.iter().map(entry).collect()))
        .max_items(1000);
    let (mut results, mut marker) = (Vec::new(), None);
    loop {
        let page = look(cx, async || {
            let request = request.clone().set_marker(marker.clone());
            cx.call("SimulatePrincipalPolicy", request.send()).await
        });
        match page.await {
            Ok(page) => {
                results.extend(page.evaluation_results.unwrap_or_default());
                marker = page.marker.filter(|_| page.is_truncated);
                if marker.is_none() {
                    return verdict(&results);
                }
            }
            Err(error) => return Verdict::Unasked(unasked(principal, &error)),
        }
    }
}

/// Why IAM does not simulate.
fn unasked(principal: &str, error: &Error) -> String {
    if error.is_denied() {
        return "these credentials may not simulate (iam:SimulatePrincipalPolicy), so that permissions are not checked"
            .to_owned();
    }
    if error.is_not_found() {
        return format!(
            "IAM does not find {principal}: it may have a path, which only iam:GetRole shows, and these credentials may not call it"
        );
    }
    format!("IAM does not simulate for {principal}: {error}")
}

fn verdict(results: &[EvaluationResult]) -> Verdict {
    let mut denied: Vec<String> = results
        .iter()
        .filter(|result| !allowed(result))
        .map(|result| result.eval_action_name().to_owned())
        .collect();
    denied.dedup();
    match denied.is_empty() {
        true => Verdict::Allowed,
        false => Verdict::Denied(denied),
    }
}

fn allowed(result: &EvaluationResult) -> bool {
    let yes = PolicyEvaluationDecisionType::Allowed;
    let each = result.resource_specific_results();
    *result.eval_decision() == yes
        && each
            .iter()
            .all(|resource| *resource.eval_resource_decision() == yes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_statement_becomes_a_request_that_meets_it() {
        let question = Question::of(&json!({
            "Sid": "S",
            "Action": ["iam:PassRole", "apigateway:TagResource"],
            "Resource": ["arn:aws:apigateway:r::/restapis/*", "*"],
            "Condition": {
                "StringLike": {"aws:ResourceTag/gatewayq:app": "orders"},
                "StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "x"]},
            },
        }));
        assert_eq!(question.actions, ["iam:PassRole"]);
        assert_eq!(
            question.resources,
            ["arn:aws:apigateway:r::/restapis/example", "*"]
        );
        let tag = "aws:ResourceTag/gatewayq:app".to_owned();
        let service = "iam:PassedToService".to_owned();
        assert_eq!(
            question.context,
            [
                (service, "lambda.amazonaws.com".to_owned()),
                (tag, "orders".to_owned())
            ]
        );
    }
}
