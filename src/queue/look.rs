//! A look at a queue's messages, which are given back.

use super::Received;
use super::calls::{BATCH, give_back, receive};
use crate::engine::{Cx, Error};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a message is hidden while others are looked at, in seconds: a look that is killed gives it back
/// after this.
const HOLD: i32 = 10;

/// After this no more is received, so that what was received first is not back before it is given back.
const LOOK: Duration = Duration::from_secs(5);

/// What was seen.
pub(crate) struct Look {
    /// In the order in which SQS gave them: within a group, that of the queue.
    pub messages: Vec<Received>,
    /// The look ended early: another one may use up a message's last receive.
    pub stopped: bool,
    /// Messages that could not be given back and come back by themselves within [`HOLD`] seconds.
    pub held: usize,
}

/// Looks at up to `count` messages. They are hidden until all are seen: a FIFO queue gives no more than ten of
/// a group while these are hidden, and without hiding them it would give the same ten again and again.
///
/// With `max_receives` it receives no more once a message has no receive to spare: one more look at it, and a
/// worker would not get it any more. How often a message was received is told by a receive alone, so that
/// what this one used up can be said and not be undone.
///
/// # Errors
/// What AWS answers; what was received until then is given back.
pub(crate) async fn look(
    cx: &Cx,
    url: &str,
    count: usize,
    max_receives: Option<u32>,
    cancel: &CancellationToken,
) -> Result<Look, Error> {
    let began = Instant::now();
    let (mut messages, mut seen) = (Vec::new(), HashSet::new());
    let mut ended = Ok(false);
    while messages.len() < count && began.elapsed() < LOOK && !cancel.is_cancelled() {
        let most = (count - messages.len()).min(BATCH);
        let batch = match receive(cx, url, most, HOLD).await {
            Ok(batch) if batch.is_empty() => break,
            Ok(batch) => batch,
            Err(error) => {
                ended = Err(error);
                break;
            }
        };
        let at_the_edge = batch
            .iter()
            .any(|message| is_at_edge(message, max_receives));
        messages.extend(batch.into_iter().filter(|one| seen.insert(one.id.clone())));
        if at_the_edge {
            ended = Ok(true);
            break;
        }
    }
    let held = give_back(cx, url, &messages).await;
    ended.map(|stopped| Look {
        messages,
        stopped,
        held,
    })
}

/// True where one more look would be the last receive that a worker has, or was it already.
fn is_at_edge(message: &Received, max_receives: Option<u32>) -> bool {
    max_receives.is_some_and(|most| message.receives.saturating_add(1) >= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_ends_while_a_worker_still_gets_the_message() {
        let received = |times| Received::of_tests("m", "", times);
        assert!(!is_at_edge(&received(3), Some(5)));
        assert!(is_at_edge(&received(4), Some(5)));
        assert!(is_at_edge(&received(5), Some(5)));
        assert!(!is_at_edge(&received(900), None));
    }
}
