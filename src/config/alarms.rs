//! `[alarms]`: what of the stage is worth waking somebody for.

use super::field::{int, text};
use super::section::Section;
use super::settings::Alarms;
use super::shapes;

/// Seconds: SQS keeps no message longer.
const AGE_MAX: i32 = 1_209_600;

pub(super) fn read(s: &mut Section<'_, '_>) -> Alarms {
    let topic = "the ARN of an SNS topic of the stage's Region, not a FIFO one";
    let messages = "messages; 0 is no alarm";
    let requests = "in five minutes; 0 is no alarm";
    let many = 0..=i32::MAX;
    Alarms {
        topic_arn: s.get(
            text("topic_arn", &shapes::TOPIC, topic),
            "Who is told that an alarm rings, and that it is over; without it, `status` alone shows it.",
        ),
        oldest_message: s.value(
            int("oldest_message", 0..=AGE_MAX, "seconds; 0 is no alarm").or(900),
            "Rings when a task has waited so long, for five minutes on end.",
        ),
        dead_letters: s.value(
            int("dead_letters", many.clone(), messages).or(1),
            "Rings when so many tasks are in the dead-letter queue.",
        ),
        errors: s.value(
            int("errors", many.clone(), requests).or(1),
            "Rings when so many runs of the function failed.",
        ),
        throttles: s.value(
            int("throttles", many.clone(), requests).or(1),
            "Rings when so many runs of the function were refused for want of concurrency.",
        ),
        server_errors: s.value(
            int("server_errors", many, requests).or(1),
            "Rings when so many requests to the API were answered with a 5xx.",
        ),
    }
}
