//! How long the oldest message waits: CloudWatch alone knows.

use crate::aws::JsonService::CloudWatch;
use crate::engine::{Cx, Error, retry};
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// SQS gives a figure a minute, and some minutes late.
const BACK: u64 = 900;

/// The age of the oldest message by the newest figure of the last quarter of an hour; `None` where there is
/// none. It counts messages in flight, too (CloudWatch metrics for SQS, ApproximateAgeOfOldestMessage).
///
/// # Errors
/// What AWS answers.
pub(crate) async fn oldest_message(cx: &Cx, queue: &str) -> Result<Option<Duration>, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_secs();
    let input = json!({
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": queue}],
        "StartTime": now.saturating_sub(BACK),
        // Exclusive.
        "EndTime": now + 60,
        "Period": 60,
        "Statistics": ["Maximum"],
    });
    let answer = retry(cx, async || {
        cx.json_call(CloudWatch, "GetMetricStatistics", input.clone())
            .await
    });
    let answer = answer.await?;
    let points = answer["Datapoints"].as_array().into_iter().flatten();
    let newest = points.max_by(|one, other| {
        // AWS's protocol has seconds since 1970; the local AWS has RFC 3339 text.
        let [one, other] = [one, other].map(|point| &point["Timestamp"]);
        let numbers =
            (one.as_f64().unwrap_or_default()).total_cmp(&other.as_f64().unwrap_or_default());
        numbers.then_with(|| one.as_str().cmp(&other.as_str()))
    });
    let seconds = newest.and_then(|point| point["Maximum"].as_f64());
    Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}
