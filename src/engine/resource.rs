//! The trait that every AWS resource of a stack implements.

use super::Cx;
use crate::aws::{AwsError, Kind};
use serde::Serialize;
use std::fmt::Debug;
use std::future::Future;

/// One AWS resource as a stack wants it.
///
/// `read` is the only place that looks; `diff` is pure; `create`, `update` and `delete` may be
/// cut off after any call, because the engine reads again before it goes on.
pub trait Resource: Send + Sync + 'static {
    /// What AWS holds: enough for `diff`, and for those that refer to this resource.
    type State: Clone + Debug + Send + Sync + 'static;

    /// AWS's term for it, `queue`.
    fn kind(&self) -> &'static str;

    /// Its name in this stack.
    fn name(&self) -> String;

    /// True where AWS lets the same create make a second one: no name keeps the two apart.
    fn can_have_twins(&self) -> bool {
        false
    }

    /// Looks it up; `None` where it does not exist.
    fn read(&self, cx: &Cx) -> impl Future<Output = Result<Option<Self::State>, Error>> + Send;

    /// Whose it is. Only resources with a name that others can take need to look.
    fn owner(&self, _state: &Self::State) -> Owner {
        Owner::Ours
    }

    /// What differs from what is wanted; empty where nothing does.
    fn diff(&self, state: &Self::State) -> Vec<Change>;

    fn create(&self, cx: &Cx) -> impl Future<Output = Result<Self::State, Error>> + Send;

    fn update(
        &self,
        cx: &Cx,
        state: Self::State,
        changes: &[Change],
    ) -> impl Future<Output = Result<Self::State, Error>> + Send;

    fn delete(&self, cx: &Cx, state: Self::State)
    -> impl Future<Output = Result<(), Error>> + Send;

    /// Puts this stack's tags on a foreign resource: what `gatewayq adopt` does.
    fn adopt(
        &self,
        _cx: &Cx,
        _state: Self::State,
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
    fn wanted(&self) -> bool {
        true
    }

    /// Why a delete leaves it where it is; `None` deletes it.
    fn retained(&self, _state: &Self::State) -> Option<String> {
        None
    }

    /// What `status` tells beyond presence: pairs of label and value.
    fn details(&self, _state: &Self::State) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// Whose a resource is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    Ours,
    /// Somebody else's, with what shows it.
    Foreign(String),
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// AWS's name of the field, `VisibilityTimeout`.
    pub field: String,
    /// What AWS holds; `None` where it holds nothing.
    pub before: Option<String>,
    /// What is wanted; `None` where it is to go.
    pub after: Option<String>,
    /// AWS cannot change it in place: the resource has to be made anew.
    pub replace: bool,
    /// The resource is of no use as it is: to make it anew loses nothing and takes no `--replace`.
    #[serde(skip)]
    pub freely: bool,
}

impl Change {
    pub fn new(field: impl Into<String>, before: impl ToString, after: impl ToString) -> Self {
        let (before, after) = (Some(before.to_string()), Some(after.to_string()));
        Self {
            field: field.into(),
            before,
            after,
            replace: false,
            freely: false,
        }
    }

    pub fn added(field: impl Into<String>, after: impl ToString) -> Self {
        Self {
            field: field.into(),
            before: None,
            after: Some(after.to_string()),
            replace: false,
            freely: false,
        }
    }

    pub fn removed(field: impl Into<String>, before: impl ToString) -> Self {
        Self {
            field: field.into(),
            before: Some(before.to_string()),
            after: None,
            replace: false,
            freely: false,
        }
    }

    /// The change of `field` from `before` to `after`, where they differ.
    pub fn between<T: PartialEq + ToString>(
        field: &str,
        before: Option<&T>,
        after: &T,
    ) -> Option<Self> {
        match before {
            Some(before) if before == after => None,
            Some(before) => Some(Self::new(field, before.to_string(), after.to_string())),
            None => Some(Self::added(field, after.to_string())),
        }
    }

    /// Marks the change as one that AWS cannot make in place.
    pub fn replacing(mut self) -> Self {
        self.replace = true;
        self
    }

    /// The same for a resource that is of no use as it is.
    pub fn replacing_freely(mut self) -> Self {
        self.freely = true;
        self.replacing()
    }
}

/// Why a resource could not be read or changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// AWS accepted the call and reports later that it failed.
    #[error("{0}")]
    Failed(String),
    /// gatewayq will not do this without being told to.
    #[error("{0}")]
    Refused(String),
    /// AWS has not finished yet; the text says with what.
    #[error("AWS has not finished: {0}")]
    NotYet(&'static str),
    /// Something that this needs went away meanwhile.
    #[error("{0} is gone: somebody else is changing this stage")]
    Moved(String),
    #[error("interrupted")]
    Cancelled,
}

impl Error {
    /// What to tell the user while waiting, where waiting may help.
    pub fn waiting_for(&self) -> Option<&'static str> {
        match self {
            Self::NotYet(what) => Some(what),
            Self::Aws(error) => match error.kind {
                Kind::Throttled => Some("AWS to take more calls"),
                Kind::Unavailable => Some("AWS to answer"),
                Kind::Busy(what) => Some(what),
                Kind::AlreadyExists => Some("AWS to show what was just created"),
                Kind::NotFound => Some("AWS to see what was just changed"),
                Kind::Denied | Kind::Fatal => None,
            },
            Self::Failed(_) | Self::Refused(_) | Self::Moved(_) | Self::Cancelled => None,
        }
    }

    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Aws(error) if error.is_not_found())
    }

    /// True where AWS says otherwise than it was seen: a thing is missing, or there already.
    /// Where that lasts, somebody else changed it, and all has to be looked at afresh.
    pub(super) fn contradicts(&self) -> bool {
        let kinds = [Kind::NotFound, Kind::AlreadyExists];
        matches!(self, Self::Aws(error) if kinds.contains(&error.kind))
    }

    /// True where the call may have worked although it did not say so.
    pub(super) fn is_unclear(&self) -> bool {
        matches!(self, Self::Aws(error) if error.kind == Kind::Unavailable)
    }
}
