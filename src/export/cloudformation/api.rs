//! The REST API, its stage, and the ways to it.

use super::super::methods::{self, Method};
use super::super::piece::{Piece, Untaken, set};
use super::super::token::{self, Part};
use super::template::{Template, no_value, tags, word};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const API: &str = "RestApi";
const STAGE: &str = "Stage";

pub(super) fn api() -> Value {
    json!({"Ref": API})
}

pub(super) fn rest_api(template: &mut Template, piece: &mut Piece) {
    let properties = set([
        ("Name", piece.take("name")),
        (
            "EndpointConfiguration",
            json!({"Types": [piece.take("endpointConfiguration")]}),
        ),
        ("Tags", tags(piece.tags())),
    ]);
    piece.pass_over(&["duplicate"]);
    template.add(API, "AWS::ApiGateway::RestApi", properties);
    template.refer(piece, "id", API);
    template.attribute(piece, "root", API, "RootResourceId");
}

/// It is a property of the API, which cannot name itself there: `execute-api:/` is the API's own.
pub(super) fn policy(template: &mut Template, piece: &mut Piece) {
    let mut policy = piece.take("policy");
    own_api(&mut policy);
    template.set(API, "Policy", policy);
}

fn own_api(document: &mut Value) {
    match document {
        Value::String(text) => {
            // arn:…:execute-api:REGION:ACCOUNT:API/PATH
            let mut parts = text.splitn(6, ':').skip(2);
            if parts.next() == Some("execute-api")
                && let Some((api, path)) = parts.nth(2).and_then(|rest| rest.split_once('/'))
                && matches!(token::parts(api).as_slice(), [Part::Token(_)])
            {
                *text = format!("execute-api:/{path}");
            }
        }
        Value::Array(all) => all.iter_mut().for_each(own_api),
        Value::Object(all) => all.values_mut().for_each(own_api),
        _ => {}
    }
}

pub(super) fn default_endpoint(template: &mut Template, piece: &mut Piece) {
    let is_off = piece.scalar("disableExecuteApiEndpoint");
    template.set(API, "DisableExecuteApiEndpoint", is_off);
}

pub(super) fn routes(template: &mut Template, piece: &mut Piece) -> Vec<Untaken> {
    let (methods, untaken) = methods::of(piece);
    let mut resources = BTreeMap::from([(
        "/".to_owned(),
        json!({"Fn::GetAtt": [API, "RootResourceId"]}),
    )]);
    for (path, (parent, part)) in methods::paths(&methods) {
        let properties = json!({
            "RestApiId": api(),
            "ParentId": resources.get(&parent),
            "PathPart": part,
        });
        let id = id_of("Resource", &path);
        let id = template.add(&id, "AWS::ApiGateway::Resource", properties);
        template.refer(piece, &path, &id);
        resources.insert(path, json!({"Ref": id}));
    }
    for method in &methods {
        let properties = properties(method, &resources);
        let verb = word(&method.verb.to_lowercase());
        let id = id_of(&format!("Method{verb}"), &method.path);
        template.add(&id, "AWS::ApiGateway::Method", properties);
    }
    untaken
}

fn properties(method: &Method, resources: &BTreeMap<String, Value>) -> Value {
    let scopes = match method.scopes.is_empty() {
        true => Value::Null,
        false => json!(method.scopes),
    };
    let invoked = &method.integration;
    set([
        ("RestApiId", api()),
        ("ResourceId", json!(resources.get(&method.path))),
        ("HttpMethod", json!(method.verb)),
        ("AuthorizationType", json!(method.authorization)),
        ("AuthorizerId", method.authorizer.clone()),
        ("AuthorizationScopes", scopes),
        ("ApiKeyRequired", json!(method.api_key)),
        (
            "Integration",
            json!({"Type": invoked.kind, "IntegrationHttpMethod": invoked.verb, "Uri": invoked.uri}),
        ),
    ])
}

/// The logical id of what is at a path.
fn id_of(kind: &str, path: &str) -> String {
    match path {
        "/" => format!("{kind}Root"),
        path => format!("{kind}{}", word(path)),
    }
}

pub(super) fn gateway_responses(template: &mut Template, piece: &mut Piece) {
    for kind in piece.names() {
        let headers = piece.entries(&kind).into_iter();
        let headers =
            headers.map(|(name, value)| (format!("gatewayresponse.header.{name}"), json!(value)));
        let parameters: Map<String, Value> = headers.collect();
        let properties =
            json!({"RestApiId": api(), "ResponseType": kind, "ResponseParameters": parameters});
        let id = format!("GatewayResponse{}", word(&kind));
        template.add(&id, "AWS::ApiGateway::GatewayResponse", properties);
    }
}

