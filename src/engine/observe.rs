//! Every read at once. A read that needs another's answer (a stage needs its API's id) waits
//! for just that one.

use super::{Error, Graph, NodeId};
use futures::future::join_all;

/// Reads every resource of `graph`.
///
/// # Errors
/// The first error by the graph's order, with the resource that it befell.
pub(crate) async fn observe(graph: &Graph) -> Result<(), (String, Error)> {
    let ids: Vec<NodeId> = graph.ids().collect();
    observe_some(graph, &ids).await
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
