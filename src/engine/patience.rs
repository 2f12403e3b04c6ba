//! The one retry policy: how long, and how often, a resource waits for AWS.

use super::{Cx, Error};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::time::{Duration, Instant};

/// The longest that one resource waits for AWS altogether.
#[derive(Clone, Copy, Debug)]
pub struct MaxWait(pub Duration);

impl Default for MaxWait {
    /// IAM now and then needs a minute to spread a role, SQS 70 s to free a name.
    fn default() -> Self {
        Self(Duration::from_secs(150))
    }
}

/// A thing that is missing right after it was made appears within seconds, or never. The same
/// holds for one that is said to exist and cannot be found.
const MISSING: Duration = Duration::from_secs(8);

/// What is left of one resource's budget.
pub struct Patience {
    /// The time spent waiting: a long upload or many routes are no impatience's business.
    waited: Duration,
    missing_since: Option<Instant>,
    max: Duration,
    pauses: ExponentialBackoff,
}

impl Patience {
    pub fn new(max: MaxWait) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(150))
            .with_max_delay(Duration::from_secs(4))
            .with_factor(1.6)
            .with_jitter()
            .without_max_times();
        Self {
            waited: Duration::ZERO,
            missing_since: None,
            max: max.0,
            pauses: pauses.build(),
        }
    }

    /// Waits after `error`, if that may help.
    ///
    /// # Errors
    /// Gives `error` back where waiting cannot help or the budget is used up: the last error
    /// is the one to show, since what can never work answers like what is not ready yet.
    pub async fn after(&mut self, error: Error, cx: &Cx) -> Result<(), Error> {
        let Some(why) = error.waiting_for() else {
            return Err(error);
        };
        cx.go_on()?;
        if self.waited > self.max || self.missing_too_long(&error) {
            return Err(error);
        }
        let pause = self.pauses.next().unwrap_or(Duration::from_secs(4));
        self.waited += pause;
        cx.waiting(why, pause);
        cx.pause(pause).await
    }

    fn missing_too_long(&mut self, error: &Error) -> bool {
        if !error.contradicts() {
            self.missing_since = None;
            return false;
        }
        self.missing_since
            .get_or_insert_with(Instant::now)
            .elapsed()
            > MISSING
    }
}

/// Tries what may be tried twice until it works or cannot.
///
/// # Errors
/// The last error, when the budget is used up or waiting cannot help.
pub async fn patiently<T>(
    cx: &Cx,
    attempt: impl AsyncFn() -> Result<T, Error>,
) -> Result<T, Error> {
    let mut patience = Patience::new(cx.max_wait());
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => patience.after(error, cx).await?,
        }
    }
}
