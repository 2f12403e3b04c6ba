//! An answer lost, a call refused or throttled at call n, for every n: the run itself ends well.
use super::every_call::for_every_call;
use super::lane::{CHANGED, FIRST, Lane};
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, When};

/// Far enough apart that a retry after one is over before the next.
const APART: usize = 15;

#[test]
fn a_lost_answer_at_any_call_makes_no_duplicate() {
    for_every_call(|lane, n| life(lane, &[(n, Fault::CutAfter)]));
}

/// Four faults in one run at different calls; over all cases each of them meets every call.
#[test]
fn a_cut_a_failure_and_throttling_at_any_call_are_tried_again() {
    for_every_call(|lane, n| {
        let shifted = |places: usize| (n + places) % (4 * APART);
        life(
            lane,
            &[
                (n, Fault::Throttle),
                (shifted(APART), Fault::Fails(503)),
                (shifted(2 * APART), Fault::CutBefore),
                (shifted(3 * APART), Fault::FailsAfter(500)),
            ],
        )
    });
}

/// A stage from its first deploy to its end. False where the first fault's call is in none of its commands.
fn life(lane: &Lane, faults: &[(usize, Fault)]) -> bool {
    let when = |what: &str| format!("{faults:?} in {what}");
    lane.project.configure(FIRST);
    let first = disturbed(lane, faults, Lane::deploy);
    lane.assert_settled(&when("the first deploy"));
    lane.project.configure(CHANGED);
    let change = disturbed(lane, faults, Lane::deploy);
    lane.assert_settled(&when("the change"));
    let delete = disturbed(lane, faults, Lane::delete);
    lane.assert_nothing_left(&when("delete"));
    first || change || delete
}

/// Runs a command with these faults, which has to end well. False where it made fewer calls than the first is at.
pub(super) fn disturbed(lane: &Lane, faults: &[(usize, Fault)], command: fn(&Lane) -> Cli) -> bool {
    lane.proxy.reset();
    for (n, fault) in faults {
        lane.proxy.inject(When::Call(*n), fault.clone());
    }
    let output = command(lane).run();
    let calls = lane.proxy.record();
    assert_eq!(output.code, Some(0), "{faults:?}: {output}\n{calls}");
    calls.len() > faults[0].0
}
