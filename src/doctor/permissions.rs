//! Whether the caller may do what the deployer's policy allows, by IAM's own simulation.

use super::simulation::{Question, Verdict, ask};
use super::{Check, look};
use crate::engine::Cx;
use futures::{StreamExt, stream};
use serde_json::Value;

/// Questions at a time: IAM throttles who asks for more.
const AT_ONCE: usize = 4;

/// One check for each statement of `deployer`, and one for all of those that nothing is known of.
///
/// Help has these `flags`, by which another command works with the same stage.
pub(crate) async fn permissions(cx: &Cx, deployer: &Value, flags: &str) -> Vec<Check> {
    let caller = &cx.identity.caller_arn;
    let Some(principal) = principal(cx, caller).await else {
        let seen = "the account's root may do everything";
        let help = format!("use a user or role with the policy of gatewayq policy deployer{flags}");
        return vec![Check::warn("permissions", seen, help)];
    };
    let statements = deployer["Statement"].as_array().into_iter().flatten();
    let questions: Vec<Question> = statements.map(Question::of).collect();
    let asked = questions
        .iter()
        .map(|question| ask(cx, &principal, question));
    let asked: Vec<_> = asked.collect();
    let answers: Vec<Verdict> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    checks(&questions, &answers, flags)
}

/// What IAM said, and what it did not.
fn checks(questions: &[Question], answers: &[Verdict], flags: &str) -> Vec<Check> {
    let help = format!("gatewayq policy deployer{flags} prints a policy with all that is needed");
    let mut checks = Vec::new();
    let (mut left, mut reason) = (Vec::new(), None);
    for (question, verdict) in questions.iter().zip(answers) {
        let name = format!("permissions: {}", question.sid);
        match verdict {
            Verdict::Allowed => checks.push(Check::ok(name, question.actions.join(", "))),
            Verdict::Denied(actions) => {
                let missing = format!("missing: {}", actions.join(", "));
                checks.push(Check::fail(name, missing, help.as_str()));
            }
            Verdict::Unasked(why) => {
                left.push(question.sid.as_str());
                reason.get_or_insert(why);
            }
        }
    }
    let name = match checks.is_empty() {
        true => "permissions".to_owned(),
        false => format!("permissions: {}", left.join(", ")),
    };
    checks.extend(reason.map(|why| Check::warn(name, why, help.as_str())));
    checks
}

/// Whose policies to simulate: a role stands behind the sessions that assume it. `None` for root.
async fn principal(cx: &Cx, caller: &str) -> Option<String> {
    if caller.ends_with(":root") {
        return None;
    }
    let Some((account, role)) = role_of(caller) else {
        return Some(caller.to_owned());
    };
    // A session's ARN leaves out the role's path, and SSO's roles have one.
    let found = look(cx, async || {
        let request = cx.iam.get_role().role_name(role);
        cx.call("GetRole", request.send()).await
    });
    let found = found.await.ok();
    let arn = found.and_then(|found| found.role).map(|role| role.arn);
    Some(arn.unwrap_or_else(|| without_path(account, role)))
}

/// The account's part of a session's ARN, and the role's name.
fn role_of(caller: &str) -> Option<(&str, &str)> {
    let (account, session) = caller.split_once(":assumed-role/")?;
    Some((account, session.split('/').next().unwrap_or(session)))
}

fn without_path(account: &str, role: &str) -> String {
    format!("{}:role/{role}", account.replacen(":sts:", ":iam:", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_its_roles_permissions() {
        let role = |caller| role_of(caller).map(|(account, role)| without_path(account, role));
        assert_eq!(
            role("arn:aws:sts::123456789012:assumed-role/ci/run-7").as_deref(),
            Some("arn:aws:iam::123456789012:role/ci")
        );
        assert_eq!(role("arn:aws:iam::123456789012:user/a/b"), None);
    }
}
