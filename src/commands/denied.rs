//! What to do where IAM says no, or knows the credentials no more.

use crate::aws::{AwsError, Kind, ROLE};
use crate::engine::Error;

/// STS knew them within the last hour.
const REFUSED: &str = "AWS does not accept these credentials any more: sign in again (`aws login`, `aws sso login`) or \
     get new ones";

/// Waiting has not helped, so the role is not new any more.
const TOO_LITTLE: &str = "The role lacks something that AWS looks for: a permission boundary may keep it from what its \
     policy allows (docs/permissions.md, \"What a boundary has to allow\"), an organisation's policy may, or a role of \
     your own ([role] arn) does not have it";

/// Help for a denied call, and one that a role was too little for, in lines below the error; nothing for other errors. `flags`
/// are those by which another command works with the same stage.
pub(crate) fn help(error: &Error, flags: &str) -> String {
    match error {
        Error::Aws(error) if error.refuses_credentials() => {
            format!("\n  {REFUSED}; `gatewayq doctor{flags}` says what is wrong with them")
        }
        Error::Aws(error) if error.kind == Kind::Denied => format!("\n  {}", advice(error, flags)),
        Error::Aws(error) if error.kind == ROLE => format!("\n  {TOO_LITTLE}"),
        _ => String::new(),
    }
}

fn advice(error: &AwsError, flags: &str) -> String {
    let denial = Denial::of(&error.message);
    let action = match (denial.action, denial.resource) {
        (Some(action), Some(resource)) => format!("{action} on {resource}"),
        (Some(action), None) => action.to_owned(),
        (None, _) => format!("what {} asks for", error.operation),
    };
    if error.message.contains("explicit deny") {
        return format!(
            "A policy denies {action} in so many words, and no other policy can allow it again: \
             ask who administers the account"
        );
    }
    format!(
        "The credentials lack {action}. `gatewayq policy deployer{flags}` prints a policy with all that \
         gatewayq needs (`policy reader`: for plan, status and logs), `gatewayq doctor{flags}` what is missing"
    )
}

/// AWS's sentence: "User: … is not authorized to perform: ACTION on resource: ARN because …".
#[derive(Debug, Default, PartialEq, Eq)]
struct Denial<'a> {
    action: Option<&'a str>,
    resource: Option<&'a str>,
}

impl<'a> Denial<'a> {
    fn of(message: &'a str) -> Self {
        let word = |before: &str| {
            let (_, after) = message.split_once(before)?;
            let word = after.split_whitespace().next()?;
            Some(word.trim_end_matches(['.', ',']))
        };
        Self {
            action: word("to perform: ").filter(|action| action.contains(':')),
            resource: word("on resource: ").filter(|resource| resource.starts_with("arn:")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn denied(message: &str) -> String {
        let error = Error::Aws(AwsError {
            operation: "CreateQueue",
            kind: Kind::Denied,
            code: "AccessDenied".to_owned(),
            message: message.to_owned(),
        });
        help(&error, " --stage prod")
    }

    #[test]
    fn action_and_resource_are_read_from_the_answer() {
        let told = denied(
            "User: arn:aws:iam::1:user/u is not authorized to perform: sqs:createqueue on resource: \
             arn:aws:sqs:eu-west-1:1:q.fifo because no identity-based policy allows it",
        );
        assert!(
            told.contains("lack sqs:createqueue on arn:aws:sqs:eu-west-1:1:q.fifo."),
            "{told}"
        );
        assert!(
            told.contains("`gatewayq policy deployer --stage prod`"),
            "{told}"
        );
        let told = denied("Access to the resource is denied.");
        assert!(told.contains("what CreateQueue asks for"), "{told}");
    }

    #[test]
    fn an_explicit_deny_is_nobodys_to_allow_with_a_policy() {
        let told = denied(
            "User: u is not authorized to perform: sqs:CreateQueue with an explicit deny in a \
             service control policy",
        );
        assert!(told.contains("in so many words"), "{told}");
        assert!(!told.contains("gatewayq policy"), "{told}");
    }

    /// What API Gateway says of a role whose boundary lacks the logs, however long it has been there.
    #[test]
    fn a_role_that_does_not_get_better_may_have_a_boundary() {
        let told = help(
            &Error::Aws(AwsError {
                operation: "UpdateAccount",
                kind: ROLE,
                code: "BadRequestException".to_owned(),
                message: "The role ARN does not have required permissions configured.".to_owned(),
            }),
            "",
        );
        assert!(told.contains("What a boundary has to allow"), "{told}");
    }

    #[test]
    fn other_errors_have_no_such_help() {
        assert_eq!(help(&Error::Cancelled, ""), "");
    }

    proptest! {
        #[test]
        fn any_answer_can_be_read(message in "(to perform: |on resource: |arn:|\\PC){0,12}") {
            prop_assert!(!denied(&message).is_empty());
        }
    }
}
