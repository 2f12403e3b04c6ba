//! API Gateway's quotas on control-plane calls, from its developer guide: an account cannot have them raised.
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use super::answer::Answer;
use super::request::Request;

/// Operations that share a quota, the seconds in which one call is earned, and how many can be saved up.
type Quota = (&'static [&'static str], f64, f64);

const QUOTAS: [Quota; 12] = [
    (&["CreateRestApi", "ImportRestApi"], 3.0, 1.0),
    (&["DeleteRestApi"], 30.0, 1.0),
    (&["PutRestApi"], 1.0, 1.0),
    (&["CreateDeployment"], 5.0, 1.0),
    (&["UpdateAccount"], 20.0, 1.0),
    (&["UpdateUsagePlan"], 20.0, 1.0),
    (&["CreateResource"], 0.2, 5.0),
    (&["DeleteResource"], 0.2, 5.0),
    (&["CreateApiKey"], 0.2, 5.0),
    (&["DeleteApiKey"], 0.2, 5.0),
    (&["GetResources"], 0.4, 5.0),
    (ALL, 0.1, 40.0),
];

/// Stands for every operation of the service.
const ALL: &[&str] = &[];

/// The token bucket of each quota, by its index, account-wide: tokens and when they were counted.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    buckets: Mutex<HashMap<usize, (f64, Instant)>>,
}

impl Buckets {
    /// Takes a token; false when there is none.
    fn take(&self, index: usize, seconds: f64, burst: f64) -> bool {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap();
        let (tokens, counted) = buckets.entry(index).or_insert((burst, now));
        let earned = now.duration_since(*counted).as_secs_f64() / seconds;
        *tokens = burst.min(*tokens + earned);
        *counted = now;
        let enough = *tokens >= 1.0;
        if enough {
            *tokens -= 1.0;
        }
        enough
    }
}

/// The throttling of a call that is over a quota.
pub(super) fn over(request: &Request, buckets: &Buckets, scale: f64) -> Option<Answer> {
    if request.about.service != "apigateway" {
        return None;
    }
    let operation = request.operation();
    let quotas = QUOTAS.iter().enumerate();
    let mut own =
        quotas.filter(|(_, (names, _, _))| names.is_empty() || names.contains(&operation));
    let within =
        own.all(|(index, (_, seconds, burst))| buckets.take(index, seconds * scale, *burst));
    (!within).then(|| Answer::throttled(&request.about))
}
