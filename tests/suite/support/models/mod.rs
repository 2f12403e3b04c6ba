//! AWS's own models as the judge of requests: what `tests/suite/models` pins, and what stands only in AWS's manuals.
//!
//! A request is read by its protocol into the operation's input, the input is checked against its shape, and then
//! against the rules that the models lack ([`rules`]).
use std::collections::BTreeMap;
use std::sync::OnceLock;

use hyper::http::request::Parts;
use serde_json::Value;

pub(crate) mod openapi;
mod patches;
pub(crate) mod rules;
mod rules_sqs;
pub(crate) mod shape;
mod wire;
mod wire_query;

const SOURCES: [(&str, &str); 9] = [
    ("apigateway", include_str!("../../models/apigateway.json")),
    (
        "apigatewayv2",
        include_str!("../../models/apigatewayv2.json"),
    ),
    ("dynamodb", include_str!("../../models/dynamodb.json")),
    ("iam", include_str!("../../models/iam.json")),
    ("lambda", include_str!("../../models/lambda.json")),
    ("logs", include_str!("../../models/logs.json")),
    ("monitoring", include_str!("../../models/monitoring.json")),
    ("sqs", include_str!("../../models/sqs.json")),
    ("sts", include_str!("../../models/sts.json")),
];

/// One service's model, as `make.py` wrote it.
pub(crate) struct Model {
    pub service: &'static str,
    pub json: Value,
}

/// An operation with its input as the models name it.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub service: &'static str,
    pub operation: String,
    pub members: Value,
}

impl Model {
    /// The name of the operation's input shape; `None` where it takes nothing.
    pub(crate) fn input(&self, operation: &str) -> Option<&str> {
        self.json["operations"][operation]["input"].as_str()
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.json["operations"].as_object().into_iter().flatten()
    }

    pub(crate) fn shape(&self, name: &str) -> &Value {
        let shape = &self.json["shapes"][name];
        assert!(shape.is_object(), "{} has no shape {name}", self.service);
        shape
    }

    fn metadata(&self, name: &str) -> &str {
        self.json["metadata"][name].as_str().unwrap_or_default()
    }
}

/// All models, by the name that requests are signed for; API Gateway's second API has one of its own.
pub(crate) fn all() -> &'static BTreeMap<&'static str, Model> {
    static MODELS: OnceLock<BTreeMap<&str, Model>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let read = |(service, text): &(&'static str, &str)| {
            let json = serde_json::from_str(text).unwrap();
            (*service, Model { service, json })
        };
        SOURCES.iter().map(read).collect()
    })
}

/// What a request asks for; what is wrong with it where that cannot be told.
pub(crate) fn read(service: &str, parts: &Parts, body: &[u8]) -> Result<Input, Vec<String>> {
    let second = service == "apigateway" && parts.uri.path().starts_with("/v2/");
    let name = if second { "apigatewayv2" } else { service };
    let Some(model) = all().get(name) else {
        return Err(vec![format!("no model of the service {name:?}")]);
    };
    wire::read(model, parts, body)
}

/// All that AWS would not accept in an input.
pub(crate) fn check(input: &Input) -> Vec<String> {
    let model = &all()[input.service];
    let mut problems = match model.input(&input.operation) {
        Some(shape) => shape::problems(model, shape, &input.members),
        None if input.members.as_object().is_none_or(|all| all.is_empty()) => vec![],
        None => vec![format!("takes no input, not {}", input.members)],
    };
    problems.extend(rules::problems(input));
    problems
}

/// All that AWS would not accept in a request, each with the operation's name.
pub(crate) fn judge(service: &str, parts: &Parts, body: &[u8]) -> Vec<String> {
    match read(service, parts, body) {
        Err(problems) => problems,
        Ok(input) => check(&input)
            .into_iter()
            .map(|problem| format!("{}:{}: {problem}", input.service, input.operation))
            .collect(),
    }
}
