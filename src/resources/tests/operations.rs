//! Which operation a request is, by AWS's own models, and what it says.

use super::fixtures;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// A request of a client, understood.
#[derive(Debug)]
pub(crate) struct Request {
    /// `sqs`
    pub service: String,
    /// `CreateQueue`
    pub operation: String,
    /// By the names on the wire: the body, what stands in the path, and the query.
    pub input: Map<String, Value>,
}

impl Request {
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.input.get(name).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    pub(crate) fn read(request: &HttpRequest) -> Self {
        let uri: http::Uri = request.uri().parse().unwrap();
        let service = uri.host().unwrap().split('.').next().unwrap();
        let service = match service {
            "apigateway" if uri.path().starts_with("/v2/") => "apigatewayv2".to_owned(),
            other => other.to_owned(),
        };
        let body = request.body().bytes().unwrap_or_default();
        let (operation, mut input) = match service.as_str() {
            "sqs" | "logs" | "monitoring" | "dynamodb" => {
                let target = request.headers().get("x-amz-target").unwrap();
                let operation = target.rsplit('.').next().unwrap();
                (operation.to_owned(), Map::new())
            }
            "iam" => {
                let form = pairs(std::str::from_utf8(body).unwrap());
                (form["Action"].as_str().unwrap().to_owned(), form)
            }
            _ => by_path(&service, request.method(), uri.path()),
        };
        if let Ok(Value::Object(fields)) = serde_json::from_slice(body) {
            input.extend(fields);
        }
        input.extend(pairs(uri.query().unwrap_or_default()));
        Self {
            service,
            operation,
            input,
        }
    }
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

fn pairs(text: &str) -> Map<String, Value> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(name, value)| (decoded(name), decoded(value).into()));
    pairs.collect()
}

/// Service, operation, method and path of what is told by its path.
static BINDINGS: LazyLock<Vec<[String; 4]>> = LazyLock::new(|| {
    let services = ["apigateway", "apigatewayv2", "lambda"].into_iter();
    let all = services.flat_map(|service| {
        let model = fixtures::json(&format!("{service}.json"));
        let operations = model["operations"].as_object().unwrap().clone();
        operations.into_iter().map(move |(name, operation)| {
            let text = |key: &str| operation[key].as_str().unwrap().to_owned();
            [service.to_owned(), name, text("method"), text("uri")]
        })
    });
    all.collect()
});

fn by_path(service: &str, method: &str, path: &str) -> (String, Map<String, Value>) {
    let of_service = BINDINGS
        .iter()
        .filter(|[of, _, verb, _]| of == service && verb == method);
    let mut named =
        of_service.filter_map(|[_, name, _, uri]| Some((name.clone(), labels(uri, path)?)));
    named
        .next()
        .unwrap_or_else(|| panic!("{service} has no {method} {path}"))
}

/// What stands for the labels of `template` in `path`; `None` where it is another's path.
fn labels(template: &str, path: &str) -> Option<Map<String, Value>> {
    let (template, path): (Vec<&str>, Vec<&str>) = (
        template.trim_end_matches('/').split('/').collect(),
        path.trim_end_matches('/').split('/').collect(),
    );
    if template.len() != path.len() {
        return None;
    }
    let mut labels = Map::new();
    for (wanted, is) in template.into_iter().zip(path) {
        match wanted.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            Some(label) => drop(labels.insert(label.to_owned(), decoded(is).into())),
            None if wanted == is => {}
            None => return None,
        }
    }
    Some(labels)
}
