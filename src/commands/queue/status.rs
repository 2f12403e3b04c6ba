//! How much is on the queue.

use super::StageQueue;
use crate::commands::Failure;
use crate::output::{elapsed, table};
use crate::queue::oldest_message;
use serde::Serialize;
use std::time::Duration;

/// What `queue status --json` prints. SQS counts approximately.
#[derive(Serialize)]
struct Report<'a> {
    /// The queue's name.
    queue: &'a str,
    queue_url: &'a str,
    /// Tasks that wait for a worker.
    waiting: u64,
    /// Tasks that workers have, and those that they did not give back yet.
    in_flight: u64,
    /// Messages with a delay that is not over.
    delayed: u64,
    /// Receives of a task before it is a dead letter; null where it never is.
    max_receives: Option<u32>,
    /// By CloudWatch, in whole seconds; null where that is not known.
    oldest_seconds: Option<u64>,
    /// Why it is not known.
    oldest_unknown: Option<String>,
    dead_letter_queue: &'a str,
    dead_letter_queue_url: &'a str,
    /// Dead letters, in flight or not.
    dead_letters: u64,
}

impl StageQueue {
    pub(super) async fn status(&self) -> Result<(), Failure> {
        let (queue, dead) = (&self.queue, &self.dead_letters);
        let (oldest, unknown) = self.oldest().await?;
        let report = Report {
            queue: &queue.name,
            queue_url: &queue.state.url,
            waiting: queue.waiting(),
            in_flight: queue.in_flight(),
            delayed: queue.delayed(),
            max_receives: queue.state.max_receives(),
            oldest_seconds: oldest.map(|age| age.as_secs()),
            oldest_unknown: unknown,
            dead_letter_queue: &dead.name,
            dead_letter_queue_url: &dead.state.url,
            dead_letters: dead.all(),
        };
        let text = self.text(&report, oldest);
        self.session.printer.result(&report, &text);
        Ok(())
    }

    /// The age of the oldest message, or why it is not known: no failure of the command.
    async fn oldest(&self) -> Result<(Option<Duration>, Option<String>), Failure> {
        if self.queue.all() == 0 {
            return Ok((None, Some("the queue is empty".to_owned())));
        }
        let why = match oldest_message(&self.cx, &self.queue.name).await {
            Ok(Some(age)) => return Ok((Some(age), None)),
            Ok(None) => {
                "CloudWatch has no figure of the last 15 minutes yet: it comes some minutes late"
                    .to_owned()
            }
            Err(crate::engine::Error::Cancelled) => {
                return Err(Failure::Interrupted("nothing was changed".to_owned()));
            }
            Err(error) if error.is_denied() => {
                "the credentials lack cloudwatch:GetMetricStatistics".to_owned()
            }
            Err(error) => format!("CloudWatch does not say: {error}"),
        };
        Ok((None, Some(why)))
    }

    fn text(&self, report: &Report, oldest: Option<Duration>) -> String {
        let row = |name: &str, value: String| vec![name.to_owned(), value];
        let oldest = match (oldest, &report.oldest_unknown) {
            (Some(age), _) => elapsed(age),
            (None, why) => format!("unknown: {}", why.as_deref().unwrap_or_default()),
        };
        let mut rows = vec![
            row("queue", report.queue.to_owned()),
            row("waiting", report.waiting.to_string()),
            row("in flight", report.in_flight.to_string()),
            row("delayed", report.delayed.to_string()),
        ];
        if self.queue.all() > 0 {
            rows.push(row("oldest", oldest));
        }
        let mut dead = report.dead_letters.to_string();
        if report.dead_letters > 0 {
            dead += &format!(
                ": gatewayq queue peek --dead-letters{0}, gatewayq queue redrive{0}",
                self.session.flags
            );
        }
        rows.push(row("dead letters", dead));
        table(&rows)
    }
}
