//! Something goes wrong at call n of the commands that switch versions, for every n: the same command again ends well.
use serde_json::{Value, json};

use super::every_call::{for_every, for_faults_spread_over_all_calls};
use super::lost;
use super::scenario::{FIRST, Scenario};
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, Record, When};

/// The writes of a deploy that publishes a canary; fewer would mean that the loop ended early.
const WRITES_OF_A_CANARY: usize = 8;

/// A stage whose definition of the API is its own, and has the routes of those before it.
fn config(routes: usize) -> String {
    let route = |n| format!("[[route]]\nmethod = \"GET\"\npath = \"/more{n}\"\nreply = {n}\n");
    let more: String = (0..routes).map(route).collect();
    format!("{FIRST}\n{more}\n[function]\nkeep_versions = 3\n")
}

fn rollback(scenario: &Scenario) -> Cli {
    scenario.cli(&["rollback", "--stage", "dev"])
}

fn canary(scenario: &Scenario) -> Cli {
    let args = ["deploy", "--stage", "dev", "--canary", "10%"];
    scenario.cli(&args).args(["--bootstrap", "bootstrap"])
}

fn promote(scenario: &Scenario) -> Cli {
    scenario.cli(&["promote", "--stage", "dev"])
}

/// The version that is live, and the one that has a share of its requests.
fn live(scenario: &Scenario) -> (Value, Value) {
    let history = scenario.cli(&["history", "--stage", "dev", "--json"]);
    let history = history.ok().json();
    (history["live"].clone(), history["canary"].clone())
}

/// Three versions; back to the second, the fourth beside it, and on to that.
fn back_and_on(
    scenario: &Scenario,
    faults: &str,
    disturbed: impl Fn(fn(&Scenario) -> Cli) -> bool,
) -> bool {
    for routes in 1..=3 {
        scenario.project.configure(&config(routes));
        scenario.deploy().ok();
    }
    let back = disturbed(rollback);
    assert_eq!(live(scenario), (json!("2"), Value::Null), "{faults}");
    scenario.status().ok();
    scenario.project.configure(&config(4));
    let begun = disturbed(canary);
    assert_eq!(live(scenario), (json!("2"), json!("4")), "{faults}");
    scenario.status().ok();
    let promoted = disturbed(promote);
    assert_eq!(live(scenario), (json!("4"), Value::Null), "{faults}");
    scenario.assert_settled(faults);
    scenario.delete().ok();
    scenario.assert_nothing_left(faults);
    back || begun || promoted
}

/// Both writes of a switch. After them there is nothing that the same command could finish.
fn is_switched(record: &Record) -> bool {
    ["UpdateAlias", "UpdateStage"]
        .iter()
        .all(|operation| !record.of(operation).is_empty())
}

#[test]
fn a_kill_after_any_write_of_a_switch_is_repaired_by_the_next_run() {
    let cases = for_every(|scenario, n| {
        let faults = format!("killed after write {n}");
        back_and_on(scenario, &faults, |command| {
            scenario.proxy.reset();
            scenario.proxy.inject(When::Write(n), Fault::KillAfter);
            let running = command(scenario).spawn();
            scenario.proxy.aim(running.pid());
            let output = running.wait();
            let record = scenario.proxy.record();
            scenario.proxy.reset();
            if output.signal.is_none() {
                assert_eq!(output.code, Some(0), "{faults}: {output}");
                return false;
            }
            if !is_switched(&record) {
                let again = command(scenario).run();
                assert_eq!(again.code, Some(0), "{faults}: {again}\n{record}");
            }
            true
        })
    });
    assert!(cases >= WRITES_OF_A_CANARY, "{cases}");
}

#[test]
fn a_lost_answer_and_a_failure_at_any_call_of_a_switch_are_tried_again() {
    for_faults_spread_over_all_calls(|scenario, faults| {
        back_and_on(scenario, &format!("{faults:?}"), |command| {
            lost::disturbed_all_over(scenario, faults, command);
            true
        });
    });
}

/// Version 1 could not be made live again, but it is: it serves the requests that the canary does not.
#[test]
fn a_canary_ends_whatever_became_of_the_function() {
    let scenario = Scenario::new();
    scenario.deploy().ok();
    scenario.project.configure(&config(1));
    canary(&scenario).ok();
    let another =
        json!({"FunctionName": "shop-dev", "Role": "arn:aws:iam::111122223333:role/other"});
    scenario
        .ms
        .call("lambda", "UpdateFunctionConfiguration", another);
    rollback(&scenario).ok();
    assert_eq!(live(&scenario), (json!("1"), Value::Null));
}
