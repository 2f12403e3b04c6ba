//! Dead letters moved back.

use super::{StageQueue, counted, denied};
use crate::commands::Failure;
use crate::output::Activity;
use crate::queue::{Filter, MoveState, Moved, Mover, Redrive, Redriven, counts, move_by_hand};
use serde::Serialize;

/// What `queue redrive --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The queue that they are on now.
    queue: &'a str,
    /// How many were moved; approximately where SQS moved them.
    moved: u64,
    /// How many dead letters there are still, by SQS's approximate count.
    left: u64,
    /// `sqs` where SQS moved them, `hand` where they were moved one by one.
    by: &'static str,
}

const AGAIN: &str = "The same command goes on from there";

impl StageQueue {
    pub(super) async fn redrive(&self, filter: &Filter) -> Result<(), Failure> {
        let total = self.dead_letters.all();
        let (moved, by) = {
            let activity = self.session.printer.activity("moving dead letters");
            match filter.is_all() {
                true => match self.by_sqs(&activity).await? {
                    Some(moved) => (moved, "sqs"),
                    None => (self.by_hand(filter, total, &activity).await?, "hand"),
                },
                false => (self.by_hand(filter, total, &activity).await?, "hand"),
            }
        };
        let left = self.left().await?;
        let report = Report {
            queue: &self.queue.name,
            moved,
            left,
            by,
        };
        let text = match (moved, total) {
            (0, 0) => format!("{} has no dead letters", self.dead_letters.name),
            (0, _) if !filter.is_all() => format!("no dead letter fits; there are {left}"),
            (moved, _) => format!(
                "{} moved back to {}; {left} left",
                counted(moved, "dead letter"),
                self.queue.name
            ),
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }

    async fn left(&self) -> Result<u64, Failure> {
        let end = &self.dead_letters;
        let counts = counts(&self.cx, &end.state.url).await;
        let counts =
            counts.map_err(|error| self.failed(end, "what is left was not counted", &error))?;
        Ok(counts.iter().sum())
    }

    /// SQS's own move; `None` where there is none.
    async fn by_sqs(&self, activity: &Activity) -> Result<Option<u64>, Failure> {
        let names = self.session.names();
        let mover = Mover {
            cx: &self.cx,
            from: &names.dead_letter_queue_arn(),
            to: &names.queue_arn(),
            cancel: &self.session.runtime.cancel,
            progress: &|moved, total| activity.at(&format!("{moved} of {total}")),
        };
        let end = &self.dead_letters;
        let moved = mover.run().await;
        let Some(Moved { moved, state }) =
            moved.map_err(|error| self.failed(end, "its messages could not be moved", &error))?
        else {
            return Ok(None);
        };
        match state {
            MoveState::Completed => Ok(Some(moved)),
            MoveState::Cancelled => Err(Failure::Interrupted(format!(
                "the move was cancelled; {} moved, the others are dead letters as before. {}",
                counted(moved, "dead letter"),
                AGAIN
            ))),
            MoveState::Failed(why) => Err(Failure::failed(format!(
                "queue {}: SQS gave up moving its messages after {moved}: {why}\n  The others are dead letters as \
                 before\n  {}",
                end.name,
                denied::of_a_sender(&self.session)
            ))),
        }
    }

    async fn by_hand(
        &self,
        filter: &Filter,
        total: u64,
        activity: &Activity,
    ) -> Result<u64, Failure> {
        let redrive = Redrive {
            cx: &self.cx,
            from: &self.dead_letters.state.url,
            to: &self.queue.state.url,
            filter,
            cancel: &self.session.runtime.cancel,
            progress: &|moved| activity.at(&format!("{moved} of {total}")),
        };
        if self.dead_letters.in_flight() > 0 {
            self.session.printer.note(
                "Some dead letters are in flight, as after a look or a redrive that was killed: waiting for them, \
                 20 s or a little more",
            );
        }
        let done = move_by_hand(&redrive).await;
        if !done.hidden.is_empty() {
            self.session.printer.note(&format!(
                "Behind ten dead letters of a group that stay SQS shows none: there may be more that fit in {}",
                self.session.printer.foreign(&done.hidden.join(", "))
            ));
        }
        self.ended(done)
    }

    fn ended(&self, done: Redriven) -> Result<u64, Failure> {
        let so_far = format!("{} moved", counted(done.moved, "dead letter"));
        let unsure = done.unsure.map(|id| {
            format!(
                "\n  The message {id} is on the queue and may be a dead letter still: redriven within five minutes it \
                 runs once, later twice"
            )
        });
        let unsure = unsure.unwrap_or_default();
        match (done.error, done.interrupted) {
            (Some(error), _) => Err(Failure::failed(format!(
                "queue {}: its messages could not be moved: {error}\n  {so_far}, the others are dead letters as \
                 before. {}{unsure}{}",
                self.dead_letters.name,
                AGAIN,
                denied::help(&error, &self.session)
            ))),
            (None, true) => Err(Failure::Interrupted(format!(
                "{so_far}, the others are dead letters as before. {}{unsure}",
                AGAIN
            ))),
            (None, false) => Ok(done.moved),
        }
    }
}
