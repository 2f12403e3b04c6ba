//! What goes wrong at a call.

use super::world::World;
use crate::aws::{AwsError, Kind};
use crate::engine::Error;

/// What goes wrong at one call.
#[derive(Clone)]
pub(crate) enum Fault {
    /// It is refused.
    Before(Error),
    /// It works, and says that it did not.
    After(Error),
    /// It is refused, since somebody else does this meanwhile.
    Meanwhile(Error, fn(&World)),
    /// It works, and somebody else then does this.
    Then(fn(&World)),
    /// It works, and is forgotten.
    Ignored,
}

pub(crate) fn error(kind: Kind) -> Error {
    Error::Aws(AwsError {
        operation: "Fake",
        kind,
        code: String::new(),
        message: String::new(),
    })
}
