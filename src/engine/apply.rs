//! The walk: every resource starts as soon as what it depends on is done.

use super::reconcile::reconcile;
use super::{Action, Error, Event, Goal, Graph, NodeId, Plan};
use futures::stream::{FuturesUnordered, StreamExt};
use std::collections::BTreeMap;

/// What became of a plan.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What was done to each resource that was reached.
    pub done: BTreeMap<NodeId, Action>,
    /// The root causes, not what fell with them.
    pub failed: Vec<(String, Error)>,
    /// Not reached, because something it depends on failed or Ctrl-C was pressed.
    pub skipped: Vec<String>,
}

impl Outcome {
    /// True where somebody else changed, meanwhile, what the walk was at.
    pub(super) fn is_conflict(&self) -> bool {
        let mut failed = self.failed.iter();
        !self.failed.is_empty() && failed.all(|(_, error)| error.is_conflict())
    }
}

/// Carries out `plan` on `graph`; on delete the edges are walked backwards.
pub(super) async fn apply(graph: &Graph, plan: &Plan, goal: Goal) -> Outcome {
    let mut walk = Walk::new(graph, plan, goal);
    let mut running = FuturesUnordered::new();
    loop {
        for id in walk.ready() {
            running.push(async move { (id, reconcile(graph.node(id), goal).await) });
        }
        let Some((id, result)) = running.next().await else {
            break;
        };
        walk.finish(id, result);
    }
    walk.end()
}

struct Walk<'a> {
    graph: &'a Graph,
    outcome: Outcome,
    places: Vec<Place>,
    ready: Vec<NodeId>,
}

/// One node on the way.
#[derive(Default)]
struct Place {
    /// How many of those before it are not done yet.
    open: usize,
    /// Those that wait for it.
    after: Vec<NodeId>,
    started: bool,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph, plan: &Plan, goal: Goal) -> Self {
        let places = places(graph, goal);
        let ready = graph.ids().filter(|id| places[id.0].open == 0).collect();
        let mut outcome = Outcome::default();
        if goal == Goal::Absent {
            // What goes with its parent, or is not there to delete, needs no work of its own.
            let idle = plan.steps.iter().filter(|step| !step.action.is_work());
            outcome.done = idle.map(|step| (step.node, step.action.clone())).collect();
        }
        let left = graph.ids().filter(|id| !graph.is_worked_on(*id));
        outcome.done.extend(left.map(|id| (id, Action::Keep)));
        Self {
            graph,
            outcome,
            places,
            ready,
        }
    }

    /// The nodes that may start now. Those that are done before they start are passed through.
    fn ready(&mut self) -> Vec<NodeId> {
        let mut start = Vec::new();
        while let Some(id) = self.ready.pop() {
            self.places[id.0].started = true;
            if self.outcome.done.contains_key(&id) {
                self.release(id);
            } else {
                start.push(id);
            }
        }
        start
    }

    fn finish(&mut self, id: NodeId, result: Result<Action, Error>) {
        match result {
            Ok(action) => {
                if matches!(action, Action::Replace { .. }) {
                    self.forget_inside(id);
                }
                self.outcome.done.insert(id, action);
                self.release(id);
            }
            Err(error) => self.fail(id, error),
        }
    }

    /// What lived within a resource that was replaced went with the old one.
    fn forget_inside(&self, parent: NodeId) {
        let graph = self.graph;
        let inside = graph.ids().filter(|id| graph.inside(*id) == Some(parent));
        inside.for_each(|id| graph.node(id).forget());
    }

    fn release(&mut self, id: NodeId) {
        for next in std::mem::take(&mut self.places[id.0].after) {
            let place = &mut self.places[next.0];
            place.open -= 1;
            if place.open == 0 {
                self.ready.push(next);
            }
        }
    }

    fn fail(&mut self, id: NodeId, error: Error) {
        let node = self.graph.node(id);
        let what = node.what();
        if !matches!(error, Error::Cancelled) {
            node.send(Event::Failed {
                what: what.clone(),
                error: error.to_string(),
            });
        }
        self.outcome.failed.push((what, error));
    }

    fn end(mut self) -> Outcome {
        let ids = self.graph.ids();
        let skipped = ids.filter(|id| !self.places[id.0].started);
        self.outcome.skipped = skipped.map(|id| self.graph.node(id).what()).collect();
        // What is neither wanted nor there was not kept.
        let graph = self.graph;
        let counts =
            |id: &NodeId, action: &Action| action.is_work() || !graph.node(*id).is_nothing();
        let counts = |id: &NodeId, action: &Action| graph.is_worked_on(*id) && counts(id, action);
        self.outcome.done.retain(|id, action| counts(id, action));
        self.outcome
    }
}

/// The order of the walk: what is depended on first, or last on delete.
fn places(graph: &Graph, goal: Goal) -> Vec<Place> {
    let mut places: Vec<Place> = graph.ids().map(|_| Place::default()).collect();
    for id in graph.ids() {
        for dependency in graph.depends_on(id) {
            let (first, then) = match goal {
                Goal::Present { .. } => (*dependency, id),
                Goal::Absent => (id, *dependency),
            };
            places[first.0].after.push(then);
            places[then.0].open += 1;
        }
    }
    places
}
