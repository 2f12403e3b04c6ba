//! How long to wait before a program that ended by itself is started again.

use std::time::Duration;

/// After a run in which it had come up.
const SHORT: Duration = Duration::from_secs(1);

/// After the first in which it had not: most often a save mends that, and each try shows the same error again.
const FIRST: Duration = Duration::from_secs(10);

const LONGEST: Duration = Duration::from_secs(300);

/// A program that ran for as long had come up.
const CAME_UP: Duration = Duration::from_secs(20);

/// The pauses of one program: while it does not come up, each is twice the one before.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    last: Option<Duration>,
}

impl Pauses {
    /// The pause after a run of this length.
    pub(crate) fn after(&mut self, ran: Duration) -> Duration {
        if ran >= CAME_UP {
            self.forget();
            return SHORT;
        }
        let pause = self.last.map_or(FIRST, |last| LONGEST.min(2 * last));
        *self.last.insert(pause)
    }

    /// What may have been wrong was changed.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_grow_until_it_comes_up_or_is_changed() {
        let (mut pauses, short) = (Pauses::default(), Duration::from_secs(2));
        let seconds: Vec<u64> = (0..7).map(|_| pauses.after(short).as_secs()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(pauses.after(CAME_UP), SHORT);
        assert_eq!(pauses.after(short), FIRST);
        assert_eq!(pauses.after(short), 2 * FIRST);
        pauses.forget();
        assert_eq!(pauses.after(short), FIRST);
    }
}
