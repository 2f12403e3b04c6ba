//! Methods as an OpenAPI definition: what PutRestApi takes (API Gateway developer guide, "OpenAPI
//! extensions to API Gateway").

use super::MethodKey;
use super::state::{Integration, Method};
use serde_json::{Map, Value, json};

/// OpenAPI wants one; gatewayq has no use for it.
const VERSION: &str = "1.0";

/// The definition of `methods` alone. Without servers there is no base path; the API is called by
/// the title from then on.
pub(super) fn definition<'a>(
    title: &str,
    methods: impl IntoIterator<Item = (&'a MethodKey, &'a Method)>,
) -> Value {
    let mut paths = Map::new();
    for ((path, verb), method) in methods {
        let operations = paths.entry(path.as_str()).or_insert_with(|| json!({}));
        operations[key(verb)] = operation(path, method);
    }
    json!({
        "openapi": "3.0.1",
        "info": {"title": title, "version": VERSION},
        "paths": paths,
        "components": {"securitySchemes": {
            "sigv4": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            },
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        }},
    })
}

fn key(verb: &str) -> String {
    match verb {
        "ANY" => "x-amazon-apigateway-any-method".to_owned(),
        verb => verb.to_lowercase(),
    }
}

fn operation(path: &str, method: &Method) -> Value {
    let mut operation = json!({"responses": {}});
    let parameters: Vec<Value> = variables(path).map(parameter).collect();
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(security) = security(method) {
        operation["security"] = json!([security]);
    }
    if let Some(invoked) = &method.integration {
        operation["x-amazon-apigateway-integration"] = integration(invoked);
    }
    operation
}

/// The names between braces; the plus of a greedy one is not part of its name.
fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(variable)
}

fn variable(part: &str) -> Option<&str> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.trim_end_matches('+'))
}

fn parameter(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

/// All that one requirement names is asked for together; `None` asks for nothing.
fn security(method: &Method) -> Option<Value> {
    let mut asked = Map::new();
    if method.authorization == "AWS_IAM" {
        asked.insert("sigv4".to_owned(), json!([]));
    }
    if method.api_key {
        asked.insert("api_key".to_owned(), json!([]));
    }
    (!asked.is_empty()).then_some(Value::Object(asked))
}

fn integration(integration: &Integration) -> Value {
    json!({
        "type": integration.kind.to_lowercase(),
        "httpMethod": integration.http_method,
        "uri": integration.uri,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn method(authorization: &str, api_key: bool) -> Method {
        let integration = Integration {
            kind: "AWS_PROXY".to_owned(),
            http_method: "POST".to_owned(),
            uri: "arn:uri".to_owned(),
        };
        Method {
            authorization: authorization.to_owned(),
            authorizer: None,
            scopes: BTreeSet::new(),
            api_key,
            integration: Some(integration),
        }
    }

    fn defined(routes: &[(&str, &str, Method)]) -> Value {
        let key = |(path, verb, method): &(&str, &str, Method)| {
            (((*path).to_owned(), (*verb).to_owned()), method.clone())
        };
        let methods: BTreeMap<MethodKey, Method> = routes.iter().map(key).collect();
        definition("shop-dev", &methods)
    }

    #[test]
    fn a_definition_names_the_api_and_no_server() {
        let all = defined(&[("/", "GET", method("NONE", false))]);
        assert_eq!(all["openapi"], "3.0.1");
        assert_eq!(all["info"], json!({"title": "shop-dev", "version": "1.0"}));
        assert!(all.get("servers").is_none());
        let schemes = &all["components"]["securitySchemes"];
        assert_eq!(schemes["sigv4"]["x-amazon-apigateway-authtype"], "awsSigv4");
        assert_eq!(schemes["api_key"]["name"], "x-api-key");
    }

    #[test]
    fn signature_and_key_are_asked_for_together_alone_or_not_at_all() {
        for (authorization, api_key, expected) in [
            ("AWS_IAM", true, json!([{"sigv4": [], "api_key": []}])),
            ("AWS_IAM", false, json!([{"sigv4": []}])),
            ("NONE", true, json!([{"api_key": []}])),
            ("NONE", false, Value::Null),
        ] {
            let all = defined(&[("/a", "POST", method(authorization, api_key))]);
            let post = &all["paths"]["/a"]["post"];
            assert_eq!(post["security"], expected, "{authorization} {api_key}");
        }
    }

    #[test]
    fn a_method_invokes_the_function_by_post() {
        let all = defined(&[("/a", "GET", method("NONE", false))]);
        let get = &all["paths"]["/a"]["get"];
        assert_eq!(
            get["x-amazon-apigateway-integration"],
            json!({"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:uri"})
        );
        assert_eq!(get["responses"], json!({}));
    }

    #[test]
    fn methods_of_one_path_stand_together_and_any_has_a_name_of_its_own() {
        let all = defined(&[
            ("/a", "ANY", method("NONE", false)),
            ("/a", "DELETE", method("NONE", false)),
            ("/b", "HEAD", method("NONE", false)),
        ]);
        let names = |path: &str| -> Vec<String> {
            let operations = all["paths"][path].as_object();
            operations
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect()
        };
        assert_eq!(names("/a"), ["delete", "x-amazon-apigateway-any-method"]);
        assert_eq!(names("/b"), ["head"]);
    }

    #[test]
    fn variables_are_declared_and_the_greedy_one_without_its_plus() {
        let all = defined(&[
            ("/a/{id}/b/{proxy+}", "GET", method("NONE", false)),
            ("/plain", "GET", method("NONE", false)),
        ]);
        let of = |path: &str| all["paths"][path]["get"]["parameters"].clone();
        assert_eq!(
            of("/a/{id}/b/{proxy+}"),
            json!([
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "proxy", "in": "path", "required": true, "schema": {"type": "string"}},
            ])
        );
        assert_eq!(of("/plain"), Value::Null);
    }
}
