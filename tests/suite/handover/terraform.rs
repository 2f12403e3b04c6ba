//! A module of Terraform. Neither Terraform nor the provider can be had where the tests run; so this holds to the
//! arguments that the provider documents (`tests/suite/models/terraform.json`), and follows each reference.
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{export, full, read};
use crate::support::ministack::Ministack;
use crate::support::project::Project;

const ARGUMENTS: &str = include_str!("../models/terraform.json");

/// What every resource can have (Terraform's documentation, "Meta-arguments").
const META: [&str; 4] = ["count", "depends_on", "lifecycle", "provider"];

fn arguments() -> Map<String, Value> {
    let known: Value = serde_json::from_str(ARGUMENTS).unwrap();
    known["resources"].as_object().unwrap().clone()
}

/// What is wrong with a body, by the arguments that it may have and has to have.
fn faults(at: &str, body: &Map<String, Value>, known: &Value, faults: &mut Vec<String>) {
    for (name, value) in body {
        if META.contains(&name.as_str()) {
            continue;
        }
        let argument = &known[name];
        if argument.is_null() {
            faults.push(format!("{at}.{name} is no argument"));
        } else if argument["block"].is_object() {
            let blocks = match value {
                Value::Array(all) => all.clone(),
                one => vec![one.clone()],
            };
            for block in blocks {
                match block.as_object() {
                    Some(block) => {
                        self::faults(&format!("{at}.{name}"), block, &argument["block"], faults)
                    }
                    None => faults.push(format!("{at}.{name} is a block")),
                }
            }
        } else if !fits(value, argument["type"].as_str().unwrap()) {
            faults.push(format!(
                "{at}.{name} is not a {}: {value}",
                argument["type"]
            ));
        }
    }
    for (name, argument) in known.as_object().unwrap() {
        if argument["required"] == true && !body.contains_key(name) {
            faults.push(format!("{at} has no {name}"));
        }
    }
}

/// A reference is of whatever type its own attribute has.
fn fits(value: &Value, kind: &str) -> bool {
    match (value, kind) {
        (Value::String(text), _) if text.starts_with("${") && text.ends_with('}') => true,
        (Value::String(_), "string")
        | (Value::Number(_), "number")
        | (Value::Bool(_), "bool")
        | (Value::Object(_), "map") => true,
        (Value::Array(all), "list") => all.iter().all(Value::is_string),
        _ => false,
    }
}

/// The expressions in a document: what stands between `${` and `}`, but where the dollar is doubled.
fn expressions(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) => {
            let mut rest = text.replace("$${", "").replace("%%{", "");
            assert!(!rest.contains("%{"), "{text}");
            while let Some((_, after)) = rest.split_once("${") {
                let (expression, after) = after.split_once('}').unwrap();
                found.push(expression.to_owned());
                rest = after.to_owned();
            }
        }
        Value::Array(all) => all.iter().for_each(|one| expressions(one, found)),
        Value::Object(all) => all.values().for_each(|one| expressions(one, found)),
        _ => {}
    }
}

fn is_declared(module: &Value, name: &str) -> bool {
    let parts: Vec<&str> = name.split(['.', '[']).collect();
    match parts.as_slice() {
        ["path", "module"] => true,
        ["var", name, ..] => module["variable"][name].is_object(),
        ["data", kind, name, ..] => module["data"][kind][name].is_object(),
        [kind, name, ..] => module["resource"][kind][name].is_object(),
        _ => false,
    }
}

#[track_caller]
fn check(module: &Value) {
    let (known, mut wrong) = (arguments(), Vec::new());
    for (kind, all) in module["resource"].as_object().unwrap() {
        for (name, body) in all.as_object().unwrap() {
            let at = format!("{kind}.{name}");
            faults(&at, body.as_object().unwrap(), &known[kind], &mut wrong);
            for before in body["depends_on"].as_array().into_iter().flatten() {
                let before = before.as_str().unwrap();
                assert!(is_declared(module, before), "{at} depends on {before}");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut all = Vec::new();
    expressions(module, &mut all);
    let words = |text: &str| {
        let words = text.split(|c: char| !(c.is_alphanumeric() || "._-".contains(c)));
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let names = all.iter().flat_map(|text| words(text));
    let names: BTreeSet<String> = names
        .filter(|word| word.contains('.') && word.starts_with(char::is_alphabetic))
        .map(|word| word.trim_end_matches('.').to_owned())
        .collect();
    assert!(names.len() > 10);
    for name in names {
        assert!(is_declared(module, &name), "{name} is not declared");
    }
}

#[test]
fn each_argument_is_the_providers_and_each_reference_leads_to_something() {
    for project in [full(), Project::walkthrough()] {
        let folder = export(&project, "terraform", &[]);
        let module = read(folder.join("main.tf.json"));
        check(&module);
        assert!(folder.join("function.zip").exists());
    }
}

/// The reader of these tests takes what it should not.
#[test]
fn a_wrong_argument_and_a_lost_reference_are_found() {
    let known = arguments();
    let body = json!({"name": 1, "colour": "red", "fifo_queue": "${a.b}", "tags": []});
    let mut wrong = Vec::new();
    faults(
        "q",
        body.as_object().unwrap(),
        &known["aws_sqs_queue"],
        &mut wrong,
    );
    assert_eq!(
        wrong,
        [
            "q.colour is no argument",
            "q.name is not a \"string\": 1",
            "q.tags is not a \"map\": []"
        ]
    );
    faults("p", &Map::new(), &known["aws_sqs_queue_policy"], &mut wrong);
    assert!(wrong.contains(&"p has no policy".to_owned()));
    assert!(!is_declared(
        &json!({"resource": {}}),
        "aws_sqs_queue.queue.url"
    ));
}

#[test]
fn what_is_deployed_has_import_blocks_with_the_ids_that_aws_gave() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let words = ["export", "terraform", "out", "--deployed"];
    project.on(&ms, words).prebuilt().ok();
    let (module, imports) = (
        read(project.path("out/main.tf.json")),
        read(project.path("out/imports.tf.json")),
    );
    check(&module);
    let aws = ms.aws();
    let api = aws.call("apigateway", "GetRestApis", json!({}))["items"][0]["id"].clone();
    let api = api.as_str().unwrap();
    let url = aws.call(
        "sqs",
        "GetQueueUrl",
        json!({"QueueName": "gatewayq-example-dev.fifo"}),
    );
    let id = |to: &str| {
        let blocks = imports["import"].as_array().unwrap();
        let block = blocks.iter().find(|block| block["to"] == to);
        block.map(|block| block["id"].as_str().unwrap().to_owned())
    };
    assert_eq!(id("aws_api_gateway_rest_api.api").unwrap(), api);
    assert_eq!(
        id("aws_api_gateway_stage.stage").unwrap(),
        format!("{api}/dev")
    );
    assert_eq!(
        id("aws_sqs_queue.queue").unwrap(),
        url["QueueUrl"].as_str().unwrap()
    );
    assert_eq!(
        id("aws_lambda_function.function").unwrap(),
        "gatewayq-example-dev"
    );
    for block in imports["import"].as_array().unwrap() {
        let to = block["to"].as_str().unwrap();
        assert!(is_declared(&module, to), "{to}");
    }
}
