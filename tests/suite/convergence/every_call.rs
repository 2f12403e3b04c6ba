//! Something goes wrong at call n, for every n there is.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::scenario::{CHANGED, FIRST, Scenario};
use crate::support::cli::Cli;
use crate::support::proxy::{Fault, Spread};

/// Cases that run side by side, each in a scenario of its own. Most of a case is waiting.
const SIDE_BY_SIDE: usize = 3;

/// Runs `case` with 0, 1, 2 … until one says that its run has fewer calls than that.
pub(super) fn for_every(case: impl Fn(&Scenario, usize) -> bool + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let cases = AtomicUsize::new(0);
    thread::scope(|scope| {
        let worker = || {
            let scenario = Scenario::new();
            while case(&scenario, next.fetch_add(1, Ordering::SeqCst)) {
                cases.fetch_add(1, Ordering::SeqCst);
            }
        };
        let workers: Vec<_> = (0..SIDE_BY_SIDE).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    cases.load(Ordering::SeqCst)
}

/// Between two faults of a run: far enough that a retry after one is over before the next.
const APART: usize = 8;

const KINDS: [Fault; 5] = [
    Fault::CutAfter,
    Fault::Throttle,
    Fault::Fails(503),
    Fault::CutBefore,
    Fault::FailsAfter(500),
];

/// Runs `case` with faults at every eighth call, of one kind after another, as often as it takes for each kind of
/// fault to meet each call.
pub(super) fn for_faults_spread_over_all_calls(case: impl Fn(&Scenario, &Spread) + Sync) {
    for_every(|scenario, nth| {
        if nth >= APART * KINDS.len() {
            return false;
        }
        let mut kinds = KINDS.to_vec();
        kinds.rotate_left(nth / APART);
        let first = nth % APART;
        case(
            scenario,
            &Spread {
                first,
                apart: APART,
                kinds,
            },
        );
        true
    });
}

/// A stage from its first deploy to its delete, each command run by `disturbed`. False where call n was in none of
/// them.
pub(super) fn from_deploy_to_delete(
    scenario: &Scenario,
    faults: &str,
    disturbed: impl Fn(fn(&Scenario) -> Cli) -> bool,
) -> bool {
    scenario.project.configure(FIRST);
    let first = disturbed(Scenario::deploy);
    scenario.assert_settled(&format!("{faults} of the first deploy"));
    scenario.project.configure(CHANGED);
    let change = disturbed(Scenario::deploy);
    scenario.assert_settled(&format!("{faults} of the change"));
    let delete = disturbed(Scenario::delete);
    scenario.assert_nothing_left(&format!("{faults} of the delete"));
    first || change || delete
}
