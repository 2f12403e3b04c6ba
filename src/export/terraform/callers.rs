//! Who may call, and how much: authorizers, API keys and usage plans.

use super::super::piece::{Piece, scalar, set};
use super::super::token::{self, Part};
use super::api::{api, stage_name};
use super::backend::invocation;
use super::module::{Module, tags, word};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn authorizer(module: &mut Module, piece: &mut Piece) {
    let body = set([
        ("rest_api_id", api(module)),
        ("name", json!(piece.name)),
        ("type", piece.take("type")),
        ("provider_arns", piece.items("providerARNs")),
        ("authorizer_uri", piece.text("authorizerUri")),
        ("identity_source", piece.text("identitySource")),
        (
            "identity_validation_expression",
            piece.text("identityValidationExpression"),
        ),
        (
            "authorizer_result_ttl_in_seconds",
            piece.scalar("authorizerResultTtlInSeconds"),
        ),
    ]);
    let name = word(&piece.name);
    let import = format!("{}/{}", module.api_token(), piece.own("id"));
    module.add("aws_api_gateway_authorizer", &name, body, &import);
    module.refer(
        piece,
        "id",
        &format!("aws_api_gateway_authorizer.{name}.id"),
    );
}

/// The permission on a function that is somebody else's. In another account it cannot be made from here.
pub(super) fn authorizer_permission(module: &mut Module, piece: &mut Piece) {
    let statement = piece.take("Statement");
    let (body, import) = invocation(&statement);
    let name = piece.name.strip_prefix("gatewayq-").unwrap_or(&piece.name);
    module.add("aws_lambda_permission", &word(name), body, &import);
    let function = statement["Resource"].as_str().unwrap_or_default();
    let is_plain = token::parts(function) == [Part::Text(function)];
    let mut parts = function.split(':').skip(3);
    if let (true, Some(region), Some(account)) = (is_plain, parts.next(), parts.next()) {
        let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if is_word(region) && is_word(account) {
            let condition = format!(
                "data.aws_region.current.id == \"{region}\" && data.aws_caller_identity.current.account_id == \"{account}\""
            );
            module.on_condition(1, &condition);
        }
        module.leave(
            &piece.what(),
            "it is only made where the authorizer's function is of the provider's own account and Region; elsewhere its owner has to \
             let API Gateway in, as `gatewayq status` says",
        );
    }
}

pub(super) fn api_key(module: &mut Module, piece: &mut Piece) {
    let body = set([
        ("name", piece.take("name")),
        ("enabled", piece.scalar("enabled")),
        ("tags", tags(piece.tags())),
    ]);
    piece.pass_over(&["duplicate"]);
    module.add("aws_api_gateway_api_key", "key", body, &piece.own("id"));
    module.refer(piece, "id", "aws_api_gateway_api_key.key.id");
    let id = module.expression("aws_api_gateway_api_key.key.id");
    module.output("api_key_id", id);
}

pub(super) fn usage_plan(module: &mut Module, piece: &mut Piece) {
    let quota = set([
        ("limit", piece.scalar("quota.limit")),
        ("period", piece.take("quota.period")),
    ]);
    let has_quota = quota.as_object().is_some_and(|quota| !quota.is_empty());
    let throttle = json!({
        "rate_limit": piece.scalar("throttle.rateLimit"),
        "burst_limit": piece.scalar("throttle.burstLimit"),
    });
    let routes = route_limits(piece);
    let name = piece.take("name");
    let stage = set([
        ("api_id", api(module)),
        ("stage", stage_name(module)),
        (
            "throttle",
            if routes.is_empty() {
                Value::Null
            } else {
                routes.into()
            },
        ),
    ]);
    let body = set([
        ("name", name.clone()),
        ("throttle_settings", throttle),
        (
            "quota_settings",
            if has_quota { quota } else { Value::Null },
        ),
        ("api_stages", stage),
        ("tags", tags(piece.tags())),
    ]);
    // It is the one stage of the module.
    piece.pass_over(&["apiStages", "duplicate"]);
    let label = word(name.as_str().unwrap_or_default());
    module.add("aws_api_gateway_usage_plan", &label, body, &piece.own("id"));
    module.refer(
        piece,
        "id",
        &format!("aws_api_gateway_usage_plan.{label}.id"),
    );
}

/// The limits of single routes, each with its `/path/METHOD`.
fn route_limits(piece: &mut Piece) -> Vec<Value> {
    let mut limits: BTreeMap<String, Value> = BTreeMap::new();
    for (line, limit) in piece.entries("apiStages.throttle") {
        // POST /tasks rateLimit
        let mut words = line.splitn(3, ' ');
        let (Some(verb), Some(path), Some(field)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let path = format!("{path}/{verb}");
        let route = limits
            .entry(path.clone())
            .or_insert_with(|| json!({"path": path}));
        let argument = match field {
            "rateLimit" => "rate_limit",
            _ => "burst_limit",
        };
        route[argument] = scalar(json!(limit));
    }
    limits.into_values().collect()
}

pub(super) fn usage_plan_key(module: &mut Module, piece: &mut Piece) {
    let (key, plan) = (piece.take("keyId"), piece.take("usagePlanId"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let import = format!("{}/{}", text(&plan), text(&key));
    let body = json!({"key_id": key, "key_type": "API_KEY", "usage_plan_id": plan});
    module.add("aws_api_gateway_usage_plan_key", "key", body, &import);
}
