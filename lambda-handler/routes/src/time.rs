//! Moments, as Celery reads them: ISO 8601 text with an offset, microseconds at most.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;

/// Reads RFC 3339 text with a time zone (`Z` or `+02:00`) as microseconds since 1970. Finer
/// digits are cut off.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let moment = DateTime::from_str(text, Format::DateTimeWithOffset).ok()?;
    let micros = i64::from(moment.subsec_nanos() / 1000);
    moment.secs().checked_mul(SECOND)?.checked_add(micros)
}

/// Writes a moment as Python's `datetime.isoformat` does in UTC: `2031-02-03T04:05:06.789000+00:00`,
/// without the fraction when it is zero. `None` outside the years that the format can hold.
#[must_use]
pub fn format(micros: i64) -> Option<String> {
    let seconds = DateTime::from_secs(micros.div_euclid(SECOND))
        .fmt(Format::DateTime)
        .ok()?;
    let seconds = seconds.trim_end_matches('Z');
    Some(match micros.rem_euclid(SECOND) {
        0 => format!("{seconds}+00:00"),
        fraction => format!("{seconds}.{fraction:06}+00:00"),
    })
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    #[test]
    fn python_wording_in_utc() {
        let cases = [
            (
                "2031-02-03T04:05:06.789Z",
                "2031-02-03T04:05:06.789000+00:00",
            ),
            ("2031-02-03T06:05:06+02:00", "2031-02-03T04:05:06+00:00"),
            (
                "2031-02-03T04:05:06.000001999Z",
                "2031-02-03T04:05:06.000001+00:00",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(parse(text).and_then(format).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn anything_else_is_not_a_moment() {
        for text in [
            "",
            "soon",
            "2031-02-03",
            "2031-02-03T04:05:06",
            "2031-13-03T04:05:06Z",
            "17",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
