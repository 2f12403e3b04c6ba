//! Things of the stage's names that are not the stage's, and changes that need a new thing.
use serde_json::{Value, json};

use super::scenario::Scenario;
use crate::support::proxy::Rule;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}"#;
/// An empty zip archive.
const ZIP: &str = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

/// How somebody else makes the thing, and how an error names it.
type Foreign = (&'static str, &'static str, Value, &'static str);

fn foreign() -> Vec<Foreign> {
    let role = |name: &str| json!({"RoleName": name, "AssumeRolePolicyDocument": TRUST});
    vec![
        (
            "iam",
            "CreateRole",
            role("shop-dev-eu-west-1"),
            "role shop-dev-eu-west-1",
        ),
        (
            "iam",
            "CreateRole",
            role("gatewayq-apigateway-logs-eu-west-1"),
            "account logging gatewayq-apigateway-logs-eu-west-1",
        ),
        (
            "sqs",
            "CreateQueue",
            json!({"QueueName": "shop-dev.fifo", "Attributes": {"FifoQueue": "true"}}),
            "queue shop-dev.fifo",
        ),
        (
            "sqs",
            "CreateQueue",
            json!({"QueueName": "shop-dev-dlq.fifo", "Attributes": {"FifoQueue": "true"}}),
            "dead-letter queue shop-dev-dlq.fifo",
        ),
        (
            "logs",
            "CreateLogGroup",
            json!({"logGroupName": "/aws/lambda/shop-dev"}),
            "log group /aws/lambda/shop-dev",
        ),
        (
            "lambda",
            "CreateFunction",
            json!({"FunctionName": "shop-dev", "Runtime": "provided.al2023", "Handler": "x",
                "Role": "arn:aws:iam::111122223333:role/theirs", "Code": {"ZipFile": {"__bytes__": ZIP}},
                "Tags": {"gatewayq:app": "shop", "gatewayq:stage": "prod"}}),
            "function shop-dev",
        ),
    ]
}

#[test]
fn each_is_named_and_left_alone_until_it_is_adopted() {
    let scenario = Scenario::new();
    scenario.ms.call(
        "iam",
        "CreateRole",
        json!({"RoleName": "theirs", "AssumeRolePolicyDocument": TRUST}),
    );
    for (service, operation, params, named) in foreign() {
        scenario.ms.call(service, operation, params);
        // A new function becomes Active by itself a little later.
        std::thread::sleep(std::time::Duration::from_secs(1));
        let before = scenario.ms.inventory();
        // A delete has nothing to do here, and says so.
        for command in [
            scenario.deploy().exits(1),
            scenario.status().exits(3),
            scenario.delete().ok(),
        ] {
            let helps = command.says(named) && command.says("gatewayq adopt");
            assert!(helps && !command.says("fixes it"), "{named}: {command}");
        }
        scenario.ms.inventory().assert_same(&before);
        let output = scenario.cli(&["adopt", "--stage", "dev"]).run();
        assert_ne!(output.code, Some(0), "without a yes: {output}");
        scenario.ms.inventory().assert_same(&before);
        scenario.cli(&["adopt", "--stage", "dev", "--yes"]).ok();
        scenario.deploy().ok();
        scenario.assert_settled(named);
        scenario.delete().ok();
        assert_eq!(
            scenario.ms.inventory().len(),
            1,
            "{named}: only their role is left"
        );
    }
}

/// What the refusal names is the command that works, with the flags of this run.
#[test]
fn the_refusal_names_the_adoption_that_works() {
    let scenario = Scenario::new();
    let group = json!({"logGroupName": "/aws/lambda/shop-two"});
    scenario.ms.call("logs", "CreateLogGroup", group);
    let flags = ["--stage", "two", "--bootstrap", "bootstrap"];
    let run = |command| scenario.cli(&[&[command], &flags[..]].concat());
    for command in ["plan", "deploy"] {
        let refused = run(command).exits(1);
        let told = refused.stderr.split("`gatewayq ").nth(1);
        let told = told.and_then(|told| told.split('`').next());
        assert_eq!(told, Some("adopt --stage two"), "{refused}");
    }
    scenario.cli(&["adopt", "--stage", "two", "--yes"]).ok();
    run("deploy").ok();
}

/// A stage that was deployed past the proxy: it knows none of its things.
fn deployed_before() -> Scenario {
    let scenario = Scenario::new();
    let args = ["deploy", "--stage", "dev", "--bootstrap", "bootstrap"];
    scenario.project.on(&scenario.ms, args).ok();
    scenario
}

/// What is this stage's goes; what is not stays, and is told with what helps.
#[test]
fn a_delete_takes_what_is_ours_and_leaves_the_rest() {
    let scenario = Scenario::new();
    scenario.deploy().ok();
    let role = json!({"RoleName": "shop-dev-eu-west-1", "TagKeys": ["gatewayq:app"]});
    scenario.ms.call("iam", "UntagRole", role);
    let status = scenario.status().exits(3);
    assert!(
        status.says("in the way of a deploy: role shop-dev-eu-west-1.") && !status.says("fixes it"),
        "{status}"
    );
    let delete = scenario
        .cli(&["delete", "--stage", "dev", "--yes", "--json"])
        .ok();
    let report = delete.json();
    assert_eq!(report["kept"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["kept"][0]["resource"], "role shop-dev-eu-west-1");
    assert_eq!(scenario.ms.inventory().len(), 1);
    let again = scenario.delete().ok();
    for words in [
        "left: role shop-dev-eu-west-1",
        "gatewayq adopt",
        "nothing to delete",
    ] {
        assert!(again.says(words), "{again}");
    }
    assert!(!again.says("on purpose"), "{again}");
    scenario.cli(&["adopt", "--stage", "dev", "--yes"]).ok();
    scenario.delete().ok();
    scenario.assert_nothing_left("adopted and deleted");
}

/// Neither AWS nor the emulator makes a standard queue of a FIFO name, so the proxy shows one.
#[test]
fn a_queue_of_the_wrong_type_is_only_replaced_when_told() {
    let scenario = deployed_before();
    scenario.proxy.rule(Rule::OlderQueuesStandard);
    let before = scenario.ms.inventory();
    let plan = scenario.plan().exits(3);
    assert!(plan.says("FifoQueue"), "{plan}");
    let status = scenario.status().exits(3);
    assert!(status.says("gatewayq deploy --replace"), "{status}");
    let refused = scenario.deploy().exits(1);
    assert!(
        refused.says("--replace") && refused.says("queue shop-dev.fifo"),
        "{refused}"
    );
    scenario.ms.inventory().assert_same(&before);
    scenario.deploy().args(["--replace"]).ok();
    scenario.assert_settled("the replacement");
}

/// Nothing is lost with a function that Lambda gave up on: it is made anew without being told.
#[test]
fn a_function_that_failed_is_replaced_with_its_permission() {
    let scenario = deployed_before();
    scenario.proxy.rule(Rule::OlderFunctionsFailed);
    let plan = scenario.plan().exits(3);
    assert!(
        plan.says("State") && plan.says("could not be set up"),
        "{plan}"
    );
    let deploy = scenario.deploy().ok();
    assert!(deploy.says("replaced  function"), "{deploy}");
    scenario.assert_settled("the replacement");
}
