//! SIGKILL at call n of a first deploy, of a changing deploy and of a delete, for every n.
//!
//! The same command run again ends well, and leaves the stage as one undisturbed run would.
use super::every_call::{for_every_call, from_deploy_to_delete};
use super::scenario::Scenario;
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, When};

/// Fewer calls than this would mean that the loop ended early.
const CALLS_OF_A_DEPLOY: usize = 40;

#[test]
fn a_kill_before_any_call_is_repaired_by_the_next_run() {
    let cases = for_every_call(|scenario, n| killed_at(scenario, n, &Fault::KillBefore));
    assert!(cases >= CALLS_OF_A_DEPLOY, "{cases}");
}

#[test]
fn a_kill_after_any_call_is_repaired_by_the_next_run() {
    let cases = for_every_call(|scenario, n| killed_at(scenario, n, &Fault::KillAfter));
    assert!(cases >= CALLS_OF_A_DEPLOY, "{cases}");
}

fn killed_at(scenario: &Scenario, n: usize, fault: &Fault) -> bool {
    let faults = format!("{fault:?} at call {n}");
    from_deploy_to_delete(scenario, &faults, |command| {
        disturbed(scenario, n, fault, command)
    })
}

/// Runs a command that is killed at call n, then the same again. False where it came to its end before.
pub(super) fn disturbed(
    scenario: &Scenario,
    n: usize,
    fault: &Fault,
    command: fn(&Scenario) -> Cli,
) -> bool {
    scenario.proxy.reset();
    scenario.proxy.inject(When::Call(n), fault.clone());
    let running = command(scenario).spawn();
    scenario.proxy.aim(running.pid());
    let output = running.wait();
    if output.signal.is_none() {
        assert_eq!(output.code, Some(0), "{fault:?} at {n}: {output}");
        return false;
    }
    let killed = scenario.proxy.record();
    scenario.proxy.reset();
    let again = command(scenario).run();
    let calls = scenario.proxy.record();
    assert_eq!(
        again.code,
        Some(0),
        "{fault:?} at {n}: {again}\nkilled:\n{killed}\nagain:\n{calls}"
    );
    true
}
