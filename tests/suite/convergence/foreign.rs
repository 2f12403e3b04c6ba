//! Things of the stage's names that are not the stage's, and changes that need a new thing.
use serde_json::{Value, json};

use super::lane::Lane;
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
    let lane = Lane::new();
    lane.ms.call(
        "iam",
        "CreateRole",
        json!({"RoleName": "theirs", "AssumeRolePolicyDocument": TRUST}),
    );
    for (service, operation, params, named) in foreign() {
        lane.ms.call(service, operation, params);
        // A new function becomes Active by itself a little later.
        std::thread::sleep(std::time::Duration::from_secs(1));
        let before = lane.ms.inventory();
        // A delete has nothing to do here, and says so.
        for command in [
            lane.deploy().exits(1),
            lane.status().exits(3),
            lane.delete().ok(),
        ] {
            let helps = command.says(named) && command.says("gatewayq adopt");
            assert!(
                helps && !command.says("puts it right"),
                "{named}: {command}"
            );
        }
        lane.ms.inventory().assert_same(&before);
        let output = lane.cli(&["adopt", "--stage", "dev"]).run();
        assert_ne!(output.code, Some(0), "without a yes: {output}");
        lane.ms.inventory().assert_same(&before);
        lane.cli(&["adopt", "--stage", "dev", "--yes"]).ok();
        lane.deploy().ok();
        lane.assert_settled(named);
        lane.delete().ok();
        assert_eq!(
            lane.ms.inventory().len(),
            1,
            "{named}: only their role is left"
        );
    }
}

/// What the refusal names is the command that works, with the flags of this run.
#[test]
fn the_refusal_names_the_adoption_that_works() {
    let lane = Lane::new();
    let group = json!({"logGroupName": "/aws/lambda/shop-two"});
    lane.ms.call("logs", "CreateLogGroup", group);
    let flags = ["--stage", "two", "--bootstrap", "bootstrap"];
    let run = |command| lane.cli(&[&[command], &flags[..]].concat());
    for command in ["plan", "deploy"] {
        let refused = run(command).exits(1);
        let told = refused.stderr.split("`gatewayq ").nth(1);
        let told = told.and_then(|told| told.split('`').next());
        assert_eq!(told, Some("adopt --stage two"), "{refused}");
    }
    lane.cli(&["adopt", "--stage", "two", "--yes"]).ok();
    run("deploy").ok();
}

/// A stage that was deployed past the proxy: it knows none of its things.
fn deployed_before() -> Lane {
    let lane = Lane::new();
    let args = ["deploy", "--stage", "dev", "--bootstrap", "bootstrap"];
    lane.project.on(&lane.ms, args).ok();
    lane
}

/// What is this stage's goes; what is not stays, and is told with what helps.
#[test]
fn a_delete_takes_what_is_ours_and_leaves_the_rest() {
    let lane = Lane::new();
    lane.deploy().ok();
    let role = json!({"RoleName": "shop-dev-eu-west-1", "TagKeys": ["gatewayq:app"]});
    lane.ms.call("iam", "UntagRole", role);
    let status = lane.status().exits(3);
    assert!(
        status.says("in the way of a deploy: role shop-dev-eu-west-1.")
            && !status.says("puts it right"),
        "{status}"
    );
    let delete = lane
        .cli(&["delete", "--stage", "dev", "--yes", "--json"])
        .ok();
    let report = delete.json();
    assert_eq!(report["kept"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["kept"][0]["resource"], "role shop-dev-eu-west-1");
    assert_eq!(lane.ms.inventory().len(), 1);
    let again = lane.delete().ok();
    for words in [
        "left: role shop-dev-eu-west-1",
        "gatewayq adopt",
        "nothing to delete",
    ] {
        assert!(again.says(words), "{again}");
    }
    assert!(!again.says("on purpose"), "{again}");
    lane.cli(&["adopt", "--stage", "dev", "--yes"]).ok();
    lane.delete().ok();
    lane.assert_nothing_left("adopted and deleted");
}

/// Neither AWS nor the emulator makes a standard queue of a FIFO name, so the proxy shows one.
#[test]
fn a_queue_of_the_wrong_type_is_only_replaced_when_told() {
    let lane = deployed_before();
    lane.proxy.rule(Rule::OlderQueuesStandard);
    let before = lane.ms.inventory();
    let plan = lane.plan().exits(3);
    assert!(plan.says("FifoQueue"), "{plan}");
    let status = lane.status().exits(3);
    assert!(status.says("gatewayq deploy --replace"), "{status}");
    let refused = lane.deploy().exits(1);
    assert!(
        refused.says("--replace") && refused.says("queue shop-dev.fifo"),
        "{refused}"
    );
    lane.ms.inventory().assert_same(&before);
    lane.deploy().args(["--replace"]).ok();
    lane.assert_settled("the replacement");
}

/// Nothing is lost with a function that Lambda gave up on: it is made anew without being told.
#[test]
fn a_function_that_failed_is_replaced_with_its_permission() {
    let lane = deployed_before();
    lane.proxy.rule(Rule::OlderFunctionsFailed);
    let plan = lane.plan().exits(3);
    assert!(
        plan.says("State") && plan.says("could not be set up"),
        "{plan}"
    );
    let deploy = lane.deploy().ok();
    assert!(deploy.says("replaced  function"), "{deploy}");
    lane.assert_settled("the replacement");
}
