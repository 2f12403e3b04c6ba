//! The resources of a stack and what each needs.

use super::act::Actor;
use super::{Error, Handle, Node, Ref, Resource, Runtime};
use petgraph::graph::{DiGraph, NodeIndex};
use serde::Serialize;
use std::sync::Arc;

/// A resource's number in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct NodeId(pub usize);

/// The edges that a resource under construction asks for.
pub struct Needs(Vec<NodeId>);

impl Needs {
    /// States that the resource under construction needs `handle`'s.
    pub fn on<R: Resource>(&mut self, handle: &Handle<R>) -> Ref<R> {
        self.after(handle);
        Ref(Arc::clone(&handle.0))
    }

    /// States the order alone: `handle`'s first.
    pub fn after<R: Resource>(&mut self, handle: &Handle<R>) {
        self.0.push(handle.0.id);
    }
}

/// All resources of one stage. An edge leads from what is needed to what needs it; it cannot
/// form a cycle, since a resource can only need what was added before it.
pub struct Graph {
    runtime: Runtime,
    pub(super) nodes: Vec<Arc<dyn Actor>>,
    pub(super) edges: DiGraph<(), ()>,
    inside: Vec<Option<NodeId>>,
}

impl Graph {
    pub fn new(runtime: Runtime) -> Self {
        Self {
            runtime,
            nodes: Vec::new(),
            edges: DiGraph::new(),
            inside: Vec::new(),
        }
    }

    /// Adds what `build` makes; what it needs it asks of the [`Needs`] that it is handed.
    pub fn add<R: Resource>(&mut self, build: impl FnOnce(&mut Needs) -> R) -> Handle<R> {
        self.insert(None, build)
    }

    /// The same for a resource that lives within another and goes with it on delete.
    pub fn add_inside<R: Resource, P: Resource>(
        &mut self,
        parent: &Handle<P>,
        build: impl FnOnce(&mut Needs) -> R,
    ) -> Handle<R> {
        self.insert(Some(parent.id()), build)
    }

    fn insert<R: Resource>(
        &mut self,
        inside: Option<NodeId>,
        build: impl FnOnce(&mut Needs) -> R,
    ) -> Handle<R> {
        let mut needs = Needs(Vec::new());
        let resource = build(&mut needs);
        let index = self.edges.add_node(());
        let id = NodeId(index.index());
        for need in needs.0 {
            self.edges.update_edge(NodeIndex::new(need.0), index, ());
        }
        let node = Arc::new(Node::new(id, resource, self.runtime.clone()));
        self.nodes.push(Arc::clone(&node) as Arc<dyn Actor>);
        self.inside.push(inside);
        Handle(node)
    }

    /// The resource that `id` lives within, if any.
    pub(super) fn inside(&self, id: NodeId) -> Option<NodeId> {
        self.inside.get(id.0).copied().flatten()
    }

    /// What `status` tells of a resource beyond presence.
    pub fn details(&self, id: NodeId) -> Vec<(&'static str, String)> {
        self.nodes
            .get(id.0)
            .map(|node| node.details())
            .unwrap_or_default()
    }

    /// Puts the stack's tags on a foreign resource.
    ///
    /// # Errors
    /// What AWS answers, or that this kind cannot be adopted.
    pub async fn adopt(&self, id: NodeId) -> Result<(), Error> {
        match self.nodes.get(id.0) {
            Some(node) => node.adopt().await,
            None => Ok(()),
        }
    }

    /// The ids of all resources, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }
}
