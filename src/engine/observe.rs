//! Every read at once. A read that needs another's answer (a stage needs its API's id) waits
//! for just that one.

use super::{Error, Graph, NodeId};
use futures::future::join_all;

/// Reads every resource of `graph`.
///
/// # Errors
/// The first error by the graph's order, with the resource that it befell.
pub async fn observe(graph: &Graph) -> Result<(), (String, Error)> {
    let ids: Vec<NodeId> = graph.ids().collect();
    observe_some(graph, &ids).await
}

/// Reads the resources named once more, whatever is known of them.
///
/// # Errors
/// As [`observe`].
pub async fn observe_again(graph: &Graph, ids: &[NodeId]) -> Result<(), (String, Error)> {
    let nodes = ids.iter().filter_map(|id| graph.nodes.get(id.index()));
    let reads = nodes.map(|node| async { (node.what(), node.observe_again().await) });
    for (what, read) in join_all(reads).await {
        read.map_err(|error| (what, error))?;
    }
    Ok(())
}

/// Reads the resources named, and what they need to be read.
///
/// # Errors
/// As [`observe`].
pub async fn observe_some(graph: &Graph, ids: &[NodeId]) -> Result<(), (String, Error)> {
    let nodes: Vec<_> = ids
        .iter()
        .filter_map(|id| graph.nodes.get(id.index()))
        .collect();
    let reads = join_all(nodes.iter().map(|node| node.observe())).await;
    for (node, read) in nodes.iter().zip(reads) {
        read.map_err(|error| (node.what(), error))?;
    }
    Ok(())
}
