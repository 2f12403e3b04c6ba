//! Dead letters moved back one by one: where only some are meant, and where SQS's own move is not to be had.

use super::calls::{BATCH, counts, delete, give_back, receive, send_with};
use super::{Filter, Received};
use crate::engine::{Cx, Error};
use gatewayq_routes::message::Message;
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a dead letter is hidden while it is worked on, in seconds. A redrive that is killed gives it back
/// after this.
const HOLD: u64 = 20;
const HOLD_MAX: u64 = 600;

/// So many dead letters a second can be received and held at the least.
const PACE: u64 = 50;

/// What is moved, and where to.
pub(crate) struct Redrive<'a> {
    pub cx: &'a Cx,
    /// The URL of the dead-letter queue.
    pub from: &'a str,
    /// The URL of the queue.
    pub to: &'a str,
    pub filter: &'a Filter,
    pub cancel: &'a CancellationToken,
    /// Told how many were moved so far.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// What became of it, however it ended.
#[derive(Debug, Default)]
pub(crate) struct Redriven {
    /// Those that are on the queue and no dead letters any more.
    pub moved: u64,
    /// Those that were looked at and stay.
    pub kept: u64,
    /// On the queue, and perhaps still a dead letter: the id of its message.
    pub unsure: Option<String>,
    /// Groups of which ten dead letters or more stay: SQS does not show what comes behind them.
    pub hidden: Vec<String>,
    pub interrupted: bool,
    pub error: Option<Error>,
}

/// Moves the dead letters that fit the filter: sends each with its body, attributes and group, then deletes it.
/// Killed in between, it is on both queues; the next redrive within five minutes sends it with the same
/// deduplication id, of which SQS makes one message, and later ones make two of it. None is lost.
///
/// A group's messages keep their order: SQS gives them in it, and the first that cannot be sent ends the redrive.
pub(crate) async fn move_by_hand(redrive: &Redrive<'_>) -> Redriven {
    let mut work = Work {
        redrive,
        sent: HashSet::new(),
        done: Redriven::default(),
    };
    if let Err(error) = work.run().await {
        match error {
            Error::Cancelled => work.done.interrupted = true,
            error => work.done.error = Some(error),
        }
    }
    work.done
}

struct Work<'a> {
    redrive: &'a Redrive<'a>,
    /// The message ids of those that are on the queue again.
    sent: HashSet<String>,
    done: Redriven,
}

impl Work<'_> {
    /// Goes through the dead letters until one time through moves none. A message that stays hides those of its
    /// group behind it, so that they may come only when it was given back.
    async fn run(&mut self) -> Result<(), Error> {
        let (cx, from) = (self.redrive.cx, self.redrive.from);
        let hold = self.wait_for_others().await?;
        loop {
            let before = self.done.moved;
            let mut held = Vec::new();
            let through = self.once_through(&mut held, hold).await;
            give_back(cx, from, &held).await;
            self.done.kept = held.len() as u64;
            self.done.hidden = full_groups(&held);
            through?;
            if self.done.moved == before || held.is_empty() {
                return Ok(());
            }
        }
    }

    /// Waits for dead letters that are in flight, as a redrive leaves them that was killed. Gives the seconds for
    /// which one is to be hidden, so that all of them can be gone through in that time.
    async fn wait_for_others(&self) -> Result<i32, Error> {
        let (cx, from) = (self.redrive.cx, self.redrive.from);
        let began = Instant::now();
        loop {
            let [visible, in_flight, _] = counts(cx, from).await?;
            let hold = (HOLD + (visible + in_flight) / PACE).min(HOLD_MAX);
            if in_flight == 0 || began.elapsed() > Duration::from_secs(hold + 2) {
                return Ok(i32::try_from(hold).unwrap_or(i32::MAX));
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                () = self.redrive.cancel.cancelled() => return Err(Error::Cancelled),
            }
        }
    }

    async fn once_through(&mut self, held: &mut Vec<Received>, hold: i32) -> Result<(), Error> {
        let (cx, from) = (self.redrive.cx, self.redrive.from);
        loop {
            let batch = receive(cx, from, BATCH, hold).await?;
            // What was held comes again when its time is up: then all have been seen.
            let mut is_last = batch.is_empty();
            let mut batch = batch.into_iter();
            while let Some(message) = batch.next() {
                if let Some(known) = held.iter_mut().find(|known| known.id == message.id) {
                    *known = message;
                    is_last = true;
                    continue;
                }
                let moved = match self.redrive.cancel.is_cancelled() {
                    true => Err(Error::Cancelled),
                    false => self.move_one(&message).await,
                };
                match moved {
                    Ok(true) => {}
                    Ok(false) => held.push(message),
                    Err(error) => {
                        held.push(message);
                        held.extend(batch);
                        return Err(error);
                    }
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Moves a message if it is meant; false where it is not.
    async fn move_one(&mut self, message: &Received) -> Result<bool, Error> {
        if !self.redrive.filter.fits(message) {
            return Ok(false);
        }
        let (cx, to) = (self.redrive.cx, self.redrive.to);
        if !self.sent.contains(&message.id) {
            let copy = Message {
                task_id: String::new(),
                body: message.body.clone(),
                group_id: message.group.clone(),
                deduplication_id: deduplication_id(&message.id),
            };
            let attributes = message.attributes.clone();
            send_with(cx, to, &copy, attributes, message.trace.as_deref()).await?;
            self.sent.insert(message.id.clone());
        }
        self.done.unsure = Some(message.id.clone());
        delete(cx, self.redrive.from, &message.handle).await?;
        self.done.unsure = None;
        self.done.moved += 1;
        (self.redrive.progress)(self.done.moved);
        Ok(true)
    }
}

/// Of the dead letter's own id: the same for a second try, and another one when the task fails again. The id that
/// the message had at first would not do: within five minutes of the first sending SQS takes a second message
/// with it and drops it.
fn deduplication_id(message_id: &str) -> String {
    format!("redrive-{message_id}")
}

/// The groups of which a receive shows no more: ten or more of their messages are held.
fn full_groups(held: &[Received]) -> Vec<String> {
    let mut groups: Vec<&str> = held.iter().map(|message| message.group.as_str()).collect();
    groups.sort_unstable();
    let full = groups.chunk_by(|one, other| one == other);
    let full = full.filter(|group| group.len() >= BATCH);
    full.filter_map(|group| group.first().map(|group| (*group).to_owned()))
        .collect()
}
