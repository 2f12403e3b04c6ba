//! What Celery's DynamoDB backend has stored of a task (`celery/backends/dynamodb.py`): one item, with `result`, JSON as
//! bytes, and `ttl`, the second in which it expires. DynamoDB removes what has expired within days, so whoever reads
//! looks at it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// The key of a task's item. The backend makes a text of bytes, so Python's way of writing those is a part of it.
#[must_use]
pub fn item_key(task_id: &str) -> String {
    format!("b'celery-task-meta-{task_id}'")
}

/// An item of the table, as DynamoDB answers it.
#[derive(Debug, Deserialize)]
pub struct StoredItem {
    result: Binary,
    ttl: Option<Number>,
}

#[derive(Debug, Deserialize)]
struct Binary {
    #[serde(rename = "B")]
    base64: String,
}

#[derive(Debug, Deserialize)]
struct Number {
    #[serde(rename = "N")]
    text: String,
}

impl StoredItem {
    /// The backend's JSON; `None` where it has expired at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// What is wrong with the item, where it is none of Celery's.
    pub fn json(&self, now: u64) -> Result<Option<Vec<u8>>, String> {
        let ttl = self.ttl.as_ref();
        let expires = ttl.and_then(|ttl| ttl.text.parse::<f64>().ok());
        if expires.is_some_and(|expires| expires <= now as f64) {
            return Ok(None);
        }
        let bytes = STANDARD.decode(&self.result.base64);
        bytes
            .map(Some)
            .map_err(|error| format!("the result is not base64: {error}"))
    }
}
