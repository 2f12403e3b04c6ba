//! What waits for what, without what follows from the rest.

use super::Shown;
use crate::engine::{Graph, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// What `node` waits for of what is shown. In the place of what is not shown stands what that waits for.
pub(super) fn shown(graph: &Graph, node: NodeId, places: &BTreeMap<NodeId, usize>) -> Vec<usize> {
    let (mut found, mut left) = (BTreeSet::new(), graph.waits_for(node).to_vec());
    while let Some(before) = left.pop() {
        match places.get(&before) {
            Some(place) => drop(found.insert(*place)),
            None => left.extend(graph.waits_for(before)),
        }
    }
    found.into_iter().collect()
}

/// Takes out each line that others lead along: what waits for the stage waits for the stage's API.
pub(super) fn reduce(resources: &mut [Shown]) {
    let mut all: Vec<BTreeSet<usize>> = Vec::new();
    // What a resource waits for comes before it.
    for resource in resources.iter() {
        let direct = resource.waits_for.iter().copied();
        let beyond = direct
            .clone()
            .flat_map(|at| all.get(at).cloned().unwrap_or_default());
        all.push(direct.chain(beyond).collect());
    }
    for resource in resources {
        let direct = resource.waits_for.clone();
        let follows = |at: &usize| {
            let mut others = direct.iter().filter(|other| *other != at);
            others.any(|other| all.get(*other).is_some_and(|beyond| beyond.contains(at)))
        };
        resource.waits_for.retain(|at| !follows(at));
    }
}

/// The column of each resource: one more than the last of what it waits for.
pub(super) fn columns(resources: &[Shown]) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    for resource in resources {
        let before = resource.waits_for.iter().filter_map(|at| columns.get(*at));
        columns.push(before.max().map_or(0, |last| last + 1));
    }
    columns
}
