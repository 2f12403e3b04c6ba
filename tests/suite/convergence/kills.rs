//! SIGKILL around write n of a first deploy, of a changing deploy and of a delete, for every n. A kill at a question leaves
//! what the write before it left, and one before a write what the one after the last write left; what runs beside a call does
//! so at either.
//!
//! The same command run again ends well, and leaves the stage as one undisturbed run would.
use super::every_call::{for_every, from_deploy_to_delete};
use super::scenario::Scenario;
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, When};

/// Fewer writes than this would mean that the loop ended early.
const WRITES_OF_A_DEPLOY: usize = 20;

#[test]
fn a_kill_after_any_write_is_repaired_by_the_next_run() {
    let cases = for_every(|scenario, n| {
        let faults = format!("killed after write {n}");
        from_deploy_to_delete(scenario, &faults, |command| disturbed(scenario, n, command))
    });
    assert!(cases >= WRITES_OF_A_DEPLOY, "{cases}");
}

/// Runs a command that is killed after write n, then the same again. False where it came to its end before.
pub(super) fn disturbed(scenario: &Scenario, n: usize, command: fn(&Scenario) -> Cli) -> bool {
    scenario.proxy.reset();
    scenario.proxy.inject(When::Write(n), Fault::KillAfter);
    let running = command(scenario).spawn();
    scenario.proxy.aim(running.pid());
    let output = running.wait();
    if output.signal.is_none() {
        assert_eq!(output.code, Some(0), "killed after write {n}: {output}");
        return false;
    }
    let killed = scenario.proxy.record();
    scenario.proxy.reset();
    let again = command(scenario).run();
    let calls = scenario.proxy.record();
    assert_eq!(
        again.code,
        Some(0),
        "killed after write {n}: {again}\nkilled:\n{killed}\nagain:\n{calls}"
    );
    true
}
