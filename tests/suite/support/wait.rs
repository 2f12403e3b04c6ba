//! Waiting for something that another process does, with an end.
use std::thread::sleep;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(20);

/// Asks every 20 ms until an answer is there, and gives it; `None` when `limit` has passed.
pub(crate) fn poll<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        sleep(STEP);
    }
}

/// As [`poll`], but a wait in vain fails the test and says for what it was.
#[track_caller]
pub(crate) fn until<T>(what: &str, limit: Duration, ask: impl FnMut() -> Option<T>) -> T {
    match poll(limit, ask) {
        Some(answer) => answer,
        None => panic!("waited {limit:?} in vain for {what}"),
    }
}
