//! The policies of `gatewayq policy`: each is enough for its commands, and each action of it is
//! needed.
mod authorizers;
mod commands;
mod domain;
mod enough;
mod lint;
mod minimal;
mod operator;
mod others;
mod simulate;
mod used;

use serde_json::{Value, json};

use crate::support::boto::{Credentials, Place};
use crate::support::ministack::Ministack;
use crate::support::project::Project;

/// The document that `gatewayq policy …` prints.
#[track_caller]
pub(crate) fn policy(ms: &Ministack, project: &Project, args: &[&str]) -> Value {
    let whole = [&["policy"], args].concat();
    project.on(ms, whole).ok().json()
}

/// Condition keys that AWS evaluates and the emulator does not: to it they are never there, so
/// that it would refuse everything below them. API Gateway's tags on request and resource (and on
/// what is inside a REST API or a usage plan) stand in the developer guide, "Using tags to control
/// access to API Gateway REST API resources"; the others in the lists of condition keys
/// of IAM and Lambda.
const UNKNOWN_TO_THE_EMULATOR: [&str; 5] = [
    "aws:RequestTag/",
    "aws:ResourceTag/",
    "iam:PermissionsBoundary",
    "iam:PolicyARN",
    "lambda:Principal",
];

/// The document without the conditions that the emulator cannot evaluate. All else is as printed.
pub(crate) fn unconditioned(document: &Value) -> Value {
    let mut document = document.clone();
    for statement in document["Statement"].as_array_mut().unwrap() {
        let text = statement["Condition"].to_string();
        if UNKNOWN_TO_THE_EMULATOR.iter().any(|key| text.contains(key)) {
            statement.as_object_mut().unwrap().remove("Condition");
        }
    }
    document
}

/// Actions that the emulator asks for on `*`, where AWS asks for them on what the request names.
fn is_asked_for_on_all(action: &str) -> bool {
    let named = [
        "dynamodb:ListTagsOfResource",
        "dynamodb:TagResource",
        "lambda:CreateFunction",
    ];
    named.contains(&action) || action.starts_with("cloudwatch:")
}

/// The document as the emulator can take it.
pub(crate) fn emulated(document: &Value) -> Value {
    let mut document = unconditioned(document);
    let actions = actions(&document).into_iter().map(|(_, action)| action);
    let on_all: Vec<String> = actions
        .filter(|action| is_asked_for_on_all(action))
        .collect();
    if !on_all.is_empty() {
        let statement = json!({"Effect": "Allow", "Action": on_all, "Resource": "*"});
        let statements = document["Statement"].as_array_mut().unwrap();
        statements.push(statement);
    }
    document
}

/// A user of the emulator with nothing but this document.
pub(crate) fn user(ms: &Ministack, name: &str, document: &Value) -> Credentials {
    ms.create_user(name, &emulated(document))
}

/// Where that user acts.
pub(crate) fn place(ms: &Ministack, credentials: &Credentials) -> Place {
    ms.aws().acting_as(credentials)
}

/// The actions of each statement, with its number.
pub(crate) fn actions(document: &Value) -> Vec<(usize, String)> {
    let statements = document["Statement"].as_array().unwrap().iter().enumerate();
    statements
        .flat_map(|(number, statement)| {
            strings(&statement["Action"])
                .into_iter()
                .map(move |action| (number, action))
        })
        .collect()
}

/// The document without one action of one statement.
pub(crate) fn without(document: &Value, number: usize, action: &str) -> Value {
    let mut document = document.clone();
    let mut rest = strings(&document["Statement"][number]["Action"]);
    rest.retain(|one| one != action);
    if rest.is_empty() {
        document["Statement"].as_array_mut().unwrap().remove(number);
    } else {
        document["Statement"][number]["Action"] = Value::from(rest);
    }
    document
}

/// A string or a list of strings.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    let one = value.as_str().map(|one| vec![one.to_owned()]);
    one.unwrap_or_else(|| {
        let all = value.as_array().into_iter().flatten();
        all.map(|item| item.as_str().unwrap().to_owned()).collect()
    })
}
