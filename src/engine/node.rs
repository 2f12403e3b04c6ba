//! A resource's place in the graph: what was read of it, and how others refer to it.

use super::attempt;
use super::described::Described;
use super::retry::until;
use super::{Action, Cx, Error, Event, Goal, NodeId, Owner, Resource, Runtime, Step};
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::OnceCell;

/// A resource with what AWS was seen to hold of it.
pub(super) struct Node<R: Resource> {
    pub id: NodeId,
    pub resource: R,
    required: Vec<Arc<dyn AnyNode>>,
    runtime: Runtime,
    observed: OnceCell<()>,
    current: RwLock<Option<R::State>>,
}

impl<R: Resource> Node<R> {
    pub(crate) fn new(
        id: NodeId,
        resource: R,
        required: Vec<Arc<dyn AnyNode>>,
        runtime: Runtime,
    ) -> Self {
        Self {
            id,
            resource,
            required,
            runtime,
            observed: OnceCell::new(),
            current: RwLock::new(None),
        }
    }

    /// `queue penguin.fifo`
    fn what(&self) -> String {
        format!("{} {}", self.resource.kind(), self.resource.name())
    }

    /// What AWS holds as far as is known: as read, or as the last change left it.
    pub(crate) fn current(&self) -> Option<R::State> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, state: Option<R::State>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = state;
    }

    /// Reads it once, whoever asks first.
    async fn observe(&self) -> Result<(), Error> {
        let read = || AnyNode::observe_again(self);
        self.observed.get_or_try_init(read).await.copied()
    }

    /// A resource that this one needs and that is not there.
    pub(crate) fn missing(&self) -> Option<String> {
        let missing = self.required.iter().find(|node| node.is_missing());
        missing.map(|node| node.what())
    }
}

/// A node without its type.
pub(super) trait AnyNode: Send + Sync {
    fn what(&self) -> String;
    fn cx(&self) -> Cx;
    /// Reads it, unless that was done.
    fn observe(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// Reads it once more.
    fn observe_again(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// The step towards `goal`, from what is known now.
    fn step(&self, goal: Goal) -> Step;
    /// What is to be done towards `goal`, from what is known now.
    fn action(&self, goal: Goal) -> Action;
    /// Does it, once.
    fn attempt<'a>(
        &'a self,
        cx: &'a Cx,
        goal: Goal,
        next: &'a Action,
    ) -> BoxFuture<'a, Result<(), Error>>;
    fn adopt(&self) -> BoxFuture<'_, Result<(), Error>>;
    /// True where it is neither wanted nor there: not worth a line.
    fn is_nothing(&self) -> bool;
    /// True where it is wanted and not there.
    fn is_missing(&self) -> bool;
    fn can_have_duplicates(&self) -> bool;
    fn settles(&self) -> bool;
    fn reopens(&self) -> bool;
    fn aws_id(&self) -> Option<String>;
    /// Whether the one with this id is there, whatever a list shows.
    fn exists<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, Error>>;
    fn details(&self) -> Vec<(&'static str, String)>;
    /// What opens or closes the way beside the configuration, of what is this stage's.
    fn warnings(&self) -> BoxFuture<'_, Result<Vec<String>, Error>>;
    /// As it is wanted, with what `stand_in` gives in the place of each identifier; `None` where it is not wanted.
    fn describe(&self, stand_in: &dyn Fn(&str) -> String) -> Option<Described>;
    /// The identifiers that AWS gave it; `None` where it is not there, or is foreign.
    fn identifiers(&self) -> Option<BTreeMap<String, String>>;
    fn send(&self, event: Event);
    /// Takes it for gone, because what it lives within was replaced.
    fn forget(&self);
}

impl<R: Resource> AnyNode for Node<R> {
    fn what(&self) -> String {
        Node::what(self)
    }

    fn cx(&self) -> Cx {
        self.runtime.cx(Node::what(self))
    }

    fn observe(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(Node::observe(self))
    }

    fn observe_again(&self) -> BoxFuture<'_, Result<(), Error>> {
        until(self.cx(), move |cx| {
            Box::pin(async move {
                self.set(self.resource.read(&cx).await?);
                Ok(())
            })
        })
    }

    fn step(&self, goal: Goal) -> Step {
        Step {
            node: self.id,
            kind: self.resource.kind(),
            name: self.resource.name(),
            action: self.action(goal),
        }
    }

    fn action(&self, goal: Goal) -> Action {
        attempt::action(self, goal)
    }

    fn attempt<'a>(
        &'a self,
        cx: &'a Cx,
        goal: Goal,
        next: &'a Action,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(attempt::attempt(self, cx, goal, next))
    }

