//! An answer lost, a call refused or throttled at call n, for every n: the run itself ends well.
use super::every_call::{for_every_call, from_deploy_to_delete};
use super::scenario::Scenario;
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, When};

/// Far enough apart that a retry after one is over before the next.
const APART: usize = 15;

#[test]
fn a_lost_answer_at_any_call_makes_no_duplicate() {
    for_every_call(|scenario, n| faults_at(scenario, &[(n, Fault::CutAfter)]));
}

/// Four faults in one run at different calls; over all cases each of them meets every call.
#[test]
fn a_cut_a_failure_and_throttling_at_any_call_are_tried_again() {
    for_every_call(|scenario, n| {
        let shifted = |places: usize| (n + places) % (4 * APART);
        faults_at(
            scenario,
            &[
                (n, Fault::Throttle),
                (shifted(APART), Fault::Fails(503)),
                (shifted(2 * APART), Fault::CutBefore),
                (shifted(3 * APART), Fault::FailsAfter(500)),
            ],
        )
    });
}

fn faults_at(scenario: &Scenario, faults: &[(usize, Fault)]) -> bool {
    from_deploy_to_delete(scenario, &format!("{faults:?}"), |command| {
        disturbed(scenario, faults, command)
    })
}

/// Runs a command with these faults, which has to end well. False where it made fewer calls than the first is at.
pub(super) fn disturbed(
    scenario: &Scenario,
    faults: &[(usize, Fault)],
    command: fn(&Scenario) -> Cli,
) -> bool {
    scenario.proxy.reset();
    for (n, fault) in faults {
        scenario.proxy.inject(When::Call(*n), fault.clone());
    }
    let output = command(scenario).run();
    let calls = scenario.proxy.record();
    assert_eq!(output.code, Some(0), "{faults:?}: {output}\n{calls}");
    calls.len() > faults[0].0
}
