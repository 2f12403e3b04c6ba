//! OpenAPI, by openapi-spec-validator.
use std::path::Path;

use serde_json::Value;

use super::{export, full, read};
use crate::support::python;

#[track_caller]
fn valid(file: &Path) {
    let words = ["-m", "openapi_spec_validator", "--validation-errors", "all"];
    let checked = python::formats().command(words).arg(file).output().unwrap();
    let told = String::from_utf8_lossy(&checked.stdout);
    let error = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{told}{error}");
}

/// The names of operations by path, `x-amazon-apigateway-any-method` among them.
fn operations(document: &Value, path: &str) -> Vec<String> {
    document["paths"][path]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[test]
fn the_api_for_callers_and_the_api_for_an_import_are_valid() {
    let project = full();
    let folder = export(&project, "openapi", &[]);
    valid(&folder.join("openapi.json"));
    let callers = read(folder.join("openapi.json"));
    assert_eq!(callers["openapi"], "3.1.0");
    // `ANY` is each method; the path is without the plus, which is API Gateway's.
    assert_eq!(operations(&callers, "/files/{rest}").len(), 7);
    let schema = &callers["components"]["schemas"]["body1"];
    let kwargs = &schema["properties"]["kwargs"]["$ref"];
    assert_eq!(kwargs, "#/components/schemas/body1/$defs/order");

    // A greedy variable is no OpenAPI, so the validator is shown the rest.
    let import = read(folder.join("api-gateway.json"));
    assert_eq!(import["openapi"], "3.0.1");
    assert_eq!(
        operations(&import, "/files/{rest+}"),
        ["options", "x-amazon-apigateway-any-method"].split_at(1).1
    );
    let plain = import.to_string().replace("{rest+}", "{rest}");
    std::fs::write(folder.join("plain.json"), plain).unwrap();
    valid(&folder.join("plain.json"));
    let security = &import["paths"]["/mine"]["get"]["security"][0];
    assert_eq!(
        security["customers-cognito"],
        serde_json::json!(["orders/read"])
    );
    assert_eq!(security["api_key"], serde_json::json!([]));
}
