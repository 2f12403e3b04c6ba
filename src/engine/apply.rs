//! The walk: every resource starts as soon as what it needs is done.

use super::{Action, Error, Event, Goal, Graph, NodeId, Plan};
use futures::stream::{FuturesUnordered, StreamExt};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use std::collections::HashMap;

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was done to each resource that was reached.
    pub done: HashMap<NodeId, Action>,
    /// The root causes, not what fell with them.
    pub failed: Vec<(String, Error)>,
    /// Not reached, because something it needs failed or Ctrl-C was pressed.
    pub skipped: Vec<String>,
}

impl Outcome {
    /// True where the ground moved under the walk: what it needed was taken away by another.
    pub fn moved(&self) -> bool {
        let moved = |error: &Error| matches!(error, Error::Moved(_)) || error.contradicts();
        !self.failed.is_empty() && self.failed.iter().all(|(_, error)| moved(error))
    }
}

/// Carries out `plan` on `graph`; on delete the edges are walked backwards.
pub async fn apply(graph: &Graph, plan: &Plan, goal: Goal) -> Outcome {
    let mut walk = Walk::new(graph, plan, goal);
    let mut running = FuturesUnordered::new();
    loop {
        for id in walk.ready() {
            let Some(node) = graph.nodes.get(id.index()) else {
                continue;
            };
            running.push(async move { (id, node.converge(goal).await) });
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
    before: Direction,
    outcome: Outcome,
    /// How many of its needs are not done yet.
    open: Vec<usize>,
    ready: Vec<NodeId>,
    started: Vec<bool>,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph, plan: &Plan, goal: Goal) -> Self {
        let before = if goal == Goal::Absent {
            Direction::Outgoing
        } else {
            Direction::Incoming
        };
        let needs = |id: NodeId| {
            graph
                .edges
                .neighbors_directed(NodeIndex::new(id.index()), before)
                .count()
        };
        let open: Vec<usize> = graph.ids().map(needs).collect();
        let ready = graph
            .ids()
            .filter(|id| open.get(id.index()) == Some(&0))
            .collect();
        let mut walk = Self {
            graph,
            before,
            outcome: Outcome::default(),
            started: vec![false; open.len()],
            open,
            ready,
        };
        walk.settle(plan, goal);
        walk
    }

    /// What goes with its parent, or is not there to delete, needs no work of its own.
    fn settle(&mut self, plan: &Plan, goal: Goal) {
        if goal != Goal::Absent {
            return;
        }
        for step in plan.steps.iter().filter(|step| !step.action.is_work()) {
            self.outcome.done.insert(step.node, step.action.clone());
        }
    }

    /// The nodes that may start now. Settled ones are passed through at once.
    fn ready(&mut self) -> Vec<NodeId> {
        let mut start = Vec::new();
        while let Some(id) = self.ready.pop() {
            if let Some(started) = self.started.get_mut(id.index()) {
                *started = true;
            }
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

    /// What lived within a resource that was made anew went with the old one.
    fn forget_inside(&self, parent: NodeId) {
        let inside = |id: &NodeId| self.graph.inside(*id) == Some(parent);
        for id in self.graph.ids().filter(inside) {
            if let Some(node) = self.graph.nodes.get(id.index()) {
                node.forget();
            }
        }
    }

    fn release(&mut self, id: NodeId) {
        let after = self.before.opposite();
        for next in self
            .graph
            .edges
            .neighbors_directed(NodeIndex::new(id.index()), after)
        {
            let Some(open) = self.open.get_mut(next.index()) else {
                continue;
            };
            *open -= 1;
            if *open == 0 {
                self.ready.push(NodeId(next.index()));
            }
        }
    }

    fn fail(&mut self, id: NodeId, error: Error) {
        let Some(node) = self.graph.nodes.get(id.index()) else {
            return;
        };
        let what = node.what();
        if !matches!(error, Error::Cancelled) {
            node.tell(Event::Failed {
                node: id,
                what: what.clone(),
                error: error.to_string(),
            });
        }
        self.outcome.failed.push((what, error));
    }

    fn end(mut self) -> Outcome {
        let skipped = self
            .graph
            .nodes
            .iter()
            .zip(&self.started)
            .filter(|(_, started)| !**started);
        self.outcome.skipped = skipped.map(|(node, _)| node.what()).collect();
        self.outcome
    }
}
