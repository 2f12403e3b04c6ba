//! SIGKILL at call n of a first deploy, of a changing deploy and of a delete, for every n.
//!
//! The same command run again ends well, and leaves the stage as one undisturbed run would.
use super::every_call::for_every_call;
use super::lane::{CHANGED, FIRST, Lane};
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, When};

/// Fewer calls than this would mean that the loop ended early.
const CALLS_OF_A_DEPLOY: usize = 40;

#[test]
fn a_kill_before_any_call_is_repaired_by_the_next_run() {
    let cases = for_every_call(|lane, n| life(lane, n, &Fault::KillBefore));
    assert!(cases >= CALLS_OF_A_DEPLOY, "{cases}");
}

#[test]
fn a_kill_after_any_call_is_repaired_by_the_next_run() {
    let cases = for_every_call(|lane, n| life(lane, n, &Fault::KillAfter));
    assert!(cases >= CALLS_OF_A_DEPLOY, "{cases}");
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

/// Runs a command that is killed at call n, then the same again. False where it came to its end before.
pub(super) fn disturbed(lane: &Lane, n: usize, fault: &Fault, command: fn(&Lane) -> Cli) -> bool {
    lane.proxy.reset();
    lane.proxy.inject(When::Call(n), fault.clone());
    let running = command(lane).spawn();
    lane.proxy.aim(running.pid());
    let output = running.wait();
    if output.signal.is_none() {
        assert_eq!(output.code, Some(0), "{fault:?} at {n}: {output}");
        return false;
    }
    let killed = lane.proxy.record();
    lane.proxy.reset();
    let again = command(lane).run();
    let calls = lane.proxy.record();
    assert_eq!(
        again.code,
        Some(0),
        "{fault:?} at {n}: {again}\nkilled:\n{killed}\nagain:\n{calls}"
    );
    true
}
