//! The options that a route opens to its callers, checked for what a worker would choke on.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::file::VISIBILITY_LIMIT;
use crate::option::OptionName;
use crate::time::{self, SECOND};

/// The top-level keys of a JSON object with the untouched text of their values. Of a key that
/// comes twice the last value counts, as in Python.
pub type Fields = BTreeMap<String, Box<RawValue>>;

/// The longest time limit in seconds: beyond it the message has come back anyway.
pub const TIME_LIMIT_MAX: u64 = VISIBILITY_LIMIT;

/// The most characters of a task id: one that nobody chose is the deduplication id as well, which SQS limits so.
pub const TASK_ID_MAX: usize = 128;

/// The checked options of one task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Not before this moment (ISO 8601).
    pub eta: Option<String>,
    /// Not started after this moment (ISO 8601).
    pub expires: Option<String>,
    /// The caller's task id.
    pub task_id: Option<String>,
    /// Hard limit in whole seconds.
    pub time_limit: Option<u64>,
    /// Soft limit in whole seconds.
    pub soft_time_limit: Option<u64>,
}

/// Reads the options out of `fields` (other keys are ignored; whether an
/// option is allowed was checked before). `now` is in microseconds, `visibility` in seconds.
///
/// # Errors
/// A sentence that names the option.
pub fn read(fields: &Fields, now: i64, visibility: u64) -> Result<Options, String> {
    let eta = read_start(fields, now, visibility)?;
    let options = Options {
        eta: eta.and_then(time::format),
        expires: read_expires(fields, eta.unwrap_or(now).max(now))?,
        task_id: read_task_id(fields)?,
        time_limit: read_limit(fields, OptionName::TimeLimit)?,
        soft_time_limit: read_limit(fields, OptionName::SoftTimeLimit)?,
    };
    match (options.soft_time_limit, options.time_limit) {
        (Some(soft), Some(hard)) if soft >= hard => {
            Err("`soft_time_limit` must be less than `time_limit`".to_owned())
        }
        _ => Ok(options),
    }
}

/// The value of an option; JSON's `null` is the same as no option at all, as in Celery.
fn value<T: DeserializeOwned>(
    fields: &Fields,
    option: OptionName,
    wanted: &str,
) -> Result<Option<T>, String> {
    let Some(raw) = fields.get(option.key()) else {
        return Ok(None);
    };
    serde_json::from_str(raw.get()).map_err(|_| must_be(option, wanted))
}

fn must_be(option: OptionName, wanted: &str) -> String {
    format!("`{}` must be {wanted}", option.key())
}

fn read_moment(fields: &Fields, option: OptionName) -> Result<Option<i64>, String> {
    const WANTED: &str = "RFC 3339 text with a time zone, like \"2031-02-03T04:05:06Z\"";
    let Some(text) = value::<String>(fields, option, WANTED)? else {
        return Ok(None);
    };
    // What Python's datetime cannot hold must not get through either: hence the way back.
    match time::parse(&text).filter(|moment| (0..=YEAR_9999).contains(moment)) {
        Some(moment) => Ok(Some(moment)),
        None => Err(must_be(option, WANTED)),
    }
}

/// 9999-01-01, in microseconds: Python's years end with 9999.
const YEAR_9999: i64 = 253_370_764_800 * SECOND;

fn read_start(fields: &Fields, now: i64, visibility: u64) -> Result<Option<i64>, String> {
    let eta = read_moment(fields, OptionName::Eta)?;
    let countdown = read_countdown(fields)?;
    let (start, option) = match (eta, countdown) {
        (Some(_), Some(_)) => return Err("`eta` and `countdown` exclude each other".to_owned()),
        (Some(eta), None) => (eta, OptionName::Eta),
        (None, Some(seconds)) => (later(now, seconds), OptionName::Countdown),
        (None, None) => return Ok(None),
    };
    if start.saturating_sub(now) > longest_wait(visibility) {
        return Err(format!(
            "`{}` is further off than the queue allows ({} seconds, nine tenths of its \
             visibility time-out): the task would run more than once",
            option.key(),
            longest_wait(visibility) / SECOND
        ));
    }
    Ok(Some(start))
}

/// A worker holds a message until its eta. SQS gives the message to the next worker when the
/// visibility time-out ends first, so a tenth of it is left for the task itself.
fn longest_wait(visibility: u64) -> i64 {
    let micros = visibility.saturating_mul(SECOND.unsigned_abs());
    i64::try_from(micros / 10 * 9).unwrap_or(i64::MAX)
}

fn read_countdown(fields: &Fields) -> Result<Option<f64>, String> {
    const WANTED: &str = "a number of seconds, zero or more";
    match value::<f64>(fields, OptionName::Countdown, WANTED)? {
        Some(seconds) if seconds < 0.0 || !seconds.is_finite() => {
            Err(must_be(OptionName::Countdown, WANTED))
        }
        seconds => Ok(seconds),
    }
}

fn later(now: i64, seconds: f64) -> i64 {
    // The cast saturates: what is too long for i64 is refused as too far off.
    now.saturating_add((seconds * 1e6) as i64)
}

fn read_expires(fields: &Fields, start: i64) -> Result<Option<String>, String> {
    match read_moment(fields, OptionName::Expires)? {
        Some(moment) if moment <= start => {
            Err("`expires` is over before the task can start".to_owned())
        }
        moment => Ok(moment.and_then(time::format)),
    }
}

/// Whether a text can be a task's id here.
#[must_use]
pub fn is_task_id(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    !text.is_empty() && text.len() <= TASK_ID_MAX && text.chars().all(is_plain)
}

fn read_task_id(fields: &Fields) -> Result<Option<String>, String> {
    const WANTED: &str = "1 to 128 letters, digits or any of - _ . :";
    match value::<String>(fields, OptionName::TaskId, WANTED)? {
        Some(id) if !is_task_id(&id) => Err(must_be(OptionName::TaskId, WANTED)),
        id => Ok(id),
    }
}

fn read_limit(fields: &Fields, option: OptionName) -> Result<Option<u64>, String> {
    let wanted = format!("a whole number of seconds, 1 to {TIME_LIMIT_MAX}");
    match value::<u64>(fields, option, &wanted)? {
        Some(seconds) if !(1..=TIME_LIMIT_MAX).contains(&seconds) => Err(must_be(option, &wanted)),
        seconds => Ok(seconds),
    }
}
