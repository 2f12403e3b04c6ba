//! What the engine reports while it works. Printers listen; nothing else prints.

use super::Action;
use std::sync::Arc;
use std::time::Duration;

/// Something happened. `what` names a resource, `queue penguin.fifo`, or what a command is at.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// The work on it began.
    Started {
        what: String,
        action: &'static str,
    },
    /// It waits for AWS.
    Waiting {
        what: String,
        why: String,
    },
    /// It is as wanted.
    Finished {
        what: String,
        action: Action,
        elapsed: Duration,
    },
    Failed {
        what: String,
        error: String,
    },
    /// One AWS call was answered (shown with `-v`).
    Call {
        operation: &'static str,
        elapsed: Duration,
        error: Option<String>,
    },
    /// A line for the user that belongs to no resource.
    Note(String),
}

/// Where events go.
pub(crate) type EventSink = Arc<dyn Fn(Event) + Send + Sync>;
