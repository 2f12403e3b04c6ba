//! The REST API, its stage, and the ways to it.

use super::super::methods::{self, Method};
use super::super::piece::{Piece, Untaken, set};
use super::module::{Module, document, tags, word};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const API: &str = "aws_api_gateway_rest_api";
const STAGE: &str = "aws_api_gateway_stage";

pub(super) fn api(module: &mut Module) -> Value {
    module.expression("aws_api_gateway_rest_api.api.id")
}

pub(super) fn stage_name(module: &mut Module) -> Value {
    module.expression("aws_api_gateway_stage.stage.stage_name")
}

/// What something in the API is imported by: the API's id before its own.
fn inside(module: &Module, rest: &str) -> String {
    format!("{}/{rest}", module.api_token())
}

pub(super) fn rest_api(module: &mut Module, piece: &mut Piece) {
    let body = set([
        ("name", piece.take("name")),
        (
            "endpoint_configuration",
            json!({"types": [piece.take("endpointConfiguration")]}),
        ),
        ("tags", tags(piece.tags())),
    ]);
    piece.pass_over(&["duplicate"]);
    module.set_api_token(piece.own("id"));
    module.add(API, "api", body, &piece.own("id"));
    module.refer(piece, "id", "aws_api_gateway_rest_api.api.id");
    module.refer(
        piece,
        "root",
        "aws_api_gateway_rest_api.api.root_resource_id",
    );
}

pub(super) fn policy(module: &mut Module, piece: &mut Piece) {
    let api = api(module);
    let body = json!({"rest_api_id": api, "policy": document(&piece.take("policy"))});
    let import = module.api_token();
    module.add("aws_api_gateway_rest_api_policy", "api", body, &import);
}

pub(super) fn default_endpoint(module: &mut Module, piece: &mut Piece) {
    let is_off = piece.scalar("disableExecuteApiEndpoint");
    module.set(API, "api", "disable_execute_api_endpoint", is_off);
}

pub(super) fn routes(module: &mut Module, piece: &mut Piece) -> Vec<Untaken> {
    let (methods, untaken) = methods::of(piece);
    let root = module.expression("aws_api_gateway_rest_api.api.root_resource_id");
    let mut resources = BTreeMap::from([("/".to_owned(), root)]);
    let (mut names, api) = (Names::default(), api(module));
    for (path, (parent, part)) in methods::paths(&methods) {
        let body =
            json!({"rest_api_id": api, "parent_id": resources.get(&parent), "path_part": part});
        let name = names.name("", &path);
        let import = inside(module, &piece.own(&path));
        module.add("aws_api_gateway_resource", &name, body, &import);
        let expression = format!("aws_api_gateway_resource.{name}.id");
        module.refer(piece, &path, &expression);
        resources.insert(path, module.expression(&expression));
    }
    for method in &methods {
        let name = names.name(&method.verb.to_lowercase(), &method.path);
        let resource = resources.get(&method.path).cloned().unwrap_or_default();
        let import = inside(
            module,
            &format!("{}/{}", piece.own(&method.path), method.verb),
        );
        let body = method_body(method, &api, &resource);
        module.add("aws_api_gateway_method", &name, body, &import);
        let verb = module.expression(&format!("aws_api_gateway_method.{name}.http_method"));
        let invoked = &method.integration;
        let body = json!({
            "rest_api_id": api,
            "resource_id": resource,
            "http_method": verb,
            "type": invoked.kind,
            "integration_http_method": invoked.verb,
            "uri": invoked.uri,
        });
        module.add("aws_api_gateway_integration", &name, body, &import);
    }
    untaken
}

fn method_body(method: &Method, api: &Value, resource: &Value) -> Value {
    let scopes = match method.scopes.is_empty() {
        true => Value::Null,
        false => json!(method.scopes),
    };
    set([
        ("rest_api_id", api.clone()),
        ("resource_id", resource.clone()),
        ("http_method", json!(method.verb)),
        ("authorization", json!(method.authorization)),
        ("authorizer_id", method.authorizer.clone()),
        ("authorization_scopes", scopes),
        ("api_key_required", json!(method.api_key)),
    ])
}

/// Names of resources for paths: two that differ in signs alone are told apart by a number.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn name(&mut self, verb: &str, path: &str) -> String {
        let path = if path == "/" { "root" } else { path };
        let name = word(&format!("{verb} {path}"));
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        match count {
            1 => name,
            count => format!("{name}-{count}"),
        }
    }
}

pub(super) fn gateway_responses(module: &mut Module, piece: &mut Piece) {
    let api = api(module);
    for kind in piece.names() {
        let headers = piece.entries(&kind).into_iter();
        let headers =
            headers.map(|(name, value)| (format!("gatewayresponse.header.{name}"), json!(value)));
        let parameters: Map<String, Value> = headers.collect();
        let body =
            json!({"rest_api_id": api, "response_type": kind, "response_parameters": parameters});
        let import = inside(module, &kind);
        module.add(
            "aws_api_gateway_gateway_response",
            &word(&kind),
            body,
            &import,
        );
    }
}

