//! What the engine does to one node, whatever its type: look, compare, do what is missing.

use super::node::{AnyNode, Node};
use super::retry::Retry;
use super::{Action, Change, Cx, Error, Event, Goal, Owner, Resource, Retained};
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

/// What is to be done with a node, from what is known of it.
pub(super) fn action<R: Resource>(node: &Node<R>, goal: Goal) -> Action {
    let is_wanted = node.resource.is_wanted();
    let goal = if is_wanted { goal } else { Goal::Absent };
    let Some(found) = node.current() else {
        return match goal {
            Goal::Present { .. } => Action::Create,
            Goal::Absent => Action::Keep,
        };
    };
    match (node.resource.owner(&found), goal) {
        (Owner::Foreign(_), _) if !is_wanted => Action::Keep,
        (Owner::Foreign(reason), Goal::Absent) => Action::Retain {
            reason: format!("it is not this stage's: {reason}"),
            foreign: true,
        },
        (Owner::Foreign(reason), _) => Action::Foreign { reason },
        (Owner::Ours, Goal::Absent) => match node.resource.retained(&found) {
            Some(retained) => leave(node, &found, retained),
            None => Action::Delete,
        },
        (Owner::Ours, Goal::Present { replace }) => {
            let wanted = node.resource.wanted(Some(&found));
            change(node.resource.diff(&found, &wanted), replace)
        }
    }
}

/// What stays loses this stage's part first.
fn leave<R: Resource>(node: &Node<R>, found: &R::State, retained: Retained<R::State>) -> Action {
    let changes = node.resource.diff(found, &retained.state);
    match changes.is_empty() {
        true => Action::Retain {
            reason: retained.reason,
            foreign: false,
        },
        false => Action::Update { changes },
    }
}

fn change(changes: Vec<Change>, replace: bool) -> Action {
    let mut replacing = changes.iter().filter(|change| change.replace).peekable();
    if replacing.peek().is_some() {
        let allowed = replace || replacing.all(|change| change.lossless);
        return Action::Replace { changes, allowed };
    }
    match changes.is_empty() {
        true => Action::Keep,
        false => Action::Update { changes },
    }
}

/// Takes a node to `goal`. After a failed attempt it is read again and looked at afresh: an answer
/// that was lost, a duplicate that was faster and a change that was half made are all the same case.
pub(super) async fn reconcile<R: Resource>(node: &Node<R>, goal: Goal) -> Result<Action, Error> {
    let mut work = Work::new(node, goal);
    loop {
        work.cx.go_on()?;
        let next = action(node, goal);
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
struct Work<'a, R: Resource> {
    node: &'a Node<R>,
    goal: Goal,
    cx: Cx,
    retry: Retry,
    started: Instant,
    done: Action,
    rounds: u32,
}

impl<'a, R: Resource> Work<'a, R> {
    fn new(node: &'a Node<R>, goal: Goal) -> Self {
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
        let (node, cx) = (self.node, &self.cx);
        cx.budget().begin_attempt();
        match next {
            Action::Create => {
                self.require()?;
                let wanted = node.resource.wanted(None);
                node.set(Some(node.resource.create(cx, wanted).await?));
            }
            Action::Update { .. } => {
                let found = node.current().ok_or_else(|| Error::Conflict(node.what()))?;
                let wanted = self.wanted(&found)?;
                node.set(Some(node.resource.update(cx, found, wanted).await?));
            }
            Action::Delete | Action::Replace { allowed: true, .. } => self.delete().await?,
            Action::Replace { changes, .. } => {
                return Err(Error::Refused(Action::needs_replace(changes)));
            }
            Action::Foreign { reason } => {
                return Err(Error::Refused(format!("it is not this stage's: {reason}")));
            }
            Action::Keep | Action::Retain { .. } => {}
        }
        Ok(())
    }

    /// What it is to be: as the stack wants it, or as a delete leaves it.
    fn wanted(&self, found: &R::State) -> Result<R::State, Error> {
        let resource = &self.node.resource;
        let retained = match self.goal {
            Goal::Absent => resource.retained(found),
            Goal::Present { .. } => None,
        };
        if let Some(retained) = retained {
            return Ok(retained.state);
        }
        self.require()?;
        Ok(resource.wanted(Some(found)))
    }

    /// What it depends on was done before it; where one of these is gone again, another is at work.
    fn require(&self) -> Result<(), Error> {
        self.node
            .missing()
            .map_or(Ok(()), |what| Err(Error::Conflict(what)))
    }

    async fn delete(&self) -> Result<(), Error> {
        let resource = &self.node.resource;
        if let Some(found) = self.node.current() {
            match resource.delete(&self.cx, found.clone()).await {
                Err(error) if error.is_not_found() => {}
                other => other?,
            }
            if self.goal == Goal::Absent && resource.retained(&found).is_some() {
                return Ok(());
            }
        }
        self.node.set(None);
        Ok(())
    }

    /// Waits, where that may help, and reads again.
    async fn recover(&mut self, error: Error, tried: &Action) -> Result<(), Error> {
        let unclear = error.is_unclear() && self.node.resource.can_have_duplicates();
        self.retry.after(error, &self.cx).await?;
        self.node.observe_again().await?;
        if unclear {
            self.look_again(tried).await?;
        }
        if action(self.node, self.goal) != *tried {
            self.cx.budget().renew();
        }
        self.rounds = 0;
        Ok(())
    }

    /// Waits until something is seen to have come of `tried`, or so long that nothing will.
    async fn look_again(&self, tried: &Action) -> Result<(), Error> {
        for pause in LOOK_AGAIN {
            if action(self.node, self.goal) != *tried {
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
