//! The function that a Lambda authorizer invokes: one that gatewayq did not make.

use crate::names::Names;
use crate::resources::invoke_statement::InvokeStatement;

/// A function by its ARN, with a version or an alias behind it where one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvokedFunction(String);

const BEFORE: &str = ":lambda:path/2015-03-31/functions/";
const AFTER: &str = "/invocations";

impl InvokedFunction {
    /// As gatewayq.toml has it: a name is one of the stage's own account and region.
    pub(crate) fn named(text: &str, names: &Names) -> Self {
        match text.starts_with("arn:") {
            true => Self(text.to_owned()),
            false => Self(names.arn("lambda", &format!("function:{text}"))),
        }
    }

    /// Of an authorizer's URI; `None` where it is not a function's.
    pub(super) fn of_uri(uri: &str) -> Option<Self> {
        let (_, arn) = uri.split_once(BEFORE)?;
        Some(Self(arn.strip_suffix(AFTER)?.to_owned()))
    }

    /// What an authorizer of this stage invokes it by.
    pub(crate) fn uri(&self, names: &Names) -> String {
        let (partition, region) = (&names.identity.partition, &names.region);
        format!(
            "arn:{partition}:apigateway:{region}{BEFORE}{}{AFTER}",
            self.0
        )
    }

    pub(crate) fn arn(&self) -> &str {
        &self.0
    }

    /// Its ARN, and with a version or an alias also that of the function: no document says by which
    /// of the two IAM decides about the policy of a version or an alias.
    pub(crate) fn arns_for_iam(&self) -> [String; 2] {
        let bare: Vec<&str> = self.0.split(':').take(7).collect();
        [bare.join(":"), self.0.clone()]
    }

    /// Whether it is in the stage's own account and region, where its permissions can be changed.
    pub(crate) fn is_within_reach(&self, names: &Names) -> bool {
        self.0.starts_with(&names.arn("lambda", "function:"))
    }

    /// The statement by which the authorizer called `authorizer` may invoke it. An id has at most 100
    /// characters (Lambda API reference, "AddPermission"), and this at most 97. Names have no `_`: with a hyphen
    /// `eu-jwt` of stage dev and `jwt` of stage dev-eu would have one statement.
    pub(super) fn statement(&self, names: &Names, authorizer: &str) -> InvokeStatement {
        let mut parts = self.0.split(':').skip(6).map(str::to_owned);
        InvokeStatement {
            function: parts.next().unwrap_or_default(),
            qualifier: parts.next(),
            id: format!("gatewayq-{}_{authorizer}", names.base()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Identity;

    #[test]
    fn a_function_is_named_by_its_name_or_its_arn() {
        let caller = "arn:aws:iam::111122223333:user/a".to_owned();
        let names = Names {
            app: "shop".to_owned(),
            stage: "dev".to_owned(),
            region: "eu-west-1".to_owned(),
            identity: Identity::new("111122223333".to_owned(), caller),
        };
        let here = "arn:aws:lambda:eu-west-1:111122223333:function:judge:live";
        let function = InvokedFunction::named("judge:live", &names);
        assert_eq!(function, InvokedFunction::named(here, &names));
        let uri = function.uri(&names);
        assert_eq!(
            uri,
            format!(
                "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{here}/invocations"
            )
        );
        assert_eq!(InvokedFunction::of_uri(&uri), Some(function.clone()));
        assert!(function.is_within_reach(&names));
        let statement = function.statement(&names, "partners");
        assert_eq!(statement.function, "judge");
        assert_eq!(statement.qualifier.as_deref(), Some("live"));
        assert_eq!(statement.id, "gatewayq-shop-dev_partners");
        let bare = here.trim_end_matches(":live");
        assert_eq!(function.arns_for_iam(), [bare, here]);
        for (other, is_within) in [
            (
                "arn:aws:lambda:eu-west-1:444455556666:function:judge",
                false,
            ),
            (
                "arn:aws:lambda:us-east-1:111122223333:function:judge",
                false,
            ),
            ("judge", true),
        ] {
            let other = InvokedFunction::named(other, &names);
            assert_eq!(other.is_within_reach(&names), is_within);
            assert_eq!(other.statement(&names, "a").qualifier, None);
        }
    }
}
