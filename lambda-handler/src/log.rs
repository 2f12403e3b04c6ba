//! The function's log: one JSON object a line on stderr, which Lambda passes on to CloudWatch.

use std::io::Write;

use serde_json::{Value, json};

/// Why the function could not start.
pub(crate) fn start_failed(error: &dyn std::error::Error) {
    write(
        &json!({"level": "ERROR", "message": "the function cannot start", "cause": error.to_string()}),
    );
}

/// The ids under which one request can be found again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestIds<'a> {
    /// Lambda's request id.
    pub lambda: &'a str,
    /// API Gateway's request id.
    pub api: &'a str,
}

/// Why SQS did not accept the messages of these tasks.
pub(crate) fn send_failed(request: RequestIds<'_>, task_ids: &[&str], cause: &str) {
    write(&json!({
        "level": "ERROR",
        "message": "SQS did not accept the message",
        "cause": cause,
        "request_id": request.lambda,
        "api_request_id": request.api,
        "task_ids": task_ids,
    }));
}

/// Why a result could not be read.
pub(crate) fn read_failed(request: RequestIds<'_>, task_id: &str, cause: &str) {
    write(&json!({
        "level": "ERROR",
        "message": "the result cannot be read",
        "cause": cause,
        "request_id": request.lambda,
        "api_request_id": request.api,
        "task_ids": [task_id],
    }));
}

/// Why it cannot be said whose tasks are.
pub(crate) fn owner_key_failed(request: RequestIds<'_>, cause: &str) {
    write(&json!({
        "level": "ERROR",
        "message": "the owner key cannot be read",
        "cause": cause,
        "request_id": request.lambda,
        "api_request_id": request.api,
    }));
}

/// In one write: standard error has no buffer, and what reads it may take each piece for an event.
fn write(line: &Value) {
    // There is nobody left to tell where this fails.
    drop(std::io::stderr().write_all(format!("{line}\n").as_bytes()));
}
