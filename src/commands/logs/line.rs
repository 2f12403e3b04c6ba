//! One log event.

use crate::output::Zone;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
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

    pub(crate) fn text(&self, zone: Zone) -> String {
        format!(
            "{} {:<8} {}",
            zone.time(self.time),
            self.source,
            self.message.trim_end()
        )
    }

    pub(crate) fn json(&self) -> Value {
        json!({"time": Zone::Utc.time(self.time), "source": self.source, "message": self.message})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_time_its_source_and_its_message() {
        let event = FilteredLogEvent::builder()
            .timestamp(1_700_000_000_050)
            .message("m\n");
        let line = Line::new("api", event.build());
        let zone = Zone::of_people(true);
        assert_eq!(line.text(zone), "2023-11-14T22:13:20.050Z api      m");
        assert_eq!(line.json()["time"], "2023-11-14T22:13:20.050Z");
    }
}
