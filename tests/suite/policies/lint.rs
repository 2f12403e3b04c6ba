//! Every document that gatewayq prints or gives to AWS, read by parliament: actions and condition keys that there are,
//! resources that the actions take, no malformed ARN.
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use super::commands::FEATURES;
use crate::convergence::scenario::{FIRST, Scenario};
use crate::support::{python, workspace};

/// What parliament finds and is right as it is, with the reason.
const KNOWN: [(&str, &str); 5] = [
    (
        "UNKNOWN_CONDITION_FOR_ACTION: Unknown condition kms:ResourceAliases for action kms:GenerateDataKey",
        "KMS developer guide, condition keys: kms:ResourceAliases is for every operation that uses a key",
    ),
    (
        "RESOURCE_STAR: ['cloudwatch:DescribeAlarms']",
        "API reference, DescribeAlarms: a narrower scope shows less",
    ),
    (
        "UNKNOWN_ACTION: Unknown action apigateway:TagResource",
        "insurance: see docs/permissions.md",
    ),
    (
        "MISMATCHED_TYPE_BUT_USABLE: Type mismatch: StringEquals requires a value of type String but given Arn",
        "iam:PermissionsBoundary with StringEquals is how the IAM user guide writes it",
    ),
    (
        "UNKNOWN_CONDITION_FOR_ACTION: Unknown condition kms:ResourceAliases for action kms:Decrypt",
        "KMS developer guide, condition keys: kms:ResourceAliases is for every operation that uses a key",
    ),
];

const ROUTES: &str = "\n[[route]]\nmethod = \"ANY\"\npath = \"/orders/{id}\"\nauth = \"iam\"\ncors = false\ntask = \"tasks.add\"\n";

#[test]
fn every_document_is_right_to_parliament() {
    let mut documents = vec![];
    let boundary = "arn:aws:iam::111122223333:policy/boundary";
    for more in [
        String::new(),
        FEATURES.to_owned(),
        format!("\n[role]\nboundary = \"{boundary}\"\n"),
        "\n[role]\narn = \"arn:aws:iam::111122223333:role/mine\"\n".to_owned(),
        "\n[queue]\nkms_key = \"alias/mine\"\n".to_owned(),
        "\n[queue]\nkms_key = \"1234abcd-12ab-34cd-56ef-1234567890ab\"\n".to_owned(),
    ] {
        documents.extend(printed(&format!("{FIRST}{ROUTES}{more}")));
    }
    documents.extend(given_to_aws());
    let found = findings(&documents);
    let unknown: Vec<&String> = found
        .iter()
        .filter(|finding| !KNOWN.iter().any(|(known, _)| finding == known))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    // What is excused has to be there: else the excuse is stale.
    assert_eq!(found.len(), KNOWN.len(), "{found:?}");
}

#[test]
fn parliament_sees_what_is_wrong() {
    let policy = |action: &str, resource: &str| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]});
    for wrong in [
        policy("sqs:SendMessages", "*"),
        policy("sqs:SendMessage", "arn:aws:s3:::bucket"),
        policy("iam:GetRole", "arn:aws:iam::role/x"),
    ] {
        assert!(
            !findings(std::slice::from_ref(&wrong)).is_empty(),
            "{wrong}"
        );
    }
}

/// What `gatewayq policy …` prints for this configuration.
fn printed(config: &str) -> Vec<Value> {
    let scenario = Scenario::new();
    scenario.project.configure(config);
    let commands = [
        &["deployer"][..],
        &["deployer", "--all-stages"],
        &["reader"],
        &["operator"],
        &["worker"],
    ];
    let document = |args: &&[&str]| {
        let whole = [&["policy"], *args, &["--stage", "dev"]].concat();
        scenario.cli(&whole).ok().json()
    };
    commands.iter().map(document).collect()
}

/// The role's policy and the queue's as a deploy gives them to AWS, and an API user's. Trust policies have no resource,
/// which parliament takes for a mistake.
fn given_to_aws() -> Vec<Value> {
    let scenario = Scenario::new();
    scenario.deploy().ok();
    let inventory = scenario.ms.inventory().0;
    let role = &inventory["roles"]["shop-dev-eu-west-1"]["Inline"];
    let queue = inventory["queues"]["shop-dev.fifo"]["Attributes"]["Policy"].as_str();
    let queue = serde_json::from_str(queue.unwrap()).unwrap();
    let caller = scenario
        .cli(&["policy", "api-user", "--stage", "dev"])
        .ok()
        .json();
    let roles = role.as_object().unwrap().values().cloned();
    roles.chain([queue, caller]).collect()
}

fn findings(documents: &[Value]) -> Vec<String> {
    let script = workspace().join("tests/suite/support/python/lint.py");
    let mut child = python::parliament()
        .command([script])
        // Its way to its own data is deprecated in setuptools.
        .env("PYTHONWARNINGS", "ignore")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all(json!(documents).to_string().as_bytes())
        .unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}
