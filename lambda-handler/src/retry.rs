//! Several messages: batches side by side where no order is broken by it, repeating what SQS could not take
//! at that moment.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use futures::future::join_all;
use lambda_handler::Message;
use lambda_handler::pack::{batches, waves};

use crate::queue::Queue;

/// The most rounds for the rest of one batch; the repeats of a call come on top.
const ROUNDS: u32 = 5;

/// The first pause between rounds; it doubles.
const PAUSE: Duration = Duration::from_millis(50);

/// What became of several messages.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The ids of the tasks whose messages are on the queue.
    pub accepted: HashSet<String>,
    /// Why it ended before all of them were.
    pub cause: Option<String>,
}

/// Sends all messages in their order, adding to `sent` what SQS has accepted: what is there when
/// the caller's time runs out is the truth so far. After a wave with a batch that cannot be completed
/// nothing more is sent, so that no later task of its groups overtakes it.
pub(crate) async fn send_all(queue: &Queue, messages: &[&Message], sent: &mut Sent) {
    for wave in waves(batches(messages)) {
        let accepted = RefCell::new(&mut sent.accepted);
        let calls = wave
            .into_iter()
            .map(|batch| send_batch(queue, batch, &accepted));
        let results = join_all(calls).await;
        sent.cause = results.into_iter().find_map(Result::err);
        if sent.cause.is_some() {
            return;
        }
    }
}

/// Whether a message after the one at `index` was accepted in its group: sent again, the task would run after that one.
fn is_overtaken(batch: &[&Message], index: usize, accepted: &[usize]) -> bool {
    let group = &batch[index].group_id;
    let mut later = accepted.iter().filter(|at| **at > index);
    later.any(|at| {
        batch
            .get(*at)
            .is_some_and(|message| message.group_id == *group)
    })
}

/// Repeats what may still be taken, but for what a later task of its group has overtaken.
///
/// # Errors
/// Why SQS has not taken all of them.
async fn send_batch(
    queue: &Queue,
    mut batch: Vec<&Message>,
    accepted: &RefCell<&mut HashSet<String>>,
) -> Result<(), String> {
    // Why SQS did not take what cannot be sent again.
    let mut overtaken = None;
    for round in 0..ROUNDS {
        let result = queue.send_batch(&batch).await;
        let mut rest = Vec::new();
        for (index, message) in batch.iter().enumerate() {
            if result.accepted.contains(&index) {
                accepted.borrow_mut().insert(message.task_id.clone());
            } else if is_overtaken(&batch, index, &result.accepted) {
                overtaken = result.failure.as_ref().map(|failure| failure.cause.clone());
            } else {
                rest.push(*message);
            }
        }
        batch = rest;
        match result.failure.filter(|_| !batch.is_empty()) {
            None => break,
            Some(failure) if !failure.is_transient || round + 1 == ROUNDS => {
                return Err(failure.cause);
            }
            Some(_) => tokio::time::sleep(PAUSE * 2_u32.pow(round)).await,
        }
    }
    overtaken.map_or(Ok(()), Err)
}
