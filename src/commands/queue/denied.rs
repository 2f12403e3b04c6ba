//! What to do where AWS lets the caller not do something with messages.

use crate::commands::session::Session;
use crate::engine::Error;

/// Lines below the error; nothing for one that is no refusal.
pub(super) fn help(error: &Error, session: &Session) -> String {
    match error {
        Error::Aws(refused) if refused.refuses_credentials() => {
            crate::commands::help(error, &session.flags)
        }
        error if !error.is_denied() => String::new(),
        Error::Aws(refused) if refused.operation == "SendMessage" => {
            format!("\n  {}", of_a_sender(session))
        }
        _ => format!(
            "\n  help: `gatewayq policy operator{}` prints a policy with all that `gatewayq queue` needs",
            session.flags
        ),
    }
}

/// The queue's own policy denies everybody but the function and those named, whatever other policies say.
pub(super) fn of_a_sender(session: &Session) -> String {
    let caller = &session.runtime.aws.identity.caller_arn;
    let (arn, flags) = (principal(caller), &session.flags);
    // A session's ARN does not have its role's path, and IAM Identity Center's roles have one.
    let path = role(caller).map_or(String::new(), |(_, name)| {
        format!("\n  (with the role's path, where it has one: aws iam get-role --role-name {name})")
    });
    format!(
        "help: the queue takes messages from the function and from `[queue] senders` alone. Who is to send or redrive \
         has to be among them, and may then do so at any time. In gatewayq.toml, followed by `gatewayq deploy{flags}`:\n    \
         [queue]\n    senders = [\"{arn}\"]{path}\n  `gatewayq policy operator{flags}` prints the policy that is needed \
         besides; `gatewayq invoke{flags}` sends through the API and needs neither"
    )
}

/// The ARN by which a queue's policy knows the caller: of a role's session the role.
fn principal(caller: &str) -> String {
    match role(caller) {
        Some((account, name)) => format!("{}:role/{name}", account.replacen(":sts:", ":iam:", 1)),
        None => caller.to_owned(),
    }
}

/// The account's part and the role's name in the ARN of a role's session.
fn role(caller: &str) -> Option<(&str, &str)> {
    let (account, session) = caller.split_once(":assumed-role/")?;
    Some((account, session.split('/').next()?))
}

#[cfg(test)]
mod tests {
    use super::principal;

    #[test]
    fn a_sessions_principal_is_its_role() {
        let user = "arn:aws:iam::111122223333:user/ops";
        assert_eq!(principal(user), user);
        assert_eq!(
            principal("arn:aws:sts::111122223333:assumed-role/ops/me"),
            "arn:aws:iam::111122223333:role/ops"
        );
    }
}
