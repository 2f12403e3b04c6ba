//! Answers lost, calls refused or throttled, at every call: the run itself ends well.
use super::every_call::{for_every, for_faults_spread_over_all_calls, from_deploy_to_delete};
use super::scenario::Scenario;
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, Spread, When};

/// Alone, so that no other fault makes the run look again. (A question whose answer is lost is one that was never asked:
/// those are among the faults of the next test.)
#[test]
fn a_lost_answer_of_any_write_makes_no_duplicate() {
    for_every(|scenario, n| {
        let plan = || scenario.proxy.inject(When::Write(n), Fault::CutAfter);
        from_deploy_to_delete(scenario, &format!("answer of write {n} lost"), |command| {
            disturbed(scenario, plan, command);
            scenario.proxy.faults_left() == 0
        })
    });
}

#[test]
fn a_cut_a_failure_and_throttling_at_any_call_are_tried_again() {
    for_faults_spread_over_all_calls(|scenario, faults| {
        from_deploy_to_delete(scenario, &format!("{faults:?}"), |command| {
            disturbed_all_over(scenario, faults, command);
            true
        });
    });
}

/// Runs a command with these faults, of which it meets some: it has to end well.
pub(super) fn disturbed_all_over(
    scenario: &Scenario,
    faults: &Spread,
    command: fn(&Scenario) -> Cli,
) {
    disturbed(scenario, || scenario.proxy.spread(faults.clone()), command);
    let record = scenario.proxy.record();
    let met = record.calls.iter().any(|call| call.touched.is_some());
    assert!(met, "{faults:?}\n{record}");
}

/// Runs a command with the faults that `plan` plans: it has to end well.
fn disturbed(scenario: &Scenario, plan: impl Fn(), command: fn(&Scenario) -> Cli) {
    scenario.proxy.reset();
    plan();
    let output = command(scenario).run();
    let calls = scenario.proxy.record();
    assert_eq!(output.code, Some(0), "{output}\n{calls}");
}
