//! What the workers have stored of the tasks on a queue.

use crate::aws::JsonService::DynamoDb;
use crate::engine::{Cx, Error, retry};
use gatewayq_routes::options::is_task_id;
use gatewayq_routes::stored::{StoredItem, item_key};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};

/// Items of one call: BatchGetItem gives 16 MB at most, and an item has up to 400 KB.
const BATCH: usize = 40;

/// Celery's word where nothing is stored.
const PENDING: &str = "PENDING";

/// What of the backend's JSON counts here.
#[derive(Deserialize)]
struct Stored {
    status: String,
}

/// The state of each of these tasks. An id that no task of the function has is left out, and so is what DynamoDB does
/// not give at once, which it does where a table is asked for too much.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn states<'a>(
    cx: &Cx,
    table: &str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, Error> {
    // DynamoDB refuses a request with a key twice.
    let ids: BTreeSet<&str> = ids.filter(|id| is_task_id(id)).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_secs();
    let mut states = BTreeMap::new();
    for batch in ids.chunks(BATCH) {
        let key = |id: &&str| json!({"id": {"S": item_key(id)}});
        let keys: Vec<Value> = batch.iter().map(key).collect();
        let input = json!({"RequestItems": {table: {"Keys": keys}}});
        let answer = retry(cx, async || {
            cx.json_call(DynamoDb, "BatchGetItem", input.clone()).await
        });
        let answer = answer.await?;
        states.extend(read(&answer, table, batch, now));
    }
    Ok(states)
}

fn read(answer: &Value, table: &str, ids: &[&str], now: u64) -> BTreeMap<String, String> {
    let items = answer["Responses"][table].as_array().into_iter().flatten();
    let found: BTreeMap<&str, &Value> = items
        .filter_map(|item| Some((item["id"]["S"].as_str()?, item)))
        .collect();
    let later = answer["UnprocessedKeys"][table]["Keys"].as_array();
    let later: BTreeSet<&str> = later
        .into_iter()
        .flatten()
        .filter_map(|key| key["id"]["S"].as_str())
        .collect();
    let state = |id: &&str| {
        let key = item_key(id);
        let state = match found.get(key.as_str()) {
            Some(item) => state(item, now)?,
            None if later.contains(key.as_str()) => return None,
            None => PENDING.to_owned(),
        };
        Some(((*id).to_owned(), state))
    };
    ids.iter().filter_map(state).collect()
}

/// `None` for an item that is none of Celery's.
fn state(item: &Value, now: u64) -> Option<String> {
    let item: StoredItem = serde_json::from_value(item.clone()).ok()?;
    let stored: Option<Stored> = item.read(now).ok()?;
    Some(stored.map_or_else(|| PENDING.to_owned(), |stored| stored.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    fn item(id: &str, status: &str, ttl: u64) -> Value {
        // As Python writes a float that JSON does not know.
        let json = format!(r#"{{"status": "{status}", "result": NaN}}"#);
        json!({"id": {"S": item_key(id)}, "result": {"B": STANDARD.encode(json)},
            "timestamp": {"N": "1.5"}, "ttl": {"N": ttl.to_string()}})
    }

    #[test]
    fn each_task_has_the_state_that_is_stored_or_none() {
        let items = [
            item("a", "FAILURE", 11),
            item("old", "SUCCESS", 10),
            json!({"id": {"S": item_key("odd")}}),
        ];
        let later = json!({"Keys": [{"id": {"S": item_key("later")}}]});
        let answer = json!({"Responses": {"t": items}, "UnprocessedKeys": {"t": later}});
        let read = read(&answer, "t", &["a", "later", "odd", "old", "unknown"], 10);
        let wanted = [("a", "FAILURE"), ("old", PENDING), ("unknown", PENDING)];
        let wanted = wanted.map(|(id, state)| (id.to_owned(), state.to_owned()));
        assert_eq!(read, BTreeMap::from(wanted));
    }
}
