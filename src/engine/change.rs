//! One field that differs, as a plan shows it.

use serde::{Deserialize, Serialize};

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// AWS's name of the field, `VisibilityTimeout`.
    pub field: String,
    /// What AWS holds; `None` where it holds nothing.
    pub before: Option<String>,
    /// What is wanted; `None` where it is to go.
    pub after: Option<String>,
    /// AWS cannot change it in place: the resource has to be replaced.
    pub replace: bool,
    /// Replacing the resource loses nothing, since it is of no use as it is: no `--replace` is
    /// needed.
    #[serde(skip)]
    pub lossless: bool,
}

impl Change {
    /// The change of `field` from `before` to `after`; `None` where the two are equal.
    pub(crate) fn of(
        field: impl Into<String>,
        before: Option<String>,
        after: Option<String>,
    ) -> Option<Self> {
        let field = field.into();
        (before != after).then_some(Self {
            field,
            before,
            after,
            replace: false,
            lossless: false,
        })
    }

    pub(crate) fn added(field: impl Into<String>, after: impl ToString) -> Self {
        Self {
            field: field.into(),
            before: None,
            after: Some(after.to_string()),
            replace: false,
            lossless: false,
        }
    }

    pub(crate) fn removed(field: impl Into<String>, before: impl ToString) -> Self {
        Self {
            field: field.into(),
            before: Some(before.to_string()),
            after: None,
            replace: false,
            lossless: false,
        }
    }

    /// Marks the change as one that AWS cannot make in place.
    pub(crate) fn replacing(mut self) -> Self {
        self.replace = true;
        self
    }

    /// The same for a resource that is of no use as it is.
    pub(crate) fn replacing_lossless(mut self) -> Self {
        self.lossless = true;
        self.replacing()
    }
}
