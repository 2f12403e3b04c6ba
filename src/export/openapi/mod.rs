//! The API as OpenAPI: once for its callers and their tools, once as API Gateway's import takes it.
//!
//! For callers it is OpenAPI 3.1, whose schemas are JSON Schema 2020-12 as those of the bodies are. API Gateway imports
//! 3.0 and no later version ("API Gateway important notes", API Gateway developer guide), with its own extensions.

mod answers;
mod body;
mod operation;
mod security;

use super::left::Left;
use super::methods::{self, Method};
use super::piece::{Piece, Place, set};
use super::token::{self, Part};
use super::{Export, file};
use crate::config::Settings;
use gatewayq_routes::{ANY, METHODS};
use security::Authorizers;
use serde_json::{Map, Value, json};

/// Both need one; gatewayq has no use for it.
const VERSION: &str = "1.0";

/// The kinds that are of an API, in the order in which they are made.
const OF_THE_API: [&str; 6] = [
    "REST API",
    "authorizer",
    "routes",
    "gateway responses",
    "resource policy",
    "default endpoint",
];

/// What of the API the pieces say.
#[derive(Default)]
struct Api {
    name: String,
    methods: Vec<Method>,
    authorizers: Authorizers,
    responses: Map<String, Value>,
    policy: Value,
    has_no_default_endpoint: bool,
}

pub(super) fn export(settings: &Settings, place: &Place, pieces: Vec<Piece>) -> Export {
    let (ours, behind): (Vec<_>, Vec<_>) = pieces
        .into_iter()
        .partition(|piece| OF_THE_API.contains(&piece.kind));
    let mut left = Vec::new();
    let api = Api::read(ours, &mut left);
    left.extend(behind.iter().map(|piece| {
        Left::new(
            &piece.what(),
            "OpenAPI describes an API, and not what is behind it or beside it",
        )
    }));
    let written = |document: Value| file(&token::written(document, &|text| literal(text).into()));
    Export {
        files: vec![
            ("openapi.json", written(api.for_callers(settings, place))),
            ("api-gateway.json", written(api.for_import())),
        ],
        left,
    }
}

/// What only the account knows as the words that CloudFormation has for it.
fn literal(text: &str) -> String {
    let parts = token::parts(text).into_iter();
    let parts = parts.map(|part| match part {
        Part::Text(text) => text,
        Part::Token(token::ACCOUNT) => "${AWS::AccountId}",
        Part::Token(token::PARTITION) => "${AWS::Partition}",
        Part::Token(token::REGION) => "${AWS::Region}",
        Part::Token(_) => "${RestApi}",
    });
    parts.collect()
}

impl Api {
    fn read(pieces: Vec<Piece>, left: &mut Vec<Left>) -> Self {
        let mut api = Self::default();
        for mut piece in pieces {
            match piece.kind {
                "REST API" => {
                    api.name = piece.take("name").as_str().unwrap_or_default().to_owned();
                    // An import does not change the endpoint's type, and tags are not the API's.
                    piece.pass_over(&["tag", "endpointConfiguration", "duplicate"]);
                }
                "authorizer" => api.authorizers.add(&mut piece),
                "routes" => {
                    let (methods, untaken) = methods::of(&mut piece);
                    api.methods = methods;
                    left.extend(untaken.into_iter().map(Left::untaken));
                }
                "gateway responses" => {
                    for kind in piece.names() {
                        let headers = piece.entries(&kind).into_iter();
                        let headers = headers.map(|(name, value)| {
                            (format!("gatewayresponse.header.{name}"), value.into())
                        });
                        let parameters: Map<String, Value> = headers.collect();
                        api.responses
                            .insert(kind, json!({"responseParameters": parameters}));
                    }
                }
                "resource policy" => api.policy = piece.take("policy"),
                _ => {
                    let is_off = piece.scalar("disableExecuteApiEndpoint");
                    api.has_no_default_endpoint = is_off == true;
                }
            }
            left.extend(piece.untaken().map(Left::untaken));
        }
        api
    }

    fn for_import(&self) -> Value {
        let mut paths = Map::new();
        for method in &self.methods {
            let operations = paths.entry(method.path.clone()).or_insert(json!({}));
            let key = match method.verb.as_str() {
                ANY => "x-amazon-apigateway-any-method".to_owned(),
                verb => verb.to_lowercase(),
            };
            operations[key] = operation::for_import(method, &self.authorizers);
        }
        let responses = Value::from(self.responses.clone());
        let endpoint = json!({"disableExecuteApiEndpoint": true});
        set([
            ("openapi", json!("3.0.1")),
            ("info", json!({"title": self.name, "version": VERSION})),
            ("paths", paths.into()),
            (
                "components",
                json!({"securitySchemes": self.authorizers.schemes(&self.methods)}),
            ),
            (
                "x-amazon-apigateway-gateway-responses",
                match self.responses.is_empty() {
                    true => Value::Null,
                    false => responses,
                },
            ),
            ("x-amazon-apigateway-policy", self.policy.clone()),
            (
                "x-amazon-apigateway-endpoint-configuration",
                match self.has_no_default_endpoint {
                    true => endpoint,
                    false => Value::Null,
                },
            ),
        ])
    }

    fn for_callers(&self, settings: &Settings, place: &Place) -> Value {
        let (mut paths, mut schemas) = (Map::new(), Map::new());
        for method in &self.methods {
            // The plus of a greedy variable is API Gateway's own.
            let path = method.path.replace("+}", "}");
            let route = settings
                .routes
                .iter()
                .find(|route| route.method == method.verb && route.path == method.path);
            let schema = route.and_then(|route| body::component(route, &mut schemas));
            for verb in self.verbs(method) {
                let operation = operation::for_callers(
                    verb,
                    method,
                    route,
                    schema.as_deref(),
                    &self.authorizers,
                );
                let operations = paths.entry(path.clone()).or_insert(json!({}));
                operations[verb.to_lowercase()] = operation;
            }
        }
        let schemes = self.authorizers.schemes(&self.methods);
        let schemas = (!schemas.is_empty()).then_some(Value::Object(schemas));
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": self.name,
                "version": VERSION,
                "description": "Each accepted task goes to a Celery worker by a queue; an answer says that it is on the queue.",
            },
            "servers": servers(settings, place),
            "paths": paths,
            "components": set([
                ("securitySchemes", schemes),
                ("schemas", schemas.unwrap_or_default()),
            ]),
        })
    }

    /// `ANY` is each method that the path has not by itself.
    fn verbs<'a>(&self, method: &'a Method) -> Vec<&'a str> {
        if method.verb != ANY {
            return vec![&method.verb];
        }
        let has_own = |verb: &&str| {
            let mut own = self.methods.iter();
            own.any(|other| other.path == method.path && other.verb == **verb)
        };
        METHODS.into_iter().filter(|verb| !has_own(verb)).collect()
    }
}

/// Where the API is: under its domain, and else where API Gateway has it.
fn servers(settings: &Settings, place: &Place) -> Value {
    if let Some(domain) = &settings.domain {
        return json!([{"url": domain.url()}]);
    }
    let suffix = place.identity.dns_suffix();
    let region = match token::parts(&place.region).as_slice() {
        [Part::Text(region)] => *region,
        _ => "us-east-1",
    };
    json!([{
        "url": format!("https://{{api}}.execute-api.{{region}}.{suffix}/{}", settings.stage),
        "description": "`gatewayq url` prints it",
        "variables": {
            "api": {"default": "api-id", "description": "the REST API's id"},
            "region": {"default": region},
        },
    }])
}
