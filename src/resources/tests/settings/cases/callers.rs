//! Who reaches the API, and by which name: addresses, authorizers, the domain.

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("203.0.113.0/24", "203.0.113.9", POLICY),
    (
        "allow_ips = [\"203.0.113.0/24\"]",
        "allow_ips = [\"203.0.113.0/24\"]\ndeny_ips = [\"203.0.113.9\"]",
        POLICY,
    ),
    (
        "allow_ips = [\"203.0.113.0/24\"]",
        "",
        &["resource policy (deleting)", "deployment definition"],
    ),
    (
        "eu-west-1_abc",
        "eu-west-1_def",
        &["authorizer providerARNs", "deployment definition"],
    ),
    (
        "\"judge:live\"",
        "\"other\"",
        &[
            "authorizer (creating)",
            "authorizer permission (creating)",
            "routes POST /mine authorizerId",
            "deployment definition",
            "earlier authorizers (deleting)",
            "served deployment old deployment",
        ],
    ),
    (
        "kind = \"token\"\nttl = 60\ntoken_pattern = \"^[a-z]+$\"",
        "kind = \"request\"\nttl = 60",
        &[
            "authorizer type",
            "authorizer identityValidationExpression",
            "deployment definition",
        ],
    ),
    (
        "ttl = 60",
        "ttl = 0",
        &[
            "authorizer authorizerResultTtlInSeconds",
            "deployment definition",
        ],
    ),
    (
        "ttl = 60",
        "ttl = 60\nidentity_sources = [\"method.request.header.X-Token\"]",
        &["authorizer identitySource", "deployment definition"],
    ),
    // From a user pool to a function: another authorizer, and the old one goes when no method has it.
    (
        "type = \"cognito\"\n\
         user_pools = [\"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc\"]\n\
         scopes = [\"orders/read\"]",
        "type = \"lambda\"\nfunction = \"other\"\nkind = \"request\"",
        &[
            "authorizer (creating)",
            "authorizer permission (creating)",
            "routes GET /mine authorizationType",
            "routes GET /mine authorizerId",
            "routes GET /mine authorizationScopes",
            "deployment definition",
            "earlier authorizers (deleting)",
            "served deployment old deployment",
        ],
    ),
    (
        "type = \"lambda\"\nfunction = \"judge:live\"\nkind = \"token\"\nttl = 60\n\
         token_pattern = \"^[a-z]+$\"",
        "type = \"cognito\"\n\
         user_pools = [\"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_xyz\"]",
        &[
            "authorizer (creating)",
            "routes POST /mine authorizationType",
            "routes POST /mine authorizerId",
            "deployment definition",
            "earlier authorizers (deleting)",
            "served deployment old deployment",
        ],
    ),
    (
        "base_path = \"v1\"",
        "base_path = \"v2\"",
        &[
            "base path mapping stage",
            "base path mapping other base path",
        ],
    ),
    (
        "base_path = \"v1\"",
        "",
        &[
            "base path mapping stage",
            "base path mapping other base path",
        ],
    ),
    (
        "certificate/1",
        "certificate/2",
        &["domain name regionalCertificateArn"],
    ),
    (
        "security_policy = \"TLS_1_0\"",
        "",
        &["domain name securityPolicy"],
    ),
    (
        "name = \"api.shop.test\"",
        "name = \"api.other.test\"",
        &[
            "domain name (creating)",
            "stage tag gatewayq:domain",
            "base path mapping (creating)",
            "former domain name (deleting)",
        ],
    ),
    (
        "[api]",
        "[api]\ndisable_default_endpoint = true",
        &[
            "REST API tag gatewayq:default-endpoint",
            "default endpoint disableExecuteApiEndpoint",
        ],
    ),
];

/// A policy counts from the next deployment on.
const POLICY: &[&str] = &["resource policy policy", "deployment definition"];
