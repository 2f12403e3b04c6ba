//! The wall clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time since 1970 (UTC).
#[expect(
    clippy::expect_used,
    reason = "the clock of a Lambda host is past 1970"
)]
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock of a Lambda host is past 1970")
}
