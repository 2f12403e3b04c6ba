//! The trait that every AWS resource of a stack implements.

use super::{Change, Cx, Error, Field, field};
use serde_json::Value;
use std::fmt::Debug;
use std::future::Future;

/// One AWS resource as a stack wants it.
///
/// `read` is the only place that looks, `wanted` and `diff` are pure, and `create`, `update` and
/// `delete` may be cut off after any call: the engine reads again before it goes on. Each is called
/// only when the resources that this one refers to are done.
pub(crate) trait Resource: Sized + Send + Sync + 'static {
    /// What AWS holds of it, or is to hold: one type for both.
    type State: Clone + Debug + Send + Sync + 'static;

    /// Every field that is managed: what a plan compares, and what makes it as wanted.
    const FIELDS: &'static [Field<Self>];

    /// AWS's term for it, `queue`.
    fn kind(&self) -> &'static str;

    /// Its name in this stack.
    fn name(&self) -> String;

    /// True where AWS lets the same create make a second one: no name keeps the two apart.
    fn can_have_duplicates(&self) -> bool {
        false
    }

    /// True where it is looked at once more after something that can have duplicates was made.
    fn settles(&self) -> bool {
        self.can_have_duplicates()
    }

    /// True where a change of it changes what is wanted of resources before it: after such a change all is
    /// looked at once more.
    fn reopens(&self) -> bool {
        false
    }

    /// The id that AWS gave it, where only that tells it from a duplicate.
    fn id(&self, _found: &Self::State) -> Option<String> {
        None
    }

    /// Whether the one with this id is there, whatever a list shows: asked before one that was made
    /// is made again.
    fn exists(&self, _cx: &Cx, _id: &str) -> impl Future<Output = Result<bool, Error>> + Send {
        async { Ok(false) }
    }

    /// Looks it up; `None` where it does not exist.
    fn read(&self, cx: &Cx) -> impl Future<Output = Result<Option<Self::State>, Error>> + Send;

    /// Whose it is. Only resources with a name that others can take need to look.
    fn owner(&self, _found: &Self::State) -> Owner {
        Owner::Ours
    }

    /// What it is to be, beside what AWS was found to hold of it; `None` where it is to be made.
    /// What is not known yet, such as an id of something that is to be made too, is told as such.
    fn wanted(&self, found: Option<&Self::State>) -> Self::State;

    /// What differs; empty where nothing does.
    fn diff(&self, found: &Self::State, wanted: &Self::State) -> Vec<Change> {
        field::diff::<Self>(found, wanted)
    }

    /// Makes it. What is given back counts as read.
    fn create(
        &self,
        cx: &Cx,
        wanted: Self::State,
    ) -> impl Future<Output = Result<Self::State, Error>> + Send;

    /// Makes it as wanted: the calls of the fields that differ, in the order of the table.
    fn update(
        &self,
        cx: &Cx,
        found: Self::State,
        wanted: Self::State,
    ) -> impl Future<Output = Result<Self::State, Error>> + Send {
        async move {
            field::make_calls(self, cx, &found, &wanted).await?;
            Ok(wanted)
        }
    }

    /// Removes it. One that is gone already is not an error.
    fn delete(&self, cx: &Cx, found: Self::State)
    -> impl Future<Output = Result<(), Error>> + Send;

    /// Whether [`Resource::adopt`] can take it over.
    fn can_be_adopted(&self) -> bool {
        true
    }

    /// Puts this stack's tags on a foreign resource: what `gatewayq adopt` does.
    fn adopt(
        &self,
        _cx: &Cx,
        _found: Self::State,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        async {
            Err(Error::Refused(format!(
                "a {} cannot be adopted",
                self.kind()
            )))
        }
    }

    /// False for what a stack has no use for any more: a deploy removes it where it is ours, and
    /// leaves it where it is somebody else's.
    fn is_wanted(&self) -> bool {
        true
    }

    /// Whether a delete leaves it where it is; `None` deletes it. Asked before each attempt and after
    /// it, since AWS may have refused to let go of it.
    fn retained(&self, _found: &Self::State) -> Option<Retained<Self::State>> {
        None
    }

    /// What opens or closes the way to the stage beside the configuration, a sentence each: no
    /// drift, since nobody said that it is not to be. Only `status` asks. `None` where it is missing.
    fn warnings(
        &self,
        _cx: &Cx,
        _found: Option<&Self::State>,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + Send {
        async { Ok(Vec::new()) }
    }

    /// What AWS gives out when it is made, by a name for each: where others have it from, and by what an export
    /// finds it.
    fn identifiers(_state: &mut Self::State) -> Vec<(String, &mut String)> {
        Vec::new()
    }

    /// What it is made with beyond the fields of its table, or has in their place: by AWS's names.
    fn made_with(&self, _state: &Self::State) -> Vec<(String, Value)> {
        Vec::new()
    }

    /// What `status` tells beyond presence: pairs of label and value.
    fn details(&self, _found: &Self::State) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// Whose a resource is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Ours,
    /// Not this stage's, with what shows it.
    Foreign(String),
}

/// What a delete leaves.
#[derive(Clone, Debug)]
pub(crate) struct Retained<S> {
    pub reason: String,
    /// As it is to be left: without this stage's part in it.
    pub state: S,
}
