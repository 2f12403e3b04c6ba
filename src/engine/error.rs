//! Why a resource could not be read or changed, and what the engine can do about it.

use crate::aws::{AwsError, Kind};

/// Why a resource could not be read or changed.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// AWS accepted the call and reports later that it failed.
    #[error("{0}")]
    Failed(String),
    /// gatewayq will not do this without being told to.
    #[error("{0}")]
    Refused(String),
    /// AWS has not finished yet; the text says with what.
    #[error("AWS has not finished: waited for {0}")]
    NotYet(&'static str),
    /// Something that this needs went away meanwhile.
    #[error("{0} is gone: somebody else is changing this stage")]
    Conflict(String),
    /// Somebody else has made another thing of it meanwhile.
    #[error("{0} was changed meanwhile: somebody else is changing this stage")]
    Changed(String),
    #[error("interrupted")]
    Cancelled,
}

impl Error {
    /// What is being waited for, where waiting may help.
    pub(crate) fn waiting_for(&self) -> Option<&'static str> {
        match self {
            Self::NotYet(what) => Some(what),
            Self::Aws(error) => match error.kind {
                Kind::Throttled => Some("AWS to take more calls"),
                Kind::Unavailable => Some("AWS to answer"),
                Kind::Busy(what) => Some(what),
                Kind::AlreadyExists => Some("AWS to show what was just created"),
                Kind::NotFound => Some("AWS to see what was just changed"),
                Kind::Denied | Kind::Quota(_) | Kind::Unimplemented | Kind::Fatal => None,
            },
            Self::Failed(_)
            | Self::Refused(_)
            | Self::Conflict(_)
            | Self::Changed(_)
            | Self::Cancelled => None,
        }
    }

    pub(crate) fn is_not_found(&self) -> bool {
        self.is(Kind::NotFound)
    }

    /// True where AWS says that it exists already.
    pub(crate) fn is_there(&self) -> bool {
        self.is(Kind::AlreadyExists)
    }

    pub(crate) fn is_denied(&self) -> bool {
        self.is(Kind::Denied)
    }

    /// True where the endpoint does not have the operation, as some emulators do not.
    pub(crate) fn is_unimplemented(&self) -> bool {
        self.is(Kind::Unimplemented)
    }

    fn is(&self, kind: Kind) -> bool {
        matches!(self, Self::Aws(error) if error.kind == kind)
    }

    /// True where AWS says otherwise than it was seen: a thing is missing, or there already.
    /// Where that lasts, somebody else changed it, and all has to be looked at afresh.
    pub(super) fn contradicts(&self) -> bool {
        self.is_not_found() || self.is_there()
    }

    /// True where the call may have worked although it did not say so.
    pub(crate) fn is_unclear(&self) -> bool {
        self.is(Kind::Unavailable)
    }

    /// True where what this needed was changed by another while it was under way.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Changed(_)) || self.contradicts()
    }
}
