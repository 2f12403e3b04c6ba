//! The engine's way with one node, whatever its type: look, compare, do what is missing, until nothing is.

use super::node::AnyNode;
use super::retry::Retry;
use super::{Action, Cx, Error, Event, Goal};
use std::time::Duration;
use tokio::time::Instant;

/// Successful attempts after which a resource that still differs never will be as wanted.
const MAX_ROUNDS: u32 = 5;

/// How long a create without an answer is looked for before it is tried again, where a second one
/// would make a duplicate. AWS does not say how late its lists may be; this is a few times what was
/// seen.
const LOOK_AGAIN: [Duration; 4] = [
    Duration::from_millis(300),
    Duration::from_millis(600),
    Duration::from_millis(900),
    Duration::from_millis(1200),
];

/// Takes a node to `goal`. After a failed attempt it is read again and looked at afresh: an answer
/// that was lost, a duplicate that was faster and a change that was half made are all the same case.
pub(super) async fn reconcile(node: &dyn AnyNode, goal: Goal) -> Result<Action, Error> {
    let mut work = Work::new(node, goal);
    loop {
        work.cx.go_on()?;
        let next = node.action(goal);
        if !next.is_work() {
            return Ok(work.finish(next));
        }
        work.begin_round(&next)?;
        match work.attempt(&next).await {
            Ok(()) => {}
            Err(error) => work.recover(error, &next).await?,
        }
        work.done = work.done.or(next);
    }
}

/// The work on one node.
struct Work<'a> {
    node: &'a dyn AnyNode,
    goal: Goal,
    cx: Cx,
    retry: Retry,
    started: Instant,
    done: Action,
    rounds: u32,
}

impl<'a> Work<'a> {
    fn new(node: &'a dyn AnyNode, goal: Goal) -> Self {
        Self {
            node,
            goal,
            cx: node.cx(),
            retry: Retry::new(),
            started: Instant::now(),
            done: Action::Keep,
            rounds: 0,
        }
    }

    fn begin_round(&mut self, next: &Action) -> Result<(), Error> {
        self.rounds += 1;
        if self.rounds > MAX_ROUNDS {
            return Err(Error::Failed(format!(
                "AWS accepts the change but does not keep it: {}",
                next.summary()
            )));
        }
        if !self.done.is_work() {
            self.cx.send(Event::Started {
                what: self.cx.what().to_owned(),
                action: next.doing(),
            });
        }
        Ok(())
    }

    async fn attempt(&self, next: &Action) -> Result<(), Error> {
        self.cx.budget().begin_attempt();
        self.node.attempt(&self.cx, self.goal, next).await
    }

    /// Waits, where that may help, and reads again.
    async fn recover(&mut self, error: Error, tried: &Action) -> Result<(), Error> {
        let unclear = error.is_unclear() && self.node.can_have_duplicates();
        self.retry.after(error, &self.cx).await?;
        self.node.observe_again().await?;
        if unclear {
            self.look_again(tried).await?;
        }
        if self.node.action(self.goal) != *tried {
            self.cx.budget().renew();
        }
        self.rounds = 0;
        Ok(())
    }

    /// Waits until something is seen to have come of `tried`, or so long that nothing will.
    async fn look_again(&self, tried: &Action) -> Result<(), Error> {
        for pause in LOOK_AGAIN {
            if self.node.action(self.goal) != *tried {
                return Ok(());
            }
            self.cx.pause(pause).await?;
            self.node.observe_again().await?;
        }
        Ok(())
    }

    fn finish(self, last: Action) -> Action {
        // A delete that AWS did not take, or that was put off, is none.
        let action = match last {
            Action::Retain { .. } => last,
            last => self.done.or(last),
        };
        self.cx.send(Event::Finished {
            what: self.cx.what().to_owned(),
            action: action.clone(),
            elapsed: self.started.elapsed(),
        });
        action
    }
}