    fn adopt(&self) -> BoxFuture<'_, Result<(), Error>> {
        until(self.cx(), move |cx| {
            Box::pin(async move {
                match self.current() {
                    Some(state) => self.resource.adopt(&cx, state).await,
                    None => Ok(()),
                }
            })
        })
    }

    fn is_nothing(&self) -> bool {
        !self.resource.is_wanted() && self.current().is_none()
    }

    fn is_missing(&self) -> bool {
        self.resource.is_wanted() && self.current().is_none()
    }

    fn can_have_duplicates(&self) -> bool {
        self.resource.can_have_duplicates()
    }

    fn settles(&self) -> bool {
        self.resource.settles()
    }

    fn reopens(&self) -> bool {
        self.resource.reopens()
    }

    fn aws_id(&self) -> Option<String> {
        self.resource.id(&self.current()?)
    }

    fn exists<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<bool, Error>> {
        until(self.cx(), move |cx| {
            Box::pin(async move { self.resource.exists(&cx, id).await })
        })
    }

    fn details(&self) -> Vec<(&'static str, String)> {
        let state = self.current();
        let details = state.map(|state| self.resource.details(&state));
        details.unwrap_or_default()
    }

    fn warnings(&self) -> BoxFuture<'_, Result<Vec<String>, Error>> {
        until(self.cx(), move |cx| {
            Box::pin(async move {
                let found = self.current();
                let foreign = |state| matches!(self.resource.owner(state), Owner::Foreign(_));
                if !self.resource.is_wanted() || found.as_ref().is_some_and(foreign) {
                    return Ok(Vec::new());
                }
                self.resource.warnings(&cx, found.as_ref()).await
            })
        })
    }

    fn describe(&self, stand_in: &dyn Fn(&str) -> String) -> Option<Described> {
        if !self.resource.is_wanted() {
            return None;
        }
        let mut state = self.resource.wanted(None);
        for (name, identifier) in R::identifiers(&mut state) {
            *identifier = stand_in(&name);
        }
        let mut fields = super::field::told::<R>(&state);
        fields.extend(self.resource.made_with(&state));
        // Those that depend on it ask for it.
        self.set(Some(state));
        Some(Described {
            node: self.id,
            kind: self.resource.kind(),
            name: self.resource.name(),
            fields,
            depends_on: Vec::new(),
            #[cfg(test)]
            resource: std::any::type_name::<R>(),
        })
    }

    fn identifiers(&self) -> Option<BTreeMap<String, String>> {
        let ours = |state: &R::State| self.resource.owner(state) == Owner::Ours;
        let mut state = self.current().filter(ours)?;
        let all = R::identifiers(&mut state).into_iter();
        // One that is not known is left out.
        let known = all.filter(|(_, identifier)| !identifier.is_empty());
        let known: Vec<_> = known.map(|(name, value)| (name, value.clone())).collect();
        // By way of a list, what it is collected with is compiled once, not for each type of resource.
        Some(known.into_iter().collect())
    }

    fn send(&self, event: Event) {
        (self.runtime.events)(event);
    }

    fn forget(&self) {
        self.set(None);
    }
}

/// What adding a resource to the graph gives back: what others may depend on.
pub(crate) struct Handle<R: Resource>(pub(super) Arc<Node<R>>);

impl<R: Resource> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Resource> Handle<R> {
    /// Its state, for those outside the graph (outputs, status).
    pub(crate) fn current(&self) -> Option<R::State> {
        self.0.current()
    }

    pub(crate) fn id(&self) -> NodeId {
        self.0.id
    }

    /// Whose it is, where it is there.
    pub(crate) fn owner(&self) -> Option<Owner> {
        Some(self.0.resource.owner(&self.0.current()?))
    }
}

/// A reference from one resource to another: the edge in the graph and the way to its state.
/// There is no other way to get one than [`super::graph::Dependencies::on`], so no edge can be forgotten.
pub(crate) struct Ref<R: Resource>(pub(super) Arc<Node<R>>);

impl<R: Resource> Ref<R> {
    /// Its state once it has been read, for another resource's `read`.
    ///
    /// # Errors
    /// What reading it answered.
    pub(crate) async fn observed(&self) -> Result<Option<R::State>, Error> {
        self.0.observe().await?;
        Ok(self.0.current())
    }

    /// Its state now; `None` where it does not exist (yet).
    pub(crate) fn current(&self) -> Option<R::State> {
        self.0.current()
    }

    /// What it is to be, for another resource's `wanted`: a plan is made before it is so.
    pub(crate) fn planned(&self) -> R::State {
        let current = self.0.current();
        self.0.resource.wanted(current.as_ref())
    }

    /// Whether AWS holds it as it is wanted, by a look of now: for what is made of it as it is at that moment, and not as it
    /// was when it was last read or changed.
    ///
    /// # Errors
    /// What reading it answered.
    pub(crate) async fn is_as_wanted(&self, cx: &Cx) -> Result<bool, Error> {
        let resource = &self.0.resource;
        Ok(match resource.read(cx).await? {
            Some(found) => {
                let wanted = resource.wanted(Some(&found));
                resource.diff(&found, &wanted).is_empty()
            }
            None => !resource.is_wanted(),
        })
    }

    /// Its state, for a `create` or `update`: by then it exists.
    ///
    /// # Errors
    /// [`Error::Conflict`] where somebody else removed it.
    pub(crate) fn require(&self) -> Result<R::State, Error> {
        let current = self.0.current();
        current.ok_or_else(|| Error::Conflict(self.0.what()))
    }
}
