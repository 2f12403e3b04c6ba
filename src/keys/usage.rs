//! What consumers asked for, as usage plans count it: by day, in UTC.

use super::Plan;
use crate::engine::{Cx, Error, retry};
use crate::resources::{get_usage, required};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

/// The most days that API Gateway answers for at once (API Gateway API reference, "GetUsage").
const DAYS_MAX: i64 = 90;
const SECONDS: i64 = 86_400;

/// A day of UTC, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64);

impl Day {
    fn after(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::from_secs(self.0 * SECONDS).fmt(Format::DateTime);
        let time = time.map_err(|_| fmt::Error)?;
        f.write_str(time.split('T').next().unwrap_or(&time))
    }
}

impl FromStr for Day {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // The parser takes more than four digits a year, and fewer a month.
        let is_date = text.len() == 10;
        let time = DateTime::from_str(&format!("{text}T00:00:00Z"), Format::DateTime);
        let time = time.ok().filter(|_| is_date).ok_or(())?;
        Ok(Self(time.secs().div_euclid(SECONDS)))
    }
}

/// The day that it is.
pub(crate) fn today() -> Day {
    Day(DateTime::from(SystemTime::now()).secs().div_euclid(SECONDS))
}

/// The first day of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Since {
    Date(Day),
    /// So many days, today among them.
    Days(i64),
}

const ALLOWED: &str = "allowed: a date such as 2026-11-29, or 1 to 90 days, today among them";

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = text
            .parse()
            .ok()
            .filter(|days| (1..=DAYS_MAX).contains(days));
        let days = days.map(Self::Days);
        days.or_else(|| text.parse().ok().map(Self::Date))
            .ok_or_else(|| ALLOWED.to_owned())
    }
}

impl Since {
    /// The day, seen from `today`.
    ///
    /// # Errors
    /// What is allowed, where it is too far back or to come.
    pub(crate) fn day(self, today: Day) -> Result<Day, String> {
        let day = match self {
            Self::Date(day) => day,
            Self::Days(days) => today.after(1 - days),
        };
        match (today.after(1 - DAYS_MAX)..=today).contains(&day) {
            true => Ok(day),
            false => Err(format!(
                "{day} is not among the last {DAYS_MAX} days; {ALLOWED}"
            )),
        }
    }
}

/// What one key had of a plan on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub day: Day,
    /// Requests.
    pub used: i64,
    /// What is left of the period's quota; `None` for a plan without one.
    pub remaining: Option<i64>,
}

/// What each key had of a plan, by the key's id, from one day to another; `key` alone, if it is given.
///
/// # Errors
/// What AWS answers.
pub(crate) async fn usage(
    cx: &Cx,
    plan: &Plan,
    key: Option<&str>,
    (from, to): (Day, Day),
) -> Result<Vec<(String, Vec<Use>)>, Error> {
    let (start, end) = (from.to_string(), to.to_string());
    let pages = retry(cx, async || {
        get_usage(cx, &plan.id, key, (&start, &end)).await
    })
    .await?;
    let mut all = Vec::new();
    for (start, values) in pages {
        let start: Day = start
            .parse()
            .map_err(|()| Error::Failed(format!("AWS answered with the date {start:?}")))?;
        for (id, days) in values {
            let uses = (0..).zip(days).map(|(number, day)| {
                let mut day = day.into_iter();
                let used = required(day.next(), "how much was used")?;
                let remaining = day.next().filter(|_| plan.has_quota);
                Ok(Use {
                    day: start.after(number),
                    used,
                    remaining,
                })
            });
            all.push((id, uses.collect::<Result<_, Error>>()?));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for text in ["1970-01-01", "2024-02-29", "2026-11-29"] {
            assert_eq!(day(text).to_string(), text);
        }
        for bad in [
            "2026-02-30",
            "2026-1-1",
            "26-01-01",
            "2026-11-29T",
            "",
            "20261-1-01",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_report_begins_at_most_ninety_days_ago() {
        let today = day("2026-11-29");
        let since = |text: &str| text.parse::<Since>().and_then(|since| since.day(today));
        assert_eq!(since("1"), Ok(today));
        assert_eq!(since("90"), Ok(day("2026-09-01")));
        assert_eq!(since("2026-09-01"), Ok(day("2026-09-01")));
        assert_eq!(since("2026-11-29"), Ok(today));
        for bad in ["0", "91", "-1", "2026-08-31", "2026-11-30", "week", "9d"] {
            assert!(
                since(bad).is_err_and(|told| told.contains("allowed: a date")),
                "{bad}"
            );
        }
    }
}
