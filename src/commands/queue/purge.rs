//! A queue emptied.

use super::{StageQueue, counted, what};
use crate::commands::Failure;
use crate::commands::confirm::confirm;
use crate::queue::{Purged, purge};
use serde::Serialize;

/// What `queue purge --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The queue that was purged.
    queue: &'a str,
    /// How many messages it had before, by SQS's approximate count.
    purged: u64,
}

impl StageQueue {
    pub(super) async fn purge(&self, dead: bool, yes: bool) -> Result<(), Failure> {
        let (end, what) = (self.end(dead), what(dead));
        if !yes {
            let about = format!(
                "{}: {} waiting, {} in flight, {} delayed",
                end.name,
                end.waiting(),
                end.in_flight(),
                end.delayed()
            );
            let question = format!("Delete all {what}s of it? They are lost.");
            confirm(&self.session.printer, &about, &question)?;
        }
        let done = purge(&self.cx, &end.state.url).await;
        match done.map_err(|error| self.failed(end, "it could not be purged", &error))? {
            Purged::TooSoon => Err(Failure::failed(format!(
                "queue {}: PurgeQueueInProgress: it was purged within the last minute, and SQS purges a queue once \
                 in 60 s\n  help: the same command works in a minute; what was on the queue when that purge began goes",
                end.name
            ))),
            Purged::Done => {
                let report = Report {
                    queue: &end.name,
                    purged: end.all(),
                };
                let text = format!(
                    "{}: about {} deleted. SQS may take 60 s for it, in which new ones may go, too",
                    end.name,
                    counted(report.purged, what)
                );
                self.session.printer.result(&report, &text);
                Ok(())
            }
        }
    }
}
