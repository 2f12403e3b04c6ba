//! The queue's own policy: only the function and the senders named may put messages on it.

use super::{QUEUE, RenderError, Values, render};
use crate::names::Names;
use serde_json::{Value, json};

/// Who may send: ARNs of roles and users, and `arn:…:iam::ACCOUNT:root` for all of an account.
pub(crate) struct Senders<'a> {
    pub function_role: &'a str,
    pub named: &'a [String],
    /// Behind an emulator, which gives `aws:PrincipalArn` for a role's session in another form.
    pub emulated: bool,
}

/// The queue's policy, for a function that runs as one role, or still as another one.
#[derive(Clone)]
pub(crate) struct SendPolicy {
    document: Value,
    function_role: String,
    emulated: bool,
}

impl SendPolicy {
    /// # Errors
    /// A fault of the template.
    pub(crate) fn new(names: &Names, senders: &Senders) -> Result<Self, RenderError> {
        Ok(Self {
            document: queue(names, senders)?,
            function_role: senders.function_role.to_owned(),
            emulated: senders.emulated,
        })
    }

    /// For the function's own role alone.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// Whether this is the role that the function is to run as.
    pub(crate) fn is_for(&self, role: &str) -> bool {
        self.function_role == role
    }

    /// The same for another role, too.
    pub(crate) fn admitting(&self, role: &str) -> Value {
        let mut policy = self.document.clone();
        let arns = &mut policy["Statement"][0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"];
        if let Some(arns) = arns.as_array_mut() {
            arns.extend(forms(role, self.emulated).map(Value::from));
        }
        policy
    }
}

/// The ARN as `aws:PrincipalArn` has it.
fn forms(arn: &str, emulated: bool) -> impl Iterator<Item = String> {
    let session = session_arn(arn).filter(|_| emulated);
    session.into_iter().chain([arn.to_owned()])
}

/// The policy of the queue of `names`.
///
/// Everybody is denied but those; who may send within the account their own policies say. A
/// principal of another account needs the queue's word too (IAM user guide, "Cross-account policy
/// evaluation logic"), so those are allowed here.
///
/// # Errors
/// A fault of the template.
fn queue(names: &Names, senders: &Senders) -> Result<Value, RenderError> {
    let (accounts, named): (Vec<&String>, Vec<&String>) =
        senders.named.iter().partition(|arn| is_account(arn));
    let function = senders.function_role.to_owned();
    let arns = std::iter::once(&function).chain(named.iter().copied());
    // An emulator has nobody but root at first, who may do all else with the queue there.
    let root = format!(
        "arn:{}:iam::{}:root",
        names.identity.partition, names.identity.account
    );
    let root = senders.emulated.then_some(root);
    let arns = arns.flat_map(|arn| forms(arn, senders.emulated));
    let values = Values::from([
        ("queue_arn", json!(names.queue_arn())),
        ("senders", arns.chain(root).map(Value::from).collect()),
    ]);
    let mut policy = render(QUEUE, &values)?;
    let ids: Vec<&str> = accounts.iter().filter_map(|arn| account(arn)).collect();
    if !ids.is_empty() {
        let condition = json!({"aws:PrincipalAccount": ids});
        policy["Statement"][0]["Condition"]["StringNotEquals"] = condition;
    }
    if let Some(statements) = policy["Statement"].as_array_mut() {
        let others = |arn: &&&String| account(arn) != Some(&names.identity.account);
        let whole: Vec<_> = accounts.iter().filter(others).copied().collect();
        let some: Vec<_> = named.iter().filter(others).copied().collect();
        statements.extend(allow_accounts(names, &whole));
        statements.extend(allow_principals(names, &some));
    }
    Ok(policy)
}

fn allow_accounts(names: &Names, accounts: &[&String]) -> Option<Value> {
    (!accounts.is_empty()).then(|| allow(names, "OtherAccountsSend", json!(accounts)))
}

/// A principal's ARN is put into a condition: named as a principal it would be lost with a role that
/// is deleted and created again, and it could hold no `*`.
fn allow_principals(names: &Names, arns: &[&String]) -> Option<Value> {
    let roots = arns.iter().filter_map(|arn| {
        let partition = arn.split(':').nth(1)?;
        Some(format!("arn:{partition}:iam::{}:root", account(arn)?))
    });
    let mut roots: Vec<String> = roots.collect();
    roots.sort();
    roots.dedup();
    let mut statement = allow(names, "OtherAccountsSendersSend", json!(roots));
    statement["Condition"] = json!({"ArnLike": {"aws:PrincipalArn": arns}});
    (!arns.is_empty()).then_some(statement)
}

fn allow(names: &Names, sid: &str, principals: Value) -> Value {
    json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": "sqs:SendMessage",
        "Resource": names.queue_arn(),
    })
}

