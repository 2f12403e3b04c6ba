//! `[api]`: the stage of the REST API.

use crate::config::keys::{Choice, Days, Describe, Flag, Integer, Number, Or};
use crate::config::section::Section;
use crate::config::settings::{Api, LogLevel};

const LOG_LEVEL: Or<Choice<LogLevel>> = Or(
    Choice {
        name: "log_level",
        options: &[
            ("OFF", LogLevel::Off),
            ("ERROR", LogLevel::Error),
            ("INFO", LogLevel::Info),
        ],
        about: "What API Gateway writes to CloudWatch: nothing, failed requests, or all (which \
                costs by volume).",
    },
    || LogLevel::Error,
);
const METRICS: Or<Flag> = Or(
    Flag {
        name: "metrics",
        about: "CloudWatch metrics for each method; they cost by number.",
    },
    || true,
);
const RATE: Or<Number> = Or(
    Number {
        name: "rate",
        unit: "requests a second",
        max: 1_000_000.0,
        about: "What each method takes in the long run, with or without a key.",
    },
    || 100.0,
);
const BURST: Or<Integer> = Or(
    Integer {
        name: "burst",
        unit: "requests",
        min: 1,
        max: 1_000_000,
        about: "What each method takes at once.",
    },
    || 200,
);
const LOG_RETENTION: Or<Days> = Or(
    Days {
        name: "log_retention",
        about: "How long CloudWatch keeps the API's log.",
    },
    || 14,
);

pub(in crate::config) const KEYS: &[&dyn Describe] =
    &[&LOG_LEVEL, &METRICS, &RATE, &BURST, &LOG_RETENTION];

/// Reads the section.
pub(in crate::config) fn read(mut section: Section<'_, '_>) -> Api {
    Api {
        log_level: section.value(&LOG_LEVEL),
        metrics: section.value(&METRICS),
        rate: section.value(&RATE),
        burst: section.value(&BURST),
        log_retention: section.value(&LOG_RETENTION),
    }
}