/// A deployment cannot be changed. Another definition is another one under another logical id: CloudFormation then
/// makes it, has the stage serve it, and deletes the old one.
pub(super) fn deployment(template: &mut Template, piece: &mut Piece) {
    let definition = piece.take("definition");
    let definition = definition.as_str().unwrap_or_default();
    let short: String = definition.chars().take(10).collect();
    let properties = json!({"RestApiId": api(), "Description": format!("gatewayq {definition}")});
    let id = template.add(
        &format!("Deployment{short}"),
        "AWS::ApiGateway::Deployment",
        properties,
    );
    template.attribute(piece, "id", &id, "DeploymentId");
    template.leave(
        "a deployment when the API changes",
        "CloudFormation makes none by itself: give the deployment another logical id with each change of the API, as an export does",
    );
}

pub(super) fn stage(template: &mut Template, piece: &mut Piece) {
    let all_methods = set([
        ("HttpMethod", json!("*")),
        ("ResourcePath", json!("/*")),
        ("LoggingLevel", piece.take("logging/loglevel")),
        ("DataTraceEnabled", piece.scalar("logging/dataTrace")),
        ("MetricsEnabled", piece.scalar("metrics/enabled")),
        ("ThrottlingRateLimit", piece.scalar("throttling/rateLimit")),
        (
            "ThrottlingBurstLimit",
            piece.scalar("throttling/burstLimit"),
        ),
    ]);
    let log = set([
        (
            "DestinationArn",
            piece.take("accessLogSettings/destinationArn"),
        ),
        ("Format", piece.take("accessLogSettings/format")),
    ]);
    let has_log = log.as_object().is_some_and(|log| !log.is_empty());
    // The role has to be set before a stage logs, and what may not be made cannot be waited for by `DependsOn`.
    let logs = json!({"Fn::Sub": "API Gateway logs as ${Account} has it"});
    let logs = template.where_made("Account", logs, no_value());
    let logs = if logs == no_value() {
        Value::Null
    } else {
        logs
    };
    let properties = set([
        ("RestApiId", api()),
        ("StageName", json!(piece.name)),
        ("Description", logs),
        ("MethodSettings", json!([all_methods])),
        ("TracingEnabled", piece.scalar("tracingEnabled")),
        ("AccessLogSetting", if has_log { log } else { Value::Null }),
        ("Tags", tags(piece.tags())),
    ]);
    template.add(STAGE, "AWS::ApiGateway::Stage", properties);
    let url =
        format!("https://${{{API}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/${{{STAGE}}}");
    template.output("Url", "Where the routes are", json!({"Fn::Sub": url}));
}

/// The deployment that the stage serves.
pub(super) fn served_deployment(template: &mut Template, piece: &mut Piece) {
    let deployment = piece.take("deploymentId");
    template.set(STAGE, "DeploymentId", deployment);
    piece.pass_over(&["old deployment", "old version"]);
}

/// Stages of several apps can share it.
pub(super) fn domain_name(template: &mut Template, piece: &mut Piece) {
    let properties = set([
        ("DomainName", json!(piece.name)),
        (
            "RegionalCertificateArn",
            piece.take("regionalCertificateArn"),
        ),
        ("SecurityPolicy", piece.take("securityPolicy")),
        (
            "EndpointConfiguration",
            json!({"Types": [piece.take("endpointConfiguration")]}),
        ),
        ("Tags", tags(piece.tags())),
    ]);
    piece.pass_over(&["domainNameStatus", "base path mapping"]);
    let id = template.add("DomainName", "AWS::ApiGateway::DomainName", properties);
    template.attribute(piece, "host", &id, "RegionalDomainName");
    template.attribute(piece, "zone", &id, "RegionalHostedZoneId");
    template.optional(
        &id,
        "CreateDomainName",
        "false where the custom domain name is there already, as of another stage",
    );
    template.leave(
        "the domain's DNS record and certificate",
        "gatewayq makes neither; `gatewayq url` and `gatewayq status` print what the record has to lead to",
    );
}

pub(super) fn base_path_mapping(template: &mut Template, piece: &mut Piece) {
    let (domain, path) = piece.name.split_once('/').unwrap_or((&piece.name, ""));
    let path = match path {
        "" => Value::Null,
        path => json!(path),
    };
    let properties = set([
        (
            "DomainName",
            template.where_made("DomainName", json!({"Ref": "DomainName"}), json!(domain)),
        ),
        ("BasePath", path),
        ("RestApiId", api()),
        ("Stage", json!({"Ref": STAGE})),
    ]);
    piece.pass_over(&["stage", "other base path"]);
    template.add(
        "BasePathMapping",
        "AWS::ApiGateway::BasePathMapping",
        properties,
    );
}
