//! Who may call, and how much: authorizers, API keys and usage plans.

use super::super::piece::{Piece, scalar, set};
use super::super::token::{self, Part};
use super::api::api;
use super::backend::invocation;
use super::template::{Template, tags, word};
use serde_json::{Map, Value, json};

pub(super) fn authorizer(template: &mut Template, piece: &mut Piece) {
    let properties = set([
        ("RestApiId", api()),
        ("Name", json!(piece.name)),
        ("Type", piece.take("type")),
        ("ProviderARNs", piece.items("providerARNs")),
        ("AuthorizerUri", piece.text("authorizerUri")),
        ("IdentitySource", piece.text("identitySource")),
        (
            "IdentityValidationExpression",
            piece.text("identityValidationExpression"),
        ),
        (
            "AuthorizerResultTtlInSeconds",
            piece.scalar("authorizerResultTtlInSeconds"),
        ),
    ]);
    let id = format!("Authorizer{}", word(&piece.name));
    let id = template.add(&id, "AWS::ApiGateway::Authorizer", properties);
    template.attribute(piece, "id", &id, "AuthorizerId");
}

/// The permission on a function that is somebody else's. In another account it cannot be made from here.
pub(super) fn authorizer_permission(template: &mut Template, piece: &mut Piece) {
    let statement = piece.take("Statement");
    let name = piece.name.strip_prefix("gatewayq-").unwrap_or(&piece.name);
    let id = format!("Permission{}", word(name));
    let id = template.add(&id, "AWS::Lambda::Permission", invocation(&statement));
    let function = statement["Resource"].as_str().unwrap_or_default();
    let is_plain = token::parts(function) == [Part::Text(function)];
    let mut parts = function.split(':').skip(3);
    if let (true, Some(region), Some(account)) = (is_plain, parts.next(), parts.next()) {
        let same = |name: &str, value: &str| json!({"Fn::Equals": [{"Ref": name}, value]});
        let here = [same("AWS::Region", region), same("AWS::AccountId", account)];
        template.on_condition(&id, &format!("Makes{id}"), json!({"Fn::And": here}));
        template.leave(
            &piece.what(),
            "it is only made where the authorizer's function is of the stack's own account and Region; elsewhere its owner has to \
             let API Gateway in, as `gatewayq status` says",
        );
    }
}

pub(super) fn api_key(template: &mut Template, piece: &mut Piece) {
    let properties = set([
        ("Name", piece.take("name")),
        ("Enabled", piece.scalar("enabled")),
        ("Tags", tags(piece.tags())),
    ]);
    piece.pass_over(&["duplicate"]);
    let id = template.add("ApiKey", "AWS::ApiGateway::ApiKey", properties);
    template.refer(piece, "id", &id);
    template.output(
        "ApiKeyId",
        "`aws apigateway get-api-key --include-value --api-key` shows its value",
        json!({"Ref": id}),
    );
}

pub(super) fn usage_plan(template: &mut Template, piece: &mut Piece) {
    let quota = set([
        ("Limit", piece.scalar("quota.limit")),
        ("Period", piece.take("quota.period")),
    ]);
    let has_quota = quota.as_object().is_some_and(|quota| !quota.is_empty());
    let throttle = json!({
        "RateLimit": piece.scalar("throttle.rateLimit"),
        "BurstLimit": piece.scalar("throttle.burstLimit"),
    });
    let routes = route_limits(piece);
    let name = piece.take("name");
    let properties = set([
        ("UsagePlanName", name.clone()),
        ("Throttle", throttle),
        ("Quota", if has_quota { quota } else { Value::Null }),
        (
            "ApiStages",
            json!([set([
                ("ApiId", api()),
                ("Stage", json!({"Ref": "Stage"})),
                (
                    "Throttle",
                    if routes.is_empty() {
                        Value::Null
                    } else {
                        routes.into()
                    }
                ),
            ])]),
        ),
        ("Tags", tags(piece.tags())),
    ]);
    // It is the one stage of the template.
    piece.pass_over(&["apiStages", "duplicate"]);
    let id = format!("UsagePlan{}", word(name.as_str().unwrap_or_default()));
    let id = template.add(&id, "AWS::ApiGateway::UsagePlan", properties);
    template.refer(piece, "id", &id);
}

/// The limits of single routes, by `/path/METHOD`.
fn route_limits(piece: &mut Piece) -> Map<String, Value> {
    let mut limits = Map::new();
    for (line, limit) in piece.entries("apiStages.throttle") {
        // POST /tasks rateLimit
        let mut words = line.splitn(3, ' ');
        let (Some(verb), Some(path), Some(field)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let route = limits
            .entry(format!("{path}/{verb}"))
            .or_insert_with(|| json!({}));
        route[word(field)] = scalar(json!(limit));
    }
    limits
}

pub(super) fn usage_plan_key(template: &mut Template, piece: &mut Piece) {
    let properties = json!({
        "KeyId": piece.take("keyId"),
        "KeyType": "API_KEY",
        "UsagePlanId": piece.take("usagePlanId"),
    });
    template.add("UsagePlanKey", "AWS::ApiGateway::UsagePlanKey", properties);
}
