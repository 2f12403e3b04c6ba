//! `[authorizers.NAME]`: who judges the callers of the routes that name it in `auth`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use super::diagnostics::{Problems, shown};
use super::field::{Field, choice, int, list, text};
use super::resolve::tables;
use super::section::Section;
use super::settings::{Auth, Authorizer, LambdaAuthorizer, LambdaKind};
use super::shapes::{self, NAME, NAME_RULE, is_name};

/// AWS takes 1000 (API Gateway API reference, "CreateAuthorizer"); nobody was seen to have ten.
const POOLS_MAX: usize = 50;
const SCOPES_MAX: usize = 50;
const SOURCES_MAX: usize = 20;

/// Where a caller's token is looked for, unless something else is said.
const AUTHORIZATION: &str = "method.request.header.Authorization";
const HEADER: &str = "method.request.header.";

const COGNITO_ONLY: [&str; 2] = ["user_pools", "scopes"];
const LAMBDA_ONLY: [&str; 4] = ["function", "kind", "ttl", "token_pattern"];

/// What stands in `type`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Cognito,
    Lambda,
}

/// The authorizers of a file by their names; `None` for one that is too broken to be used.
pub(super) type Authorizers = BTreeMap<String, Option<Authorizer>>;

/// Those of a stage: its own go before the base's of the same name, each as a whole, since a type's
/// keys exclude those of the other. All are checked.
pub(super) fn read_all(layers: &[&DeTable<'_>], problems: &mut Problems) -> Authorizers {
    let mut all = Authorizers::new();
    for section in tables("authorizers", layers, problems) {
        for (name, node) in section.get_ref().as_table().into_iter().flatten() {
            let text = name.get_ref().as_ref();
            let label = format!("[authorizers.{}]", shown(text));
            if !is_name(text) || is_reserved(text) {
                let message = format!(
                    "{label} has a name AWS or gatewayq would refuse; allowed: {NAME_RULE}; not \
                     `iam` or `none`"
                );
                problems.report(name.span(), message);
            }
            if !node.get_ref().is_table() {
                problems.report(node.span(), format!("{label} has to be a section"));
                continue;
            }
            let one = Section::read(&label, vec![node], problems, read);
            all.entry(text.to_owned()).or_insert(one);
        }
    }
    all
}

/// An authorizer that no route of the file names would never be made: a name that is misspelt.
pub(super) fn check_used(parts: &[&DeTable<'_>], problems: &mut Problems) {
    let used: BTreeSet<&str> = parts.iter().copied().flat_map(named_by_routes).collect();
    for sections in parts.iter().filter_map(|part| part.get("authorizers")) {
        for (name, _) in sections.get_ref().as_table().into_iter().flatten() {
            let text = name.get_ref().as_ref();
            if !used.contains(text) {
                let message = format!(
                    "no route has `auth = \"{0}\"`, so that [authorizers.{0}] has no use",
                    shown(text)
                );
                problems.report(name.span(), message);
            }
        }
    }
}

fn named_by_routes<'a>(part: &'a DeTable<'_>) -> impl Iterator<Item = &'a str> {
    let routes = part.get("route").and_then(|node| node.get_ref().as_array());
    let tables = routes.into_iter().flat_map(|routes| routes.iter());
    tables.filter_map(
        |route| match route.get_ref().as_table()?.get("auth")?.get_ref() {
            DeValue::String(name) => Some(name.as_ref()),
            _ => None,
        },
    )
}

fn is_reserved(name: &str) -> bool {
    !matches!(Auth::from(name.to_owned()), Auth::Authorizer(_))
}

/// The keys of one.
pub(super) fn read(s: &mut Section<'_, '_>) -> Option<Authorizer> {
    let kind = s.require(
        choice("type", &[Type::Cognito, Type::Lambda]),
        "What judges a caller: user pools of Amazon Cognito by their tokens, or a Lambda function \
         of yours.",
    );
    let pool = "the ARN of a user pool";
    let user_pools = s.get(
        list(text("user_pools", &shapes::USER_POOL, pool), 1..=POOLS_MAX),
        "Required with `cognito`: the user pools whose tokens count.",
    );
    let scopes = s.get(
        scopes(),
        "With `cognito`: scopes one of which an access token has to have. Without them a caller \
         sends the id token.",
    );
    let name = "a function's name or ARN, with or without `:VERSION` or `:ALIAS`";
    let function = s.get(
        text("function", &shapes::FUNCTION, name),
        "Required with `lambda`: the function that judges.",
    );
    let kinds = &[LambdaKind::Token, LambdaKind::Request];
    let lambda_kind = s.get(
        choice("kind", kinds),
        "Required with `lambda`: whether the function is given one token, or what the request has \
         besides its body.",
    );
    let source = "method.request.header.NAME; with `kind = \"request\"` also \
                  method.request.querystring.NAME, stageVariables.NAME, context.NAME";
    let source = text("identity_sources", &shapes::IDENTITY_SOURCE, source);
    let identity_sources: Vec<String> = s.value(
        list(source, 0..=SOURCES_MAX).or(vec![AUTHORIZATION.to_owned()]),
        "Where a caller's proof stands; exactly one header but for `kind = \"request\"`. A request \
         without it is refused with 401. With a `ttl` the same proof has the same answer.",
    );
    let ttl = s.value(
        int("ttl", 0..=3600, "seconds").or(300),
        "With `lambda`: how long API Gateway keeps the function's answer, for all routes that name \
         the authorizer; 0 asks it each time.",
    );
    let pattern = "a regular expression";
    let token_pattern = s.get(
        text("token_pattern", &shapes::TOKEN_PATTERN, pattern),
        "With `kind = \"token\"`: what a token has to match before the function is asked.",
    );
    let is_request = lambda_kind == Some(LambdaKind::Request);
    let kind = kind?;
    check_sources(s, &identity_sources, is_request, ttl);
    match kind {
        Type::Cognito => {
            refuse(s, &LAMBDA_ONLY, "type = \"lambda\"");
            need(s, &COGNITO_ONLY[..1], "cognito");
            Some(Authorizer::Cognito {
                user_pools: user_pools?,
                scopes: scopes.unwrap_or_default(),
                identity_source: identity_sources.into_iter().next()?,
            })
        }
        Type::Lambda => {
            refuse(s, &COGNITO_ONLY, "type = \"cognito\"");
            need(s, &LAMBDA_ONLY[..2], "lambda");
            if is_request {
                refuse(s, &["token_pattern"], "kind = \"token\"");
            }
            Some(Authorizer::Lambda(LambdaAuthorizer {
                function: function?,
                kind: lambda_kind?,
                identity_sources,
                ttl,
                token_pattern,
            }))
        }
    }
}

/// Also a key of a route.
pub(super) fn scopes() -> Field<Vec<String>> {
    let scope = "a scope as the token has it: `orders/read`";
    list(text("scopes", &shapes::SCOPE, scope), 0..=SCOPES_MAX)
}

fn refuse(s: &mut Section<'_, '_>, names: &[&str], with: &str) {
    for name in names {
        if s.has(name) {
            s.report(name, format!("`{name}` only goes with `{with}`"));
        }
    }
}

fn need(s: &mut Section<'_, '_>, names: &[&str], kind: &str) {
    for name in names {
        if !s.has(name) {
            s.report_all(format!("`{name}` is missing; `type = \"{kind}\"` needs it"));
        }
    }
}

/// API Gateway developer guide, "Use API Gateway Lambda authorizers" and "Integrate a REST API with
/// an Amazon Cognito user pool": a token stands in one header, and nothing is kept of a request
/// without anything to know it again by.
fn check_sources(s: &mut Section<'_, '_>, sources: &[String], is_request: bool, ttl: i32) {
    // What is wrong with single ones is said already.
    let written = s.written("identity_sources");
    if written.is_some_and(|written| written != sources.len()) {
        return;
    }
    let one_header = |sources: &[String]| match sources {
        [one] => one.starts_with(HEADER),
        _ => false,
    };
    if !is_request && !one_header(sources) {
        let message = "`identity_sources` has to be one header, `method.request.header.NAME`, but \
                       for `kind = \"request\"`";
        s.report("identity_sources", message);
    }
    if is_request && sources.is_empty() && ttl > 0 {
        let message = "`identity_sources` is empty, and `ttl` keeps answers by them; allowed: \
                       `ttl = 0`, or what tells callers apart";
        s.report("identity_sources", message);
    }
}

/// What the table of sections is to JSON Schema.
pub(super) fn sections(section: Value) -> Value {
    json!({
        "type": "object",
        "propertyNames":
            {"pattern": NAME.pattern, "maxLength": NAME.max, "not": {"enum": ["iam", "none"]}},
        "additionalProperties": section,
    })
}

/// The rules between the keys of one, as far as JSON Schema can say them.
pub(super) fn rules() -> Value {
    let none_of = |names: &[&str]| {
        let names: Vec<Value> = names
            .iter()
            .map(|name| json!({"required": [name]}))
            .collect();
        json!({"anyOf": names})
    };
    let kind = |kind: &str| json!({"properties": {"type": {"const": kind}}, "required": ["type"]});
    let request = json!({"properties": {"kind": {"const": "request"}}, "required": ["kind"]});
    let header = format!("^{}", HEADER.replace('.', r"\."));
    json!([
        {
            "if": kind("cognito"),
            "then": {"required": &COGNITO_ONLY[..1], "not": none_of(&LAMBDA_ONLY)},
        },
        {
            "if": kind("lambda"),
            "then": {"required": &LAMBDA_ONLY[..2], "not": none_of(&COGNITO_ONLY)},
        },
        {
            "if": request,
            "then": {"not": {"required": ["token_pattern"]}},
            "else": {"properties": {"identity_sources": {
                "minItems": 1, "maxItems": 1, "items": {"pattern": header},
            }}},
        },
    ])
}