/// Another definition is another deployment, made before the old one goes.
pub(super) fn deployment(module: &mut Module, piece: &mut Piece) {
    let definition = piece.take("definition");
    let text = definition.as_str().unwrap_or_default();
    let body = json!({
        "rest_api_id": api(module),
        "description": format!("gatewayq {text}"),
        "triggers": {"definition": definition},
        "lifecycle": {"create_before_destroy": true},
    });
    let import = inside(module, &piece.own("id"));
    module.add("aws_api_gateway_deployment", "deployment", body, &import);
    module.refer(piece, "id", "aws_api_gateway_deployment.deployment.id");
    module.leave(
        "a deployment when the API changes",
        "Terraform makes one where `triggers` of aws_api_gateway_deployment differ: change them with each change of the API",
    );
}

pub(super) fn stage(module: &mut Module, piece: &mut Piece) {
    let log = set([
        (
            "destination_arn",
            piece.take("accessLogSettings/destinationArn"),
        ),
        ("format", piece.take("accessLogSettings/format")),
    ]);
    let has_log = log.as_object().is_some_and(|log| !log.is_empty());
    let api = api(module);
    let body = set([
        ("rest_api_id", api.clone()),
        ("stage_name", json!(piece.name)),
        ("xray_tracing_enabled", piece.scalar("tracingEnabled")),
        (
            "access_log_settings",
            if has_log { log } else { Value::Null },
        ),
        ("tags", tags(piece.tags())),
    ]);
    let import = inside(module, &piece.name);
    module.add(STAGE, "stage", body, &import);
    let settings = set([
        ("logging_level", piece.take("logging/loglevel")),
        ("data_trace_enabled", piece.scalar("logging/dataTrace")),
        ("metrics_enabled", piece.scalar("metrics/enabled")),
        (
            "throttling_rate_limit",
            piece.scalar("throttling/rateLimit"),
        ),
        (
            "throttling_burst_limit",
            piece.scalar("throttling/burstLimit"),
        ),
    ]);
    let body = json!({
        "rest_api_id": api,
        "stage_name": stage_name(module),
        "method_path": "*/*",
        "settings": settings,
    });
    let import = format!("{import}/*/*");
    module.add("aws_api_gateway_method_settings", "all", body, &import);
    let url = module.expression("aws_api_gateway_stage.stage.invoke_url");
    module.output("url", url);
}

/// The deployment that the stage serves.
pub(super) fn served_deployment(module: &mut Module, piece: &mut Piece) {
    let deployment = piece.take("deploymentId");
    module.set(STAGE, "stage", "deployment_id", deployment);
    piece.pass_over(&["old deployment", "old version"]);
}

/// Stages of several apps can share it.
pub(super) fn domain_name(module: &mut Module, piece: &mut Piece) {
    let body = set([
        ("domain_name", json!(piece.name)),
        (
            "regional_certificate_arn",
            piece.take("regionalCertificateArn"),
        ),
        ("security_policy", piece.take("securityPolicy")),
        (
            "endpoint_configuration",
            json!({"types": [piece.take("endpointConfiguration")]}),
        ),
        ("tags", tags(piece.tags())),
    ]);
    piece.pass_over(&["domainNameStatus", "base path mapping"]);
    module.add("aws_api_gateway_domain_name", "domain", body, "");
    for (identifier, attribute) in [
        ("host", "regional_domain_name"),
        ("zone", "regional_zone_id"),
    ] {
        let expression = format!("one(aws_api_gateway_domain_name.domain[*].{attribute})");
        module.refer(piece, identifier, &expression);
    }
    module.optional(
        1,
        "create_domain_name",
        "false where the custom domain name is there already, as of another stage",
    );
    module.leave(
        "the domain's DNS record and certificate",
        "gatewayq makes neither; `gatewayq url` and `gatewayq status` print what the record has to lead to",
    );
}

pub(super) fn base_path_mapping(module: &mut Module, piece: &mut Piece) {
    let (domain, path) = piece.name.split_once('/').unwrap_or((&piece.name, ""));
    let base_path = match path {
        "" => Value::Null,
        path => json!(path),
    };
    let body = set([
        ("api_id", api(module)),
        ("stage_name", stage_name(module)),
        ("domain_name", json!(domain)),
        ("base_path", base_path),
    ]);
    piece.pass_over(&["stage", "other base path"]);
    let import = piece.name.clone();
    module.add(
        "aws_api_gateway_base_path_mapping",
        "mapping",
        body,
        &import,
    );
}
