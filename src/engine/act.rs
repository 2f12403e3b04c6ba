//! What the engine does to one node, whatever its type.

use super::patience::Patience;
use super::{Action, Error, Event, Goal, Node, NodeId, Owner, Resource, Step};
use futures::future::BoxFuture;
use std::time::{Duration, Instant};

/// Successful attempts after which a resource that still differs never will be as wanted.
const MAX_ROUNDS: u32 = 5;

/// How long a create without an answer is looked for before it is tried again, where a second one
/// would make a twin. AWS does not say how late its lists may be; this is a few times what was seen.
const LOOK_AGAIN: [Duration; 4] = [
    Duration::from_millis(300),
    Duration::from_millis(600),
    Duration::from_millis(900),
    Duration::from_millis(1200),
];

/// A node without its type.
pub(super) trait Actor: Send + Sync {
    fn what(&self) -> String;
    fn observe(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// Reads it once more.
    fn observe_again(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// The step towards `goal`, from what is known now.
    fn step(&self, goal: Goal) -> Step;
    /// Takes that step, again and again until nothing is left to do.
    fn converge(&self, goal: Goal) -> BoxFuture<'_, Result<Action, Error>>;
    fn adopt(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// True where it is neither wanted nor there: not worth a word.
    fn is_nothing(&self) -> bool;
    fn details(&self) -> Vec<(&'static str, String)>;
    fn tell(&self, event: Event);
    /// Takes it for gone, because what it lives within was replaced.
    fn forget(&self);
}

impl<R: Resource> Actor for Node<R> {
    fn what(&self) -> String {
        Node::what(self)
    }

    fn observe(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(Node::observe(self))
    }

    fn observe_again(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            self.set(read_patiently(self).await?);
            Ok(())
        })
    }

    fn step(&self, goal: Goal) -> Step {
        let (kind, name) = (self.resource.kind(), self.resource.name());
        Step {
            node: self.id,
            kind,
            name,
            action: action(self, goal),
        }
    }

    fn converge(&self, goal: Goal) -> BoxFuture<'_, Result<Action, Error>> {
        Box::pin(converge(self, goal))
    }

    fn adopt(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            match self.current() {
                Some(state) => self.resource.adopt(&self.cx(), state).await,
                None => Ok(()),
            }
        })
    }

    fn is_nothing(&self) -> bool {
        !self.resource.wanted() && self.current().is_none()
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        self.current()
            .map(|state| self.resource.details(&state))
            .unwrap_or_default()
    }

    fn tell(&self, event: Event) {
        (self.runtime.events)(event);
    }

    fn forget(&self) {
        self.set(None);
    }
}

/// Reads, waiting out what passes by itself.
pub(super) async fn read_patiently<R: Resource>(node: &Node<R>) -> Result<Option<R::State>, Error> {
    let cx = node.cx();
    let mut patience = Patience::new(cx.max_wait());
    loop {
        match node.resource.read(&cx).await {
            Ok(state) => return Ok(state),
            Err(error) => patience.after(error, &cx).await?,
        }
    }
}

fn action<R: Resource>(node: &Node<R>, goal: Goal) -> Action {
    let wanted = node.resource.wanted();
    let goal = if wanted { goal } else { Goal::Absent };
    let Some(state) = node.current() else {
        return match goal {
            Goal::Present { .. } => Action::Create,
            Goal::Absent => Action::Keep,
        };
    };
    match node.resource.owner(&state) {
        Owner::Foreign(_) if !wanted => return Action::Keep,
        Owner::Foreign(reason) => return Action::Foreign { reason },
        Owner::Ours => {}
    }
    match goal {
        Goal::Absent => match node.resource.retained(&state) {
            Some(reason) => Action::Retain { reason },
            None => Action::Delete,
        },
        Goal::Present { replace } => {
            let changes = node.resource.diff(&state);
            match changes {
                _ if changes.is_empty() => Action::Keep,
                _ if changes.iter().any(|change| change.replace) => Action::Replace {
                    allowed: replace
                        || changes
                            .iter()
                            .all(|change| change.freely || !change.replace),
                    changes,
                },
                _ => Action::Update { changes },
            }
        }
    }
}

/// After a failed attempt the node is read again and looked at afresh: an answer that was lost,
/// a twin that was faster and a change that was half made are all the same case.
async fn converge<R: Resource>(node: &Node<R>, goal: Goal) -> Result<Action, Error> {
    let (cx, started) = (node.cx(), Instant::now());
    let mut patience = Patience::new(cx.max_wait());
    let (mut done, mut rounds) = (Action::Keep, 0);
    loop {
        cx.go_on()?;
        let next = action(node, goal);
        rounds += 1;
        if rounds > MAX_ROUNDS {
            return Err(Error::Failed(format!(
                "AWS accepts the change but does not keep it: {}",
                next.summary()
            )));
        }
        if !next.is_work() {
            let outcome = if done.is_work() { done } else { next };
            let (node, what) = (cx.node(), cx.what().to_owned());
            cx.send(Event::Finished {
                node,
                what,
                action: outcome.clone(),
                elapsed: started.elapsed(),
            });
            return Ok(outcome);
        }
        if !done.is_work() {
            cx.send(Event::Started {
                node: node.id,
                what: cx.what().to_owned(),
                action: next.doing(),
            });
        }
        if let Err(error) = attempt(node, &cx, &next).await {
            let unclear = error.is_unclear() && node.resource.can_have_twins();
            patience.after(error, &cx).await?;
            node.set(read_patiently(node).await?);
            if unclear {
                look_again(node, goal, &next).await?;
            }
            rounds = 0;
        }
        done = done.or(next);
    }
}

/// Waits until something is seen to have come of `tried`, or so long that nothing will.
async fn look_again<R: Resource>(node: &Node<R>, goal: Goal, tried: &Action) -> Result<(), Error> {
    for pause in LOOK_AGAIN {
        if action(node, goal) != *tried {
            return Ok(());
        }
        node.cx().pause(pause).await?;
        node.set(read_patiently(node).await?);
    }
    Ok(())
}

async fn attempt<R: Resource>(node: &Node<R>, cx: &super::Cx, next: &Action) -> Result<(), Error> {
    let gone = || Error::Moved(node.what());
    match next {
        Action::Create => node.set(Some(node.resource.create(cx).await?)),
        Action::Update { changes } => {
            let state = node.current().ok_or_else(gone)?;
            node.set(Some(node.resource.update(cx, state, changes).await?));
        }
        Action::Delete => delete(node, cx).await?,
        Action::Replace { allowed: true, .. } => delete(node, cx).await?,
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

async fn delete<R: Resource>(node: &Node<R>, cx: &super::Cx) -> Result<(), Error> {
    if let Some(state) = node.current() {
        match node.resource.delete(cx, state).await {
            Err(error) if error.is_not_found() => {}
            other => other?,
        }
    }
    node.set(None);
    Ok(())
}

impl NodeId {
    /// Its place in the graph's lists.
    pub(super) fn index(self) -> usize {
        self.0
    }
}
