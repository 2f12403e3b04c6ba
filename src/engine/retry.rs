//! The one retry policy: what is waited for, how long between two attempts, and how long in all.
//!
//! All of it runs on tokio's clock, every pause counts, and Ctrl-C ends every pause.

use super::{Cx, Error};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures::future::BoxFuture;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// The longest that one resource waits for AWS without getting any further.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaxWait(pub Duration);

impl Default for MaxWait {
    /// IAM now and then needs a minute to spread a role, SQS 70 s to free a name.
    fn default() -> Self {
        Self(Duration::from_secs(150))
    }
}

/// A thing that is missing right after it was made appears within seconds, or never. The same
/// holds for one that is said to exist and cannot be found.
const MISSING: Duration = Duration::from_secs(8);

/// Others may keep undoing what is done here: progress buys new time this often and no more.
const RENEWALS: u32 = 40;

/// What may still be waited.
#[derive(Debug)]
pub(super) struct Budget {
    max: Duration,
    cancel: CancellationToken,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    /// The pauses that are over. Those that overlap count once.
    total: Duration,
    /// What of it stays spent when a call within the present attempt works.
    floor: Duration,
    /// Pauses under way, and since when there is one.
    open: usize,
    since: Option<Instant>,
    renewals: u32,
}

/// Why a pause was not taken, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Cancelled,
    Exhausted,
}

impl Budget {
    pub(crate) fn new(max: MaxWait, cancel: CancellationToken) -> Self {
        Self {
            max: max.0,
            cancel,
            spent: Mutex::default(),
        }
    }

    /// What is left.
    pub(crate) fn left(&self) -> Duration {
        let spent = self.lock();
        let under_way = spent.since.map(|since| since.elapsed()).unwrap_or_default();
        self.max.saturating_sub(spent.total + under_way)
    }

    /// Sleeps. A pause longer than what is left is not begun.
    pub(crate) async fn pause(&self, pause: Duration) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        if pause > self.left() {
            return Err(Stop::Exhausted);
        }
        let _counted = self.count();
        tokio::select! {
            () = sleep(pause) => Ok(()),
            () = self.cancel.cancelled() => Err(Stop::Cancelled),
        }
    }

    /// A new attempt begins: what was spent until now comes back only with [`Self::renew`].
    pub(crate) fn begin_attempt(&self) {
        let mut spent = self.lock();
        spent.floor = spent.total;
    }

    /// A change was made: many of them may take longer than one is worth waiting for.
    pub(crate) fn progress(&self) {
        let mut spent = self.lock();
        spent.total = spent.floor;
        spent.since = spent.since.map(|_| Instant::now());
    }

    /// An attempt that failed got further than the one before it.
    pub(crate) fn renew(&self) {
        let mut spent = self.lock();
        if spent.renewals < RENEWALS {
            spent.renewals += 1;
            (spent.total, spent.floor) = (Duration::ZERO, Duration::ZERO);
        }
    }

    fn count(&self) -> Counted<'_> {
        let mut spent = self.lock();
        spent.open += 1;
        spent.since.get_or_insert_with(Instant::now);
        Counted(self)
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pause under way; it counts for as long as it lives.
struct Counted<'a>(&'a Budget);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut spent = self.0.lock();
        spent.open -= 1;
        if spent.open == 0 {
            let under_way = spent.since.take().map(|since| since.elapsed());
            spent.total += under_way.unwrap_or_default();
        }
    }
}

/// The pauses of one thing that is tried until it works or cannot.
pub(crate) struct Retry {
    pauses: ExponentialBackoff,
    missing_since: Option<Instant>,
}

impl Retry {
    pub(crate) fn new() -> Self {
        Self::with(Duration::from_millis(150), 1.6, Duration::from_secs(4))
    }

    /// For what is known to be under way: each pause is a quarter longer, so that the last one is
    /// late by a fifth of the whole at most.
    pub(crate) fn often() -> Self {
        Self::with(Duration::from_millis(100), 1.25, Duration::from_secs(2))
    }

    fn with(first: Duration, factor: f32, longest: Duration) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(first)
            .with_max_delay(longest)
            .with_factor(factor)
            .with_jitter()
            .without_max_times();
        Self {
            pauses: pauses.build(),
            missing_since: None,
        }
    }

    /// Waits after `error`, if that may help.
    ///
    /// # Errors
    /// Gives `error` back where waiting cannot help or the budget is used up: the last error
    /// is the one to show, since what can never work answers like what is not ready yet.
    pub(crate) async fn after(&mut self, error: Error, cx: &Cx) -> Result<(), Error> {
        let Some(why) = error.waiting_for() else {
            return Err(error);
        };
        let left = cx.budget().left();
        if left.is_zero() || self.missing_too_long(&error) {
            return Err(error);
        }
        // Without a maximum of times the pauses never end.
        let pause = self.pauses.next().unwrap_or(left).min(left);
        cx.waiting(why);
        match cx.budget().pause(pause).await {
            Ok(()) => Ok(()),
            Err(Stop::Cancelled) => Err(Error::Cancelled),
            Err(Stop::Exhausted) => Err(error),
        }
    }

    fn missing_too_long(&mut self, error: &Error) -> bool {
        if !error.contradicts() {
            self.missing_since = None;
            return false;
        }
        let since = self.missing_since.get_or_insert_with(Instant::now);
        since.elapsed() > MISSING
    }
}

/// [`retry`] for the many types of resources: compiled once for each type of answer. The compiler cannot tell that a
/// future of [`retry`] may go to another thread whatever it borrows, so the loop stands here once more.
pub(super) fn until<'a, T: Send + 'a>(
    cx: Cx,
    attempt: impl Fn(Cx) -> BoxFuture<'a, Result<T, Error>> + Send + Sync + 'a,
) -> BoxFuture<'a, Result<T, Error>> {
    let attempt: Box<dyn Fn(Cx) -> BoxFuture<'a, Result<T, Error>> + Send + Sync + 'a> =
        Box::new(attempt);
    Box::pin(async move {
        let mut retry = Retry::new();
        loop {
            match attempt(cx.clone()).await {
                Ok(done) => return Ok(done),
                Err(error) => retry.after(error, &cx).await?,
            }
        }
    })
}

/// Tries what may be tried twice until it works or cannot.
///
/// # Errors
/// The last error, when the budget is used up or waiting cannot help.
pub(crate) async fn retry<T>(
    cx: &Cx,
    attempt: impl AsyncFn() -> Result<T, Error>,
) -> Result<T, Error> {
    let mut retry = Retry::new();
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => retry.after(error, cx).await?,
        }
    }
}
