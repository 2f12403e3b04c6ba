//! Several messages: batch after batch, repeating what SQS could not take at that moment.

use std::collections::HashSet;
use std::time::Duration;

use lambda_handler::Message;
use lambda_handler::pack::batches;

use crate::queue::Queue;

/// The most rounds for the rest of one batch; the SDK's own repeats of a call come on top.
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
/// the caller's time runs out is the truth so far. After a batch that cannot be completed nothing
/// more is sent, so that no later task overtakes it.
pub(crate) async fn send_all(queue: &Queue, messages: &[&Message], sent: &mut Sent) {
    for batch in batches(messages) {
        sent.cause = send_batch(queue, batch, &mut sent.accepted).await.err();
        if sent.cause.is_some() {
            return;
        }
    }
}

async fn send_batch(
    queue: &Queue,
    mut batch: Vec<&Message>,
    accepted: &mut HashSet<String>,
) -> Result<(), String> {
    for round in 0..ROUNDS {
        let result = queue.send_batch(&batch).await;
        let is_done = |index: usize| result.accepted.contains(&index);
        let (done, rest) = batch
            .iter()
            .enumerate()
            .partition::<Vec<_>, _>(|(at, _)| is_done(*at));
        accepted.extend(done.iter().map(|(_, message)| message.task_id.clone()));
        batch = rest.into_iter().map(|(_, message)| *message).collect();
        match result.failure {
            None => return Ok(()),
            Some(failure) if !failure.is_transient || round + 1 == ROUNDS => {
                return Err(failure.cause);
            }
            Some(_) => tokio::time::sleep(PAUSE * 2_u32.pow(round)).await,
        }
    }
    Ok(())
}
