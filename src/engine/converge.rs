//! The loop: observe, plan, apply, settle, until nothing is left to do.

use super::apply::apply;
use super::observe::{observe_again, observe_for};
use super::{Action, Error, Event, Goal, Graph, NodeId, Outcome, Plan, Runtime};
use futures::TryFutureExt;
use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// Rounds after which a graph that others keep changing is given up.
const MAX_ROUNDS: u32 = 8;

/// The pauses between looks at what was made, while AWS's lists miss it.
const SEEN_AFTER: [Duration; 5] = [
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_millis(1500),
    Duration::from_millis(2500),
    Duration::from_millis(4000),
];

/// The age at which what was read is read once more before a plan is made of it.
const STALE: Duration = Duration::from_secs(5);

/// What was done, by resource.
pub(crate) type Done = BTreeMap<NodeId, Action>;

/// A graph that is as it was wanted, with what it was built into.
pub(crate) struct Converged<S> {
    pub stack: S,
    /// What earlier rounds worked on, before somebody else's change was seen.
    pub earlier: Vec<S>,
    /// The plan from here on: where all is done it holds what a delete leaves, and no work.
    pub left: Plan,
    pub done: Done,
    /// From the first permission to the end.
    pub took: Duration,
}

impl<S> Converged<S> {
    /// How many resources had this done to them.
    pub(crate) fn count(&self, done: &str) -> usize {
        let done = |action: &&Action| action.done() == done;
        self.done.values().filter(done).count()
    }
}

/// Why a graph is not as it was wanted.
pub(crate) enum Stopped<E> {
    /// It could not be built, or the plan was not permitted.
    Refused(E),
    /// A resource, by name, could not be read.
    Unread(String, Error),
    /// The walk did not reach its goal; with the first plan, and all that was done.
    Failed(Outcome, Plan, Done),
    /// Somebody else keeps changing it.
    Contended,
}

/// Takes what `build` builds to `goal`. It is built afresh for each round, and `permit` is asked
/// with each round's plan before anything is changed. The first plan waits for `ready`, which runs
/// beside the reads.
///
/// # Errors
/// See [`Stopped`].
pub(crate) async fn converge<S: AsRef<Graph>, E>(
    goal: Goal,
    build: impl Fn() -> Result<S, E>,
    ready: impl Future<Output = Result<(), E>>,
    permit: impl AsyncFn(&Plan) -> Result<(), E>,
) -> Result<Converged<S>, Stopped<E>> {
    let mut rounds = Rounds::new(goal);
    let mut stack = observed(goal, &build, ready).await?;
    let mut started = None;
    loop {
        let graph = stack.as_ref();
        let plan = Plan::new(graph, goal);
        permit(&plan).await.map_err(Stopped::Refused)?;
        let started = *started.get_or_insert_with(Instant::now);
        rounds.nothing_twice(graph, &plan).await?;
        if rounds.run(graph, plan).await? {
            return Ok(rounds.end(stack, started.elapsed()));
        }
        rounds.pause(graph.runtime()).await?;
        let next = observed(goal, &build, async { Ok(()) }).await?;
        rounds.earlier.push(std::mem::replace(&mut stack, next));
    }
}

/// What `build` builds, read as far as `goal` asks for it while `ready` runs. Where that took its time, what was read is read
/// once more: meanwhile somebody else may have been at work.
///
/// # Errors
/// [`Stopped::Refused`] with what `build` or `ready` answer, [`Stopped::Unread`]. Whichever comes
/// first ends the other.
pub(crate) async fn observed<S: AsRef<Graph>, E>(
    goal: Goal,
    build: impl Fn() -> Result<S, E>,
    ready: impl Future<Output = Result<(), E>>,
) -> Result<S, Stopped<E>> {
    let fresh = || async {
        let stack = build().map_err(Stopped::Refused)?;
        observe_for(stack.as_ref(), goal).await.map_err(unread)?;
        Ok((stack, Instant::now()))
    };
    let ready = ready.map_err(Stopped::Refused);
    let ((stack, seen), ()) = futures::try_join!(fresh(), ready)?;
    match seen.elapsed() > STALE {
        true => Ok(fresh().await?.0),
        false => Ok(stack),
    }
}

fn unread<E>((what, error): (String, Error)) -> Stopped<E> {
    Stopped::Unread(what, error)
}

struct Rounds<S> {
    goal: Goal,
    round: u32,
    first: Plan,
    done: Done,
    /// What was made by an id of its own.
    made: BTreeMap<NodeId, String>,
    earlier: Vec<S>,
}

impl<S: AsRef<Graph>> Rounds<S> {
    fn new(goal: Goal) -> Self {
        Self {
            goal,
            round: 0,
            first: Plan { steps: Vec::new() },
            done: Done::new(),
            made: BTreeMap::new(),
            earlier: Vec::new(),
        }
    }

