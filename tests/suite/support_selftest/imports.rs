//! PutRestApi as the proxy adds it, and the judge of its definitions.
use serde_json::{Value, json};

use super::rules::bench;
use crate::support::boto::{Place, Refused};
use crate::support::models::openapi;
use crate::support::proxy::Rule;

fn integration() -> Value {
    json!({"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:apigateway:eu-west-1:lambda:path/x"})
}

/// GET of one path with this security.
fn definition(path: &str, security: Value) -> Value {
    let names = path.split('/').filter_map(openapi::variable);
    let parameters: Vec<Value> = names
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    json!({
        "openapi": "3.0.1",
        "info": {"title": "renamed", "version": "1"},
        "paths": {path: {"get": {"responses": {}, "parameters": parameters, "security": security,
            "x-amazon-apigateway-integration": integration()}}},
        "components": {"securitySchemes": {
            "signed": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
            "keyed": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        }},
    })
}

fn put(place: &Place, api: &Value, body: &str) -> Result<Value, Refused> {
    let params = json!({"restApiId": api, "mode": "merge", "body": body});
    place.try_call("apigateway", "PutRestApi", params)
}

#[test]
fn an_import_merges_by_the_definition() {
    let (_emulator, _proxy, place) = bench(Rule::PutRestApi { security: true });
    let api = place.call("apigateway", "CreateRestApi", json!({"name": "api"}))["id"].clone();
    let both = definition("/a/{id}", json!([{"signed": [], "keyed": []}]));
    let answer = put(&place, &api, &both.to_string()).unwrap();
    assert_eq!(answer["name"], "renamed");
    put(&place, &api, &definition("/b", json!([])).to_string()).unwrap();
    let all = json!({"restApiId": api, "embed": ["methods"]});
    let all = place.call("apigateway", "GetResources", all);
    let get = |path: &str| {
        let items = all["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["path"] == path).unwrap();
        let method = &item["resourceMethods"]["GET"];
        (
            method["authorizationType"].clone(),
            method["apiKeyRequired"].clone(),
        )
    };
    assert_eq!(get("/a/{id}"), (json!("AWS_IAM"), json!(true)));
    assert_eq!(get("/b"), (json!("NONE"), json!(false)));
}

#[test]
fn an_import_is_refused_as_aws_refuses_it() {
    let (_emulator, _proxy, place) = bench(Rule::PutRestApi { security: true });
    let api = place.call("apigateway", "CreateRestApi", json!({"name": "api"}))["id"].clone();
    let good = definition("/a/{id}", json!([])).to_string();
    put(&place, &api, &good).unwrap();
    let sibling = definition("/a/{other}", json!([])).to_string();
    for (api, body, code, words) in [
        (
            &api,
            sibling.as_str(),
            "BadRequestException",
            "A sibling ({id})",
        ),
        (&api, "no JSON", "BadRequestException", "Unable to parse"),
        (
            &json!("gone"),
            &good,
            "NotFoundException",
            "Invalid API identifier",
        ),
    ] {
        let seen = put(&place, api, body).unwrap_err();
        assert_eq!(seen.code, code, "{seen:?}");
        assert!(seen.message.contains(words), "{seen:?}");
    }
}

#[test]
fn what_is_wrong_with_a_definition_is_told() {
    let problems = |definition: &Value| openapi::problems(&json!(definition.to_string()));
    let good = definition("/a/{id}", json!([{"signed": [], "keyed": []}]));
    assert_eq!(problems(&good), Vec::<String>::new());
    let get = "/paths/~1a~1{id}/get";
    for (place, value) in [
        ("/openapi", json!("2.0")),
        ("/info/title", Value::Null),
        ("/info/version", Value::Null),
        ("/components/securitySchemes/keyed", Value::Null),
        (&format!("{get}/responses"), Value::Null),
        (&format!("{get}/parameters"), json!([])),
        (
            &format!("{get}/x-amazon-apigateway-integration/type"),
            json!("aws"),
        ),
        (
            &format!("{get}/x-amazon-apigateway-integration/httpMethod"),
            json!("GET"),
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        assert_eq!(problems(&bad).len(), 1, "{place}: {:?}", problems(&bad));
    }
    let mut based = good;
    based["servers"] = json!([{"url": "https://a/dev"}]);
    assert_eq!(problems(&based).len(), 1);
}
