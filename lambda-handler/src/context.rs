//! What a decision needs from outside: the queue's name, the moment, and fresh ids.

use uuid::Uuid;

/// The surroundings of one request.
pub struct Context<'a> {
    /// The queue's name: the last segment of its URL. It is the message's `routing_key`, and a
    /// worker dies on any other than its own queue's name.
    pub queue_name: &'a str,
    /// Who sends, for the message's `origin` header: shown by the worker's events only.
    pub origin: &'a str,
    /// Whether workers keep results, unless the route says otherwise.
    pub keeps_results: bool,
    /// Now, in microseconds since 1970 (UTC).
    pub now: i64,
    /// Makes a fresh random id (UUID version 4).
    pub new_id: &'a dyn Fn() -> Uuid,
}

impl Context<'_> {
    /// What a message says of its task's result, where the route does not say it. Without results it leaves that to
    /// the task.
    pub(crate) fn ignore_result(&self) -> Option<bool> {
        self.keeps_results.then_some(false)
    }
}
