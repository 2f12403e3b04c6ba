//! The resource policy of an API that only some addresses may reach.

use serde_json::{Value, json};

/// Everything of the API; API Gateway puts the API's ARN in front.
const ALL: &str = "execute-api:/*";

/// The policy that lets the addresses in `allow` in, all where there are none, but for those in
/// `deny`. `has_open` tells that there are methods without IAM authorisation.
///
/// It refuses, and allows no more than it has to. A caller of AWS_IAM is let in by his own policy, where
/// the resource policy does not refuse; an `Allow` for everybody would let in each caller of the
/// account without one, and those of every other account (API Gateway developer guide, "How API
/// Gateway resource policies affect authorization workflow", tables A and B). Callers who do not sign
/// need an `Allow`: they are those without an ARN (IAM user guide, "aws:PrincipalArn").
pub(crate) fn addresses(allow: &[String], deny: &[String], has_open: bool) -> Value {
    let statement = |sid: &str, effect: &str, condition: Value| {
        json!({
            "Sid": sid, "Effect": effect, "Principal": "*", "Action": "execute-api:Invoke",
            "Resource": ALL, "Condition": condition,
        })
    };
    let mut statements = Vec::new();
    if has_open {
        let unsigned = json!({"Null": {"aws:PrincipalArn": "true"}});
        statements.push(statement("WhoeverDoesNotSign", "Allow", unsigned));
    }
    if !allow.is_empty() {
        let others = json!({"NotIpAddress": {"aws:SourceIp": allow}});
        statements.push(statement("NoOtherAddresses", "Deny", others));
    }
    if !deny.is_empty() {
        let denied = json!({"IpAddress": {"aws:SourceIp": deny}});
        statements.push(statement("NotTheseAddresses", "Deny", denied));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}
