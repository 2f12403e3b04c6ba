//! Every read at once. A read that needs another's answer (a stage needs its API's id) waits
//! for just that one.

use super::{Error, Goal, Graph, NodeId};
use futures::future::join_all;

/// Reads every resource of `graph` that is worked on.
///
/// # Errors
/// The first error by the graph's order, with the resource that it befell.
pub(crate) async fn observe(graph: &Graph) -> Result<(), (String, Error)> {
    let ids: Vec<NodeId> = graph.worked_on().collect();
    observe_some(graph, &ids).await
}

/// Reads what `goal` has to know of. What lives in something that is to be deleted goes with it, and in
/// something that is somebody else's it stays: nobody has to look at it.
///
/// # Errors
/// As [`observe`].
pub(super) async fn observe_for(graph: &Graph, goal: Goal) -> Result<(), (String, Error)> {
    if goal != Goal::Absent {
        return observe(graph).await;
    }
    let inside = |id: &NodeId| graph.inside(*id);
    let (mut children, roots): (Vec<NodeId>, _) = graph.ids().partition(|id| inside(id).is_some());
    observe_some(graph, &roots).await?;
    children.retain(|id| {
        let parent = inside(id).map(|parent| graph.node(parent).step(goal).action);
        !parent.is_some_and(|action| action.decides_for_all_inside())
    });
    observe_some(graph, &children).await
}

/// Reads the resources named, and what they need to be read.
///
/// # Errors
/// As [`observe`].
pub(crate) async fn observe_some(graph: &Graph, ids: &[NodeId]) -> Result<(), (String, Error)> {
    let reads = ids.iter().map(|id| graph.node(*id).observe());
    first_error(graph, ids, join_all(reads).await)
}

/// Reads the resources named once more, whatever is known of them.
///
/// # Errors
/// As [`observe`].
pub(super) async fn observe_again(graph: &Graph, ids: &[NodeId]) -> Result<(), (String, Error)> {
    let reads = ids.iter().map(|id| graph.node(*id).observe_again());
    first_error(graph, ids, join_all(reads).await)
}

fn first_error(
    graph: &Graph,
    ids: &[NodeId],
    reads: Vec<Result<(), Error>>,
) -> Result<(), (String, Error)> {
    let mut reads = ids.iter().zip(reads);
    reads.try_for_each(|(id, read)| read.map_err(|error| (graph.node(*id).what(), error)))
}
