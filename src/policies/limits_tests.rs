//! What a deployer's policy does not let its holder do.

use super::tests::with;
use super::*;
use serde_json::{Value, json};

/// What of `document` allows `action`: on which resources, and where.
fn allowing(document: &Value, action: &str) -> Vec<(Vec<String>, Value)> {
    let statements = document["Statement"].as_array().unwrap().iter();
    let allowing = statements.filter(|one| strings(&one["Action"]).iter().any(|it| it == action));
    allowing
        .map(|one| (strings(&one["Resource"]), one["Condition"].clone()))
        .collect()
}

const LOGGING_ROLE: &str = "arn:aws:iam::123456789012:role/gatewayq-apigateway-logs-eu-west-1";

/// Who may let anybody in could let himself in, and the authorizer's function is another team's.
#[test]
fn nobody_but_api_gateway_can_be_let_into_a_function() {
    const JUDGE: &str = "[[route]]\nmethod = \"GET\"\npath = \"/judged\"\nauth = \"judge\"\nreply = 1\n\
        [authorizers.judge]\ntype = \"lambda\"\nkind = \"token\"\nfunction = \"judge\"\n";
    let document = with(JUDGE, None, |scope| deployer(scope).unwrap());
    let only = json!({"StringEquals": {"lambda:Principal": "apigateway.amazonaws.com"}});
    let adds = allowing(&document, "lambda:AddPermission");
    assert_eq!(adds.len(), 2, "{document}");
    assert!(adds.iter().all(|(_, condition)| *condition == only));
    let judge = "arn:aws:lambda:eu-west-1:123456789012:function:judge";
    for (resources, condition) in allowing(&document, "lambda:RemovePermission") {
        assert!(condition == only || !resources.iter().any(|arn| arn == judge));
    }
}

#[test]
fn an_accounts_first_domain_name_brings_a_role_of_api_gateways_own() {
    let domain = "[domain]\nname = \"api.example.com\"\n\
        certificate_arn = \"arn:aws:acm:eu-west-1:123456789012:certificate/1\"\n";
    let roles = |more| {
        let document = with(more, None, |scope| deployer(scope).unwrap());
        let allowing = allowing(&document, "iam:CreateServiceLinkedRole");
        allowing
            .into_iter()
            .flat_map(|(roles, _)| roles)
            .collect::<Vec<_>>()
    };
    let role = "arn:aws:iam::123456789012:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway";
    assert_eq!(roles(domain), [role]);
    assert!(roles("").is_empty());
}

/// A deploy makes the logging role with the boundary of `[role]`, as it makes the function's.
#[test]
fn a_boundary_binds_the_logging_role_too() {
    const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/b";
    let named = format!("[role]\nboundary = {BOUNDARY:?}\n");
    let bound = json!({"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}});
    for (more, boundary) in [
        ("", Some(BOUNDARY)),
        (&named, None),
        (&named, Some(BOUNDARY)),
    ] {
        let document = with(more, boundary, |scope| deployer(scope).unwrap());
        for (roles, condition) in allowing(&document, "iam:CreateRole") {
            assert!(roles.iter().any(|role| role == LOGGING_ROLE), "{roles:?}");
            assert_eq!(condition, bound);
        }
    }
    let free = with("", None, |scope| deployer(scope).unwrap());
    let made = allowing(&free, "iam:CreateRole");
    assert!(made.iter().all(|(_, condition)| condition.is_null()));
    assert_eq!(made.len(), 2, "{free}");
}

/// For accounts where somebody else made that role: it is looked at and nothing more.
#[test]
fn the_logging_role_can_be_left_to_others() {
    for boundary in [None, Some("arn:aws:iam::123456789012:policy/b".to_owned())] {
        let document = with("", None, |scope| {
            let scope = Scope {
                names: scope.names,
                stages: scope.stages,
                all_stages: false,
                boundary: boundary.clone(),
                no_logging_role: true,
            };
            deployer(&scope).unwrap()
        });
        let statements = document["Statement"].as_array().unwrap().iter();
        let about = statements.filter(|one| {
            strings(&one["Resource"])
                .iter()
                .any(|it| it == LOGGING_ROLE)
        });
        let actions: Vec<String> = about.flat_map(|one| strings(&one["Action"])).collect();
        assert_eq!(actions, ["iam:GetRole", "iam:ListAttachedRolePolicies"]);
        let account = "arn:aws:apigateway:eu-west-1::/account".to_owned();
        let set = allowing(&document, "apigateway:PATCH");
        assert!(
            !set.iter()
                .any(|(resources, _)| resources.contains(&account))
        );
        let seen = allowing(&document, "apigateway:GET");
        assert!(
            seen.iter()
                .any(|(resources, _)| resources.contains(&account))
        );
    }
}
