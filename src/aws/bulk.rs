//! Whether PutRestApi is worth asking for in this run: not every emulator has it.

use std::sync::atomic::{AtomicU32, Ordering};

/// Calls without a clear answer after which it is not asked for any more.
const MOST_FAILURES: u32 = 3;

/// What this run has learnt of the endpoint's PutRestApi.
#[derive(Debug, Default)]
pub(crate) struct Bulk {
    failures: AtomicU32,
}

impl Bulk {
    /// True until the endpoint has shown that it does not do it.
    pub(crate) fn is_open(&self) -> bool {
        self.failures.load(Ordering::Relaxed) < MOST_FAILURES
    }

    /// It was refused: the same would be refused again.
    pub(crate) fn close(&self) {
        self.failures.store(MOST_FAILURES, Ordering::Relaxed);
    }

    /// It failed in a way that can pass.
    pub(crate) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_counts_at_once_and_a_failure_the_third_time() {
        let (refused, failing) = (Bulk::default(), Bulk::default());
        refused.close();
        assert!(!refused.is_open());
        failing.failed();
        failing.failed();
        assert!(failing.is_open());
        failing.failed();
        assert!(!failing.is_open());
    }
}
