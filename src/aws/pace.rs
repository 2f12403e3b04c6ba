//! Pacing to API Gateway's control-plane quotas, which no support case can raise.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

/// Calls per period, from the API Gateway developer guide, "Amazon API Gateway quotas".
/// UpdateAccount is allowed once in 20 s; DeleteRestApi and all changes of a custom domain name once in
/// 30 s each. Base path mappings have no quota of their own.
const QUOTAS: &[(&str, u32, Duration)] = &[
    ("CreateRestApi", 1, Duration::from_secs(3)),
    ("DeleteRestApi", 1, Duration::from_secs(30)),
    ("CreateDomainName", 1, Duration::from_secs(30)),
    ("UpdateDomainName", 1, Duration::from_secs(30)),
    ("DeleteDomainName", 1, Duration::from_secs(30)),
    ("UpdateUsagePlan", 1, Duration::from_secs(20)),
    ("UpdateAccount", 1, Duration::from_secs(20)),
    ("CreateDeployment", 1, Duration::from_secs(5)),
    ("PutRestApi", 1, Duration::from_secs(1)),
    ("CreateResource", 5, Duration::from_secs(1)),
    ("DeleteResource", 5, Duration::from_secs(1)),
    ("CreateApiKey", 5, Duration::from_secs(1)),
    ("DeleteApiKey", 5, Duration::from_secs(1)),
    ("GetResources", 5, Duration::from_secs(2)),
];

/// All operations together: 10 a second, bursts of 40.
const TOGETHER: (u32, u32) = (10, 40);

/// The token buckets of one account and region.
///
/// `scale` multiplies the periods: 1 is AWS, 0 does not pace at all.
pub(crate) struct Pace {
    single: HashMap<&'static str, DefaultDirectRateLimiter>,
    together: Option<DefaultDirectRateLimiter>,
    clock: DefaultClock,
    scale: f64,
}

impl Pace {
    pub(crate) fn new(scale: f64) -> Self {
        let single = QUOTAS.iter().filter_map(|&(operation, calls, period)| {
            Some((operation, bucket(calls, period.mul_f64(scale), calls)?))
        });
        let (rate, burst) = TOGETHER;
        Self {
            single: single.collect(),
            together: bucket(rate, Duration::from_secs(1).mul_f64(scale), burst),
            clock: DefaultClock::default(),
            scale,
        }
    }

    /// A time that AWS takes, at this pace.
    pub(crate) fn scaled(&self, time: Duration) -> Duration {
        time.mul_f64(self.scale)
    }

    /// Takes a place for `operation`: how long to wait before asking again, or `None` to go now.
    /// Only API Gateway's own operations are to be asked for.
    pub(crate) fn wait_for(&self, operation: &str) -> Option<Duration> {
        // The operation's own place last: it is the dear one, and is not to be taken in vain.
        let single = self.single.get(operation);
        let mut limiters = self.together.iter().chain(single);
        let early = limiters.find_map(|limiter| limiter.check().err())?;
        Some(early.wait_time_from(self.clock.now()))
    }
}

/// A bucket for `calls` in each `period`; none where the period is nothing.
fn bucket(calls: u32, period: Duration, burst: u32) -> Option<DefaultDirectRateLimiter> {
    let burst = NonZeroU32::new(burst)?;
    let quota = Quota::with_period(period.checked_div(calls)?)?.allow_burst(burst);
    Some(RateLimiter::direct(quota))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_delete_within_thirty_seconds_waits() {
        let pace = Pace::new(1.0);
        assert_eq!(pace.wait_for("DeleteRestApi"), None);
        let wait = pace.wait_for("DeleteRestApi").expect("paced");
        assert!(
            wait > Duration::from_secs(29) && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
    }

    #[test]
    fn all_operations_share_a_burst_of_forty() {
        let pace = Pace::new(1.0);
        let immediate = (0..60)
            .take_while(|_| pace.wait_for("PutMethod").is_none())
            .count();
        assert!((40..=41).contains(&immediate), "{immediate}");
    }

    #[test]
    fn without_quotas_nothing_waits() {
        let pace = Pace::new(0.0);
        assert!((0..100).all(|_| pace.wait_for("DeleteRestApi").is_none()));
    }
}
