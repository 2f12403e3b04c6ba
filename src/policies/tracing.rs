//! What X-Ray asks of a function that is traced.

use serde_json::{Value, json};

/// The statement that lets the function tell X-Ray of its runs: segments have no resource (service
/// authorization reference, "AWS X-Ray").
pub(crate) fn tracing() -> Value {
    json!({
        "Sid": "TraceItsRuns",
        "Effect": "Allow",
        "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        "Resource": "*",
    })
}
