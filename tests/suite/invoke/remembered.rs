//! An invoke after another one lists nothing, and is never wrong by what it remembers.
use crate::convergence::scenario::Scenario;
use crate::support::cli::{Cli, Output};

/// A scenario that is deployed, and the way to it known.
fn invoked() -> Scenario {
    let scenario = Scenario::new();
    deploy(&scenario);
    invoke(&scenario, &["/"]).ok();
    scenario
}

/// With a handler that answers.
fn deploy(scenario: &Scenario) {
    let deploy = scenario.cli(&["deploy", "--stage", "dev"]);
    deploy.prebuilt().ok();
}

fn invoke(scenario: &Scenario, more: &[&str]) -> Cli {
    scenario.proxy.reset();
    scenario.cli(&[&["invoke", "--stage", "dev"], more].concat())
}

/// What was asked, without who asks.
fn asked(scenario: &Scenario) -> Vec<String> {
    let calls = scenario.proxy.record().calls.into_iter();
    calls
        .map(|call| call.operation)
        .filter(|operation| operation != "GetCallerIdentity")
        .collect()
}

/// The requests that reached the deployed API.
fn requests(scenario: &Scenario) -> usize {
    scenario.proxy.data_plane().len()
}

fn status(output: &Output) -> u64 {
    output.json()["status"].as_u64().unwrap()
}

#[test]
fn the_second_invoke_asks_for_the_keys_value_alone() {
    let scenario = invoked();
    invoke(&scenario, &["/"]).ok();
    assert_eq!(asked(&scenario), ["GetApiKey"]);
    assert_eq!(requests(&scenario), 1);
    invoke(&scenario, &["/", "--no-key", "--no-wait"]).exits(1);
    assert_eq!(requests(&scenario), 1);
}

/// A refusal may mean that the API is another one by now. It is not: the answer stands, and nothing is sent again.
#[test]
fn a_refusal_is_looked_into_and_not_sent_again() {
    let scenario = invoked();
    let refused = invoke(&scenario, &["/nowhere", "--no-wait", "--json"]).exits(1);
    assert_eq!(status(&refused), 403);
    assert!(asked(&scenario).contains(&"GetRestApis".to_owned()));
    assert_eq!(requests(&scenario), 1);
}

#[test]
fn a_stage_that_was_made_anew_and_a_key_that_was_rotated_are_found() {
    let scenario = invoked();
    scenario.delete().ok();
    let gone = invoke(&scenario, &["/"]).exits(1);
    assert!(gone.says("is not deployed here"), "{gone}");
    deploy(&scenario);
    invoke(&scenario, &["/"]).ok();
    assert!(asked(&scenario).contains(&"GetRestApis".to_owned()));
    invoke(&scenario, &["/"]).ok();
    assert_eq!(asked(&scenario), ["GetApiKey"]);

    // The old key goes on opening the stage, and is not the one to use.
    let rotate = scenario.cli(&["keys", "rotate", "default", "--stage", "dev"]);
    rotate.ok();
    invoke(&scenario, &["/"]).ok();
    assert!(asked(&scenario).contains(&"GetApiKeys".to_owned()));
    invoke(&scenario, &["/"]).ok();
    assert_eq!(asked(&scenario), ["GetApiKey"]);

    // Without a key only the API is looked for, and nobody else's stage is hit.
    scenario.delete().ok();
    let gone = invoke(&scenario, &["/", "--no-key"]).exits(1);
    assert!(gone.says("is not deployed here"), "{gone}");
}
