//! Something goes wrong at call n, for every n there is.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::lane::Lane;

/// Cases that run side by side, each on a lane of its own. Most of a case is waiting.
const LANES: usize = 3;

/// Runs `case` with 0, 1, 2 … until one says that its run has fewer calls than that.
pub(super) fn for_every_call(case: impl Fn(&Lane, usize) -> bool + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let cases = AtomicUsize::new(0);
    thread::scope(|scope| {
        let worker = || {
            let lane = Lane::new();
            while case(&lane, next.fetch_add(1, Ordering::SeqCst)) {
                cases.fetch_add(1, Ordering::SeqCst);
            }
        };
        let workers: Vec<_> = (0..LANES).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    cases.load(Ordering::SeqCst)
}
