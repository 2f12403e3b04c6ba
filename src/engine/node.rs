//! A resource's place in the graph: what was read of it, and how others refer to it.

use super::{Cx, Error, NodeId, Resource};
use std::sync::{Arc, RwLock};
use tokio::sync::OnceCell;

/// A resource with what AWS was seen to hold of it.
pub struct Node<R: Resource> {
    pub(super) id: NodeId,
    pub(super) resource: R,
    pub(super) runtime: super::Runtime,
    observed: OnceCell<()>,
    current: RwLock<Option<R::State>>,
}

impl<R: Resource> Node<R> {
    pub(super) fn new(id: NodeId, resource: R, runtime: super::Runtime) -> Self {
        Self {
            id,
            resource,
            runtime,
            observed: OnceCell::new(),
            current: RwLock::new(None),
        }
    }

    /// `queue penguin.fifo`
    pub fn what(&self) -> String {
        format!("{} {}", self.resource.kind(), self.resource.name())
    }

    pub(super) fn cx(&self) -> Cx {
        self.runtime.at(self.id, self.what())
    }

    /// What AWS holds as far as is known: as read, or as the last change left it.
    pub fn current(&self) -> Option<R::State> {
        self.current
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }

    pub(super) fn set(&self, state: Option<R::State>) {
        *self
            .current
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner()) = state;
    }

    /// Reads it once, whoever asks first.
    pub(super) async fn observe(&self) -> Result<(), Error> {
        let read = || async {
            let state = super::act::read_patiently(self).await?;
            self.set(state);
            Ok(())
        };
        self.observed.get_or_try_init(read).await.copied()
    }
}

/// What adding a resource to the graph gives back: what others may need.
pub struct Handle<R: Resource>(pub(super) Arc<Node<R>>);

impl<R: Resource> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Resource> Handle<R> {
    /// Its state and its resource, for those outside the graph (outputs, status).
    pub fn current(&self) -> Option<R::State> {
        self.0.current()
    }

    pub fn id(&self) -> NodeId {
        self.0.id
    }
}

/// A reference from one resource to another: the edge in the graph and the way to its state.
/// There is no other way to get one than [`super::Needs::on`], so no edge can be forgotten.
pub struct Ref<R: Resource>(pub(super) Arc<Node<R>>);

impl<R: Resource> Ref<R> {
    /// Its state once it has been read, for another resource's `read`.
    pub async fn observed(&self) -> Result<Option<R::State>, Error> {
        self.0.observe().await?;
        Ok(self.0.current())
    }

    /// Its state now; `None` where it does not exist (yet).
    pub fn current(&self) -> Option<R::State> {
        self.0.current()
    }

    /// Its state, for a `create` or `update`: by then it exists.
    ///
    /// # Errors
    /// [`Error::Moved`] where it does not.
    pub fn require(&self) -> Result<R::State, Error> {
        self.0.current().ok_or_else(|| Error::Moved(self.0.what()))
    }
}
