//! Moments as they are shown: to people in the zone of their machine, to programs in UTC.

use chrono::{DateTime, Local, SecondsFormat, TimeZone, Utc};
use std::fmt::Display;

/// The zone of shown times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The machine's: `TZ`, else its settings, else UTC.
    Local,
    Utc,
}

impl Zone {
    /// The machine's, or UTC where `--utc` asks for it.
    pub(crate) fn of_people(utc: bool) -> Self {
        match utc {
            true => Self::Utc,
            false => Self::Local,
        }
    }

    /// A moment in milliseconds since 1970, in RFC 3339: `2026-11-29T14:02:11.050+01:00`, and in UTC with a `Z`. Always with three
    /// digits of a second, so that those of one zone are under each other and sort as text but where clocks go back.
    pub(crate) fn time(self, milliseconds: i64) -> String {
        match self {
            Self::Local => written(&Local, milliseconds, false),
            Self::Utc => written(&Utc, milliseconds, true),
        }
    }

    /// A moment that is written in RFC 3339 already; what is not stays as it is.
    pub(crate) fn rfc_3339(self, text: &str) -> String {
        match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => self.time(moment.timestamp_millis()),
            Err(_) => text.to_owned(),
        }
    }
}

fn written<Z>(zone: &Z, milliseconds: i64, with_z: bool) -> String
where
    Z: TimeZone,
    Z::Offset: Display,
{
    match zone.timestamp_millis_opt(milliseconds).single() {
        Some(moment) => moment.to_rfc3339_opts(SecondsFormat::Millis, with_z),
        // Of the years that no clock shows.
        None => milliseconds.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::FixedOffset;

    #[test]
    fn a_time_has_three_digits_of_a_second() {
        let utc = Zone::of_people(true);
        assert_eq!(utc.time(1_700_000_000_000), "2023-11-14T22:13:20.000Z");
        assert_eq!(utc.time(1_700_000_000_050), "2023-11-14T22:13:20.050Z");
        assert_eq!(utc.time(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(
            utc.rfc_3339("2026-11-29T06:31:14.5+01:00"),
            "2026-11-29T05:31:14.500Z"
        );
        assert_eq!(utc.rfc_3339("some day"), "some day");
        assert_eq!(utc.time(i64::MAX), i64::MAX.to_string());
    }

    #[test]
    fn a_zone_is_named_by_its_offset() {
        let berlin = FixedOffset::east_opt(3600).unwrap();
        let told = written(&berlin, 1_700_000_000_050, false);
        assert_eq!(told, "2023-11-14T23:13:20.050+01:00");
        let greenwich = FixedOffset::east_opt(0).unwrap();
        assert!(written(&greenwich, 0, false).ends_with("+00:00"));
    }
}
