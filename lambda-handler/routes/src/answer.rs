//! What a route answers.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::header;

/// The statuses that a reply can have. Below 200 an answer is not over.
pub const REPLY_STATUSES: RangeInclusive<u16> = 200..=599;

/// The statuses that the answer for an accepted task can have.
pub const ACCEPTED_STATUSES: RangeInclusive<u16> = 200..=299;

/// The fields that each answer for an accepted task has; a route can only add to them.
pub const ACCEPTED_FIELDS: [&str; 2] = ["message_status", "task_id"];

/// A fixed answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reply {
    /// What is answered, as JSON.
    pub body: Value,
    /// The HTTP status, one of [`REPLY_STATUSES`].
    pub status: u16,
    /// Headers besides `content-type`, or in its place.
    pub headers: BTreeMap<String, String>,
}

impl Reply {
    /// The status where the route names none.
    pub const STATUS: u16 = 200;

    /// A reply with status 200 and no headers of its own.
    #[must_use]
    pub fn new(body: Value) -> Self {
        Self {
            body,
            status: Self::STATUS,
            headers: BTreeMap::new(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        check_status(self.status, REPLY_STATUSES)?;
        self.headers.iter().try_for_each(|(name, value)| {
            match header::name_fault(name).or_else(|| header::value_fault(value)) {
                None => Ok(()),
                Some(wrong) => Err(format!("the header `{name}`; {wrong}")),
            }
        })
    }
}

/// What is answered for a task that SQS has accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accepted {
    /// The HTTP status, one of [`ACCEPTED_STATUSES`].
    pub status: u16,
    /// Fields besides [`ACCEPTED_FIELDS`].
    pub fields: Map<String, Value>,
}

impl Default for Accepted {
    fn default() -> Self {
        Self {
            status: Self::STATUS,
            fields: Map::new(),
        }
    }
}

impl Accepted {
    /// The status where the route names none.
    pub const STATUS: u16 = 202;

    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        check_status(self.status, ACCEPTED_STATUSES)?;
        match ACCEPTED_FIELDS
            .iter()
            .find(|name| self.fields.contains_key(**name))
        {
            None => Ok(()),
            Some(name) => Err(format!(
                "`accepted` has the field `{name}`, which each answer has"
            )),
        }
    }
}

fn check_status(status: u16, allowed: RangeInclusive<u16>) -> Result<(), String> {
    if allowed.contains(&status) {
        return Ok(());
    }
    let (first, last) = allowed.into_inner();
    Err(format!("status {status} is not one of {first} to {last}"))
}
