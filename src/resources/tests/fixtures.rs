//! The answers that AWS was recorded to give: `tests/suite/models/answers`, and the errors beside them.

use serde_json::Value;
use std::path::PathBuf;

/// One answer of AWS.
pub(crate) struct Fixture {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// JSON, or XML as a text; `""` is empty.
    pub body: Value,
}

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/suite/models")
}

pub(crate) fn json(name: &str) -> Value {
    let path = models().join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap()
}

/// The answer of an operation, or a variant of it: `GetRole.with-boundary`.
pub(crate) fn fixture(service: &str, answer: &str) -> Fixture {
    let file = json(&format!("answers/{service}/{answer}.json"));
    let headers = file["headers"].as_object().unwrap().iter();
    let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    Fixture {
        status: u16::try_from(file["status"].as_u64().unwrap()).unwrap(),
        headers: headers.collect(),
        body: file["body"].clone(),
    }
}

pub(crate) fn body(service: &str, answer: &str) -> Value {
    fixture(service, answer).body
}

/// Status and message of a service's error.
pub(crate) fn error(service: &str, code: &str) -> (u16, String) {
    let all = json("answers/errors.json");
    let mut all = all.as_array().unwrap().iter();
    let known = all.find(|error| error["service"] == service && error["code"] == code);
    let known = known.unwrap_or_else(|| panic!("no such error of {service} is recorded: {code}"));
    let status = u16::try_from(known["status"].as_u64().unwrap()).unwrap();
    (status, known["message"].as_str().unwrap().to_owned())
}