fn is_account(arn: &str) -> bool {
    arn.ends_with(":root")
}

/// The account of an IAM ARN.
fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}

/// The form in which emulators give `aws:PrincipalArn` for a role's session. AWS gives the role's
/// own ARN (IAM user guide, "AWS global condition context keys").
fn session_arn(arn: &str) -> Option<String> {
    let (account, role) = arn.split_once(":role/")?;
    let name = role.rsplit('/').next()?;
    let account = account.replacen(":iam:", ":sts:", 1);
    Some(format!("{account}:assumed-role/{name}/*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Identity;

    const OWN: &str = "123456789012";

    fn policy(named: &[&str]) -> Value {
        policy_where(named, false)
    }

    fn policy_where(named: &[&str], emulated: bool) -> Value {
        let caller = format!("arn:aws:iam::{OWN}:user/a");
        let names = Names {
            app: "orders".into(),
            stage: "dev".into(),
            region: "eu-west-1".into(),
            identity: Identity::new(OWN.into(), caller),
        };
        let named: Vec<String> = named.iter().map(|arn| (*arn).to_owned()).collect();
        let senders = Senders {
            function_role: "arn:aws:iam::123456789012:role/f",
            named: &named,
            emulated,
        };
        queue(&names, &senders).unwrap()
    }

    #[test]
    fn senders_of_the_account_are_only_not_denied() {
        let policy = policy(&["arn:aws:iam::123456789012:role/batch"]);
        let statements = policy["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 1);
        assert_eq!(
            statements[0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"],
            json!([
                "arn:aws:iam::123456789012:role/f",
                "arn:aws:iam::123456789012:role/batch"
            ])
        );
    }

    /// On AWS root sends no more than others; an emulator has nobody else to try it with.
    #[test]
    fn an_emulators_root_sends() {
        let root = "arn:aws:iam::123456789012:root";
        let may = |emulated| policy_where(&[], emulated).to_string().contains(root);
        assert_eq!((may(false), may(true)), (false, true));
    }

    #[test]
    fn senders_of_other_accounts_are_allowed() {
        let role = "arn:aws:iam::210987654321:role/batch";
        let policy = policy(&[role]);
        let allow = &policy["Statement"][1];
        assert_eq!(allow["Effect"], "Allow");
        assert_eq!(
            allow["Principal"]["AWS"],
            json!(["arn:aws:iam::210987654321:root"])
        );
        assert_eq!(
            allow["Condition"]["ArnLike"]["aws:PrincipalArn"],
            json!([role])
        );
    }

    /// `arn:…:root` is nobody's principal ARN but that of the account's root user itself.
    #[test]
    fn root_means_the_account() {
        let policy = policy(&["arn:aws:iam::210987654321:root"]);
        let (deny, allow) = (&policy["Statement"][0], &policy["Statement"][1]);
        assert_eq!(
            deny["Condition"]["StringNotEquals"]["aws:PrincipalAccount"],
            json!(["210987654321"])
        );
        let arns = deny["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
            .as_array()
            .unwrap();
        assert_eq!(arns.len(), 1);
        assert_eq!(
            allow["Principal"]["AWS"],
            json!(["arn:aws:iam::210987654321:root"])
        );
        assert_eq!(allow.get("Condition"), None);
    }
}
