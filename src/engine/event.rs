//! What the engine tells while it works. Printers listen; nothing else prints.

use super::{Action, NodeId};
use std::sync::Arc;
use std::time::Duration;

/// Something happened to a resource.
#[derive(Clone, Debug)]
pub enum Event {
    /// The work on it began.
    Started {
        node: NodeId,
        what: String,
        action: &'static str,
    },
    /// It waits for AWS, for the time said.
    Waiting {
        node: NodeId,
        what: String,
        why: String,
        pause: Duration,
    },
    /// It is as wanted.
    Finished {
        node: NodeId,
        what: String,
        action: Action,
        elapsed: Duration,
    },
    Failed {
        node: NodeId,
        what: String,
        error: String,
    },
    /// One AWS call was answered (told with `-v`).
    Call {
        operation: &'static str,
        elapsed: Duration,
        error: Option<String>,
    },
    /// A line for the user that belongs to no resource.
    Note(String),
}

/// Where events go.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;
