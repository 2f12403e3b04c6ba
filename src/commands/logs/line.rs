//! One log event.

use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

pub(super) struct Line {
    pub id: String,
    /// Milliseconds since 1970.
    pub time: i64,
    source: &'static str,
    message: String,
}

impl Line {
    pub(crate) fn new(source: &'static str, event: FilteredLogEvent) -> Self {
        let time = event.timestamp.unwrap_or_default();
        let message = event.message.unwrap_or_default();
        // Emulators give events no id; stream, time and text tell them apart as well as can be.
        let stream = event.log_stream_name.unwrap_or_default();
        let id = event
            .event_id
            .unwrap_or_else(|| format!("{stream} {time} {message}"));
        Self {
            id,
            time,
            source,
            message,
        }
    }

    /// True where both are the same event.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.source, &self.id) == (other.source, &other.id)
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn text(&self) -> String {
        format!(
            "{} {:<8} {}",
            self.written_time(),
            self.source,
            self.message.trim_end()
        )
    }

    pub(crate) fn json(&self) -> Value {
        json!({"time": self.written_time(), "source": self.source, "message": self.message})
    }

    /// Always with three digits of a second, so that lines are under each other and sort as text.
    fn written_time(&self) -> String {
        let seconds = DateTime::from_secs(self.time.div_euclid(1000));
        let text = seconds.fmt(Format::DateTime).unwrap_or_default();
        let millis = self.time.rem_euclid(1000);
        format!("{}.{millis:03}Z", text.trim_end_matches('Z'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_of_a_second() {
        let told = |time| {
            let event = FilteredLogEvent::builder().timestamp(time).message("m\n");
            Line::new("api", event.build()).text()
        };
        assert_eq!(
            told(1_700_000_000_000),
            "2023-11-14T22:13:20.000Z api      m"
        );
        assert_eq!(
            told(1_700_000_000_050),
            "2023-11-14T22:13:20.050Z api      m"
        );
        assert_eq!(told(-1), "1969-12-31T23:59:59.999Z api      m");
    }
}
