//! The key that tasks' ids are signed with, kept in the table of results beside them.
//!
//! The function makes it when there is none: no other program and no file ever has it. It is asked for again
//! every few minutes, so that a key that somebody takes out of the table is soon out of use, and with it every id that
//! was signed by it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use gatewayq_routes::OWNER_KEY_ID;
use lambda_handler::OwnerKey;

use crate::aws_json::Service;

/// How long a key that was read is used.
const FRESH: Duration = Duration::from_secs(300);

/// The stage's key, with when it was read last.
pub(crate) struct KeptKey {
    dynamodb: Rc<Service>,
    table: String,
    known: RefCell<Option<(Rc<OwnerKey>, Instant)>>,
}

/// An answer to GetItem and to UpdateItem.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    #[serde(alias = "Attributes")]
    item: Option<Item>,
}

#[derive(Deserialize)]
struct Item {
    owner_key: Option<Bytes>,
}

#[derive(Deserialize)]
struct Bytes {
    #[serde(rename = "B")]
    base64: String,
}

impl KeptKey {
    /// Nothing is sent yet.
    pub(crate) fn new(dynamodb: Rc<Service>, table: String) -> Self {
        Self {
            dynamodb,
            table,
            known: RefCell::default(),
        }
    }

    /// The stage's key, made where there is none. There has to be an answer before `last`.
    ///
    /// # Errors
    /// The cause in words for the log; nothing of the key is in it.
    pub(crate) async fn get(&self, last: Instant) -> Result<Rc<OwnerKey>, String> {
        if let Some((key, read)) = &*self.known.borrow()
            && read.elapsed() < FRESH
        {
            return Ok(Rc::clone(key));
        }
        let key = timeout_at(last, self.read_or_make()).await;
        let key = Rc::new(key.map_err(|_| "no answer from DynamoDB in time".to_owned())??);
        *self.known.borrow_mut() = Some((Rc::clone(&key), Instant::now()));
        Ok(key)
    }

    async fn read_or_make(&self) -> Result<OwnerKey, String> {
        let (table, key) = (&self.table, json!({"id": {"S": OWNER_KEY_ID}}));
        let read = json!({"TableName": table, "Key": key, "ConsistentRead": true});
        let found: Found = self.dynamodb.call("GetItem", &read).await?;
        if let Some(key) = found.key() {
            return owner_key(&key);
        }
        // What two functions make at once, or one makes again whose answer was lost, is the key of the first.
        let make = json!({
            "TableName": table,
            "Key": key,
            "UpdateExpression": "SET owner_key = if_not_exists(owner_key, :new)",
            "ExpressionAttributeValues": {":new": {"B": STANDARD.encode(random_bytes())}},
            "ReturnValues": "ALL_NEW",
        });
        let made: Found = self.dynamodb.call("UpdateItem", &make).await?;
        let key = made.key();
        let key = key.ok_or_else(|| "DynamoDB answered without the key".to_owned())?;
        owner_key(&key)
    }
}

impl Found {
    fn key(self) -> Option<Bytes> {
        self.item?.owner_key
    }
}

/// Of the operating system's random numbers: 244 bits, the rest of a UUID is fixed.
fn random_bytes() -> Vec<u8> {
    [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat()
}

fn owner_key(key: &Bytes) -> Result<OwnerKey, String> {
    let bytes = STANDARD.decode(&key.base64).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map(OwnerKey::new).ok_or_else(|| {
        format!(
            "the item {OWNER_KEY_ID} of the table of results does not hold {} bytes",
            OwnerKey::LENGTH
        )
    })
}
