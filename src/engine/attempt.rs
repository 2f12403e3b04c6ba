//! What is to be done with one node, and the doing of it: as its resource says.

use super::node::{AnyNode, Node};
use super::{Action, Change, Cx, Error, Goal, Owner, Resource, Retained};

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
        (Owner::Foreign(reason), _) => Action::Foreign {
            reason,
            adoptable: node.resource.can_be_adopted(),
        },
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

/// Does what is `next`, once.
pub(super) async fn attempt<R: Resource>(
    node: &Node<R>,
    cx: &Cx,
    goal: Goal,
    next: &Action,
) -> Result<(), Error> {
    match next {
        Action::Create => {
            require(node)?;
            let wanted = node.resource.wanted(None);
            node.set(Some(node.resource.create(cx, wanted).await?));
        }
        Action::Update { .. } => {
            let found = node.current().ok_or_else(|| Error::Conflict(node.what()))?;
            let wanted = wanted(node, goal, &found)?;
            node.set(Some(node.resource.update(cx, found, wanted).await?));
        }
        Action::Delete | Action::Replace { allowed: true, .. } => delete(node, cx, goal).await?,
        Action::Replace { changes, .. } => {
            return Err(Error::Refused(Action::needs_replace(changes)));
        }
        Action::Foreign { reason, .. } => {
            return Err(Error::Refused(format!("it is not this stage's: {reason}")));
        }
        Action::Keep | Action::Retain { .. } => {}
    }
    Ok(())
}

/// What it is to be: as the stack wants it, or as a delete leaves it.
fn wanted<R: Resource>(node: &Node<R>, goal: Goal, found: &R::State) -> Result<R::State, Error> {
    let retained = match goal {
        Goal::Absent => node.resource.retained(found),
        Goal::Present { .. } => None,
    };
    if let Some(retained) = retained {
        return Ok(retained.state);
    }
    require(node)?;
    Ok(node.resource.wanted(Some(found)))
}

/// What it depends on was done before it; where one of these is gone again, another is at work.
fn require<R: Resource>(node: &Node<R>) -> Result<(), Error> {
    node.missing()
        .map_or(Ok(()), |what| Err(Error::Conflict(what)))
}

async fn delete<R: Resource>(node: &Node<R>, cx: &Cx, goal: Goal) -> Result<(), Error> {
    if let Some(found) = node.current() {
        match node.resource.delete(cx, found.clone()).await {
            Err(error) if error.is_not_found() => {}
            other => other?,
        }
        if goal == Goal::Absent && node.resource.retained(&found).is_some() {
            return Ok(());
        }
    }
    node.set(None);
    Ok(())
}
