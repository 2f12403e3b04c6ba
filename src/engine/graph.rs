//! The resources of a stack and what each depends on.

use super::node::{AnyNode, Node};
use super::{Error, Handle, Ref, Resource, Runtime};
use futures::future::join_all;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A resource's number in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) struct NodeId(pub(super) usize);

/// What a resource under construction depends on.
#[derive(Default)]
pub(crate) struct Dependencies {
    edges: Vec<NodeId>,
    required: Vec<Arc<dyn AnyNode>>,
}

impl Dependencies {
    /// States that the resource under construction needs `handle`'s state.
    pub(crate) fn on<R: Resource>(&mut self, handle: &Handle<R>) -> Ref<R> {
        self.after(handle);
        self.required
            .push(Arc::clone(&handle.0) as Arc<dyn AnyNode>);
        Ref(Arc::clone(&handle.0))
    }

    /// States that `handle`'s has to be there before the resource under construction is made.
    pub(crate) fn require<R: Resource>(&mut self, handle: &Handle<R>) {
        let _: Ref<R> = self.on(handle);
    }

    /// States the order alone: `handle`'s first.
    pub(crate) fn after<R: Resource>(&mut self, handle: &Handle<R>) {
        self.edges.push(handle.0.id);
    }
}

/// All resources of one stage. There is no cycle: a resource can only depend on what was added
/// before it.
pub(crate) struct Graph {
    runtime: Runtime,
    nodes: Vec<Entry>,
    /// What is worked on; `None` is all.
    chosen: Option<Vec<NodeId>>,
}

struct Entry {
    node: Arc<dyn AnyNode>,
    depends_on: Vec<NodeId>,
    inside: Option<NodeId>,
}

impl Graph {
    pub(crate) fn new(runtime: Runtime) -> Self {
        Self {
            runtime,
            nodes: Vec::new(),
            chosen: None,
        }
    }

    /// Leaves everything but these as it is. What they need to be read is read; nobody looks at the rest.
    pub(crate) fn work_on(&mut self, chosen: &[NodeId]) {
        self.chosen = Some(chosen.to_vec());
    }

    pub(super) fn is_worked_on(&self, id: NodeId) -> bool {
        self.chosen
            .as_ref()
            .is_none_or(|chosen| chosen.contains(&id))
    }

    /// What is worked on, in the order in which it was added.
    pub(super) fn worked_on(&self) -> impl Iterator<Item = NodeId> {
        self.ids().filter(|id| self.is_worked_on(*id))
    }

    /// Adds what `build` makes; what it depends on it asks of the [`Dependencies`] that it is handed.
    pub(crate) fn add<R: Resource>(
        &mut self,
        build: impl FnOnce(&mut Dependencies) -> R,
    ) -> Handle<R> {
        self.insert(None, build)
    }

    /// The same for a resource that lives within another and goes with it on delete.
    pub(crate) fn add_inside<R: Resource, P: Resource>(
        &mut self,
        parent: &Handle<P>,
        build: impl FnOnce(&mut Dependencies) -> R,
    ) -> Handle<R> {
        self.insert(Some(parent.id()), build)
    }

    fn insert<R: Resource>(
        &mut self,
        inside: Option<NodeId>,
        build: impl FnOnce(&mut Dependencies) -> R,
    ) -> Handle<R> {
        let mut depends = Dependencies::default();
        let resource = build(&mut depends);
        let (id, mut edges) = (NodeId(self.nodes.len()), depends.edges);
        edges.sort_unstable();
        edges.dedup();
        let node = Node::new(id, resource, depends.required, self.runtime.clone());
        let node = Arc::new(node);
        self.nodes.push(Entry {
            node: Arc::clone(&node) as Arc<dyn AnyNode>,
            depends_on: edges,
            inside,
        });
        Handle(node)
    }

    /// What the run that it is part of shares.
    pub(super) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The node of an id that this graph gave out.
    pub(super) fn node(&self, id: NodeId) -> &dyn AnyNode {
        self.entry(id).node.as_ref()
    }

    pub(super) fn depends_on(&self, id: NodeId) -> &[NodeId] {
        &self.entry(id).depends_on
    }

    /// The resource that `id` lives within, if any.
    pub(super) fn inside(&self, id: NodeId) -> Option<NodeId> {
        self.entry(id).inside
    }

    fn entry(&self, id: NodeId) -> &Entry {
        // Ids are given out by `insert` alone, and nothing is ever taken out.
        &self.nodes[id.0]
    }

    /// What `status` shows of a resource beyond presence.
    pub(crate) fn details(&self, id: NodeId) -> Vec<(&'static str, String)> {
        self.node(id).details()
    }

    /// What opens or closes the way to the stage beside the configuration, by resource.
    ///
    /// # Errors
    /// The first error by the graph's order, with the resource that it befell.
    pub(crate) async fn warnings(&self) -> Result<BTreeMap<NodeId, Vec<String>>, (String, Error)> {
        let ids: Vec<NodeId> = self.ids().collect();
        self.warnings_of(&ids).await
    }

    /// The same of the resources named.
    ///
    /// # Errors
    /// As [`Graph::warnings`].
    pub(crate) async fn warnings_of(
        &self,
        ids: &[NodeId],
    ) -> Result<BTreeMap<NodeId, Vec<String>>, (String, Error)> {
        let looks = ids.iter().map(|id| self.node(*id).warnings());
        let looks = ids.iter().copied().zip(join_all(looks).await);
        looks
            .map(|(id, look)| match look {
                Ok(warnings) => Ok((id, warnings)),
                Err(error) => Err((self.node(id).what(), error)),
            })
            .collect()
    }

    /// Puts the stack's tags on a foreign resource.
    ///
    /// # Errors
    /// What AWS answers, or that this kind cannot be adopted.
    pub(crate) async fn adopt(&self, id: NodeId) -> Result<(), Error> {
        self.node(id).adopt().await
    }

    /// The ids of all resources, in the order in which they were added.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }
}

impl AsRef<Self> for Graph {
    fn as_ref(&self) -> &Self {
        self
    }
}