    /// A thing that was made and that no list shows, though it is there, would be made once more in
    /// each round. Where AWS hides what tells it for ours, such as its tags, only a person can help.
    async fn nothing_twice<E>(&self, graph: &Graph, plan: &Plan) -> Result<(), Stopped<E>> {
        let creates = plan.steps.iter();
        let creates = creates.filter(|step| step.action == Action::Create);
        for step in creates {
            let Some(id) = self.made.get(&step.node) else {
                continue;
            };
            let node = graph.node(step.node);
            let exists = node.exists(id).await;
            if exists.map_err(|error| Stopped::Unread(node.what(), error))? {
                let mut outcome = Outcome::default();
                outcome.failed.push((node.what(), unseen(id)));
                return Err(Stopped::Failed(
                    outcome,
                    self.first.clone(),
                    self.done.clone(),
                ));
            }
        }
        Ok(())
    }

    /// One round; true where nothing is left to do.
    async fn run<E>(&mut self, graph: &Graph, plan: Plan) -> Result<bool, Stopped<E>> {
        self.round += 1;
        let outcome = apply(graph, &plan, self.goal).await;
        if self.round == 1 {
            self.first = plan;
        }
        for (node, action) in &outcome.done {
            let before = self.done.entry(*node).or_insert(Action::Keep);
            *before = std::mem::replace(before, Action::Keep).or(action.clone());
            if *action == Action::Create {
                let id = graph.node(*node).aws_id();
                self.made.extend(id.map(|id| (*node, id)));
            }
        }
        if outcome.failed.is_empty() {
            return match self.goal {
                Goal::Absent => Ok(true),
                Goal::Present { .. } => settled(graph, &outcome, self.goal).await.map_err(unread),
            };
        }
        match outcome.is_conflict() && self.round < MAX_ROUNDS {
            true => Ok(false),
            false => Err(Stopped::Failed(
                outcome,
                self.first.clone(),
                self.done.clone(),
            )),
        }
    }

    /// Where somebody else is at work on the same graph, whoever waits longer sees the other's result.
    async fn pause<E>(&self, runtime: &Runtime) -> Result<(), Stopped<E>> {
        if self.round >= MAX_ROUNDS {
            return Err(Stopped::Contended);
        }
        let text = "the stage has changed meanwhile: looking again";
        (runtime.events)(Event::Note(text.to_owned()));
        let apart = u64::from(std::process::id() % 200);
        let pause = Duration::from_millis(u64::from(self.round) * 300 + apart);
        let paused = runtime.cx("the stage").pause(pause).await;
        paused.map_err(|error| Stopped::Unread("the stage".to_owned(), error))
    }

    fn end(self, stack: S, took: Duration) -> Converged<S> {
        Converged {
            left: Plan::new(stack.as_ref(), self.goal),
            stack,
            took,
            earlier: self.earlier,
            done: self.done,
        }
    }
}

fn unseen(id: &str) -> Error {
    Error::Failed(format!(
        "it was made ({id}), but AWS's list does not show it with its tags, and nothing is made twice. \
         See whether these credentials may read tags, and run the command again in a few minutes"
    ))
}

/// True where what was made is what every other deploy takes for this stage's, and nothing else
/// is there beside it. Whoever made or changed something looks at it afterwards: so the last one
/// of several that run at once sees the whole, and either it is right or that one puts it right.
async fn settled(graph: &Graph, outcome: &Outcome, goal: Goal) -> Result<bool, (String, Error)> {
    let made = |id: &NodeId| outcome.done.get(id).is_some_and(Action::is_work);
    let mut worked = graph.ids().filter(made);
    let calls_for_a_look = |id| {
        let node = graph.node(id);
        node.can_have_duplicates() || node.reopens()
    };
    if !worked.any(calls_for_a_look) {
        return Ok(true);
    }
    let watched: Vec<NodeId> = graph
        .worked_on()
        .filter(|id| graph.node(*id).settles())
        .collect();
    let ids = || -> Vec<_> { watched.iter().map(|id| graph.node(*id).aws_id()).collect() };
    let (before, cx) = (ids(), graph.runtime().cx("the stage"));
    for pause in SEEN_AFTER {
        observe_again(graph, &watched).await?;
        let steps = watched.iter().map(|id| graph.node(*id).step(goal));
        let steps: Vec<_> = steps.collect();
        // A list that misses what was just made: to make it again would be a duplicate.
        if steps.iter().all(|step| step.action != Action::Create) {
            let done = !steps.iter().any(|step| step.action.is_work());
            return Ok(done && ids() == before);
        }
        let paused = cx.pause(pause).await;
        paused.map_err(|error| ("the stage".to_owned(), error))?;
    }
    Ok(false)
}
