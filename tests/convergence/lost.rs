//! An answer lost, a call refused or throttled at call n, for every n: the run itself ends well.
use super::every_call::for_every_call;
use super::lane::{CHANGED, FIRST, Lane};
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, When};

#[test]
fn a_lost_answer_at_any_call_makes_no_twin() {
    for_every_call(|lane, n| life(lane, n, &Fault::CutAfter));
}

#[test]
fn a_failure_after_the_deed_at_any_call_makes_no_twin() {
    for_every_call(|lane, n| life(lane, n, &Fault::FailsAfter(500)));
}

#[test]
fn a_cut_connection_at_any_call_is_tried_again() {
    for_every_call(|lane, n| life(lane, n, &Fault::CutBefore));
}

#[test]
fn a_service_that_is_down_at_any_call_is_tried_again() {
    for_every_call(|lane, n| life(lane, n, &Fault::Fails(503)));
}

#[test]
fn throttling_at_any_call_is_waited_out() {
    for_every_call(|lane, n| life(lane, n, &Fault::Throttle));
}

/// A stage from its first deploy to its end. False where call n is in none of its commands.
fn life(lane: &Lane, n: usize, fault: &Fault) -> bool {
    let when = |what: &str| format!("{fault:?} at call {n} of {what}");
    lane.project.configure(FIRST);
    let first = disturbed(lane, n, fault, Lane::deploy);
    lane.assert_settled(&when("the first deploy"));
    lane.project.configure(CHANGED);
    let change = disturbed(lane, n, fault, Lane::deploy);
    lane.assert_settled(&when("the change"));
    let delete = disturbed(lane, n, fault, Lane::delete);
    lane.assert_nothing_left(&when("delete"));
    first || change || delete
}

/// Runs a command with a fault at call n. False where it made fewer calls.
fn disturbed(lane: &Lane, n: usize, fault: &Fault, command: fn(&Lane) -> Cli) -> bool {
    lane.proxy.reset();
    lane.proxy.inject(When::Call(n), fault.clone());
    let output = command(lane).run();
    let calls = lane.proxy.record();
    assert_eq!(
        output.code,
        Some(0),
        "{fault:?} at call {n}: {output}\n{calls}"
    );
    lane.proxy.faults_left() == 0
}
