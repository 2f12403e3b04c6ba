//! What a decision needs from outside: the queue's name, the moment, and fresh ids.

use uuid::Uuid;

use crate::answer::Refusal;
use crate::owner::Owner;
use crate::request::RequestContext;

/// The surroundings of one request.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The queue's name: the last segment of its URL. It is the message's `routing_key`, and a
    /// worker dies on any other than its own queue's name.
    pub queue_name: &'a str,
    /// Who sends, for the message's `origin` header: shown by the worker's events only.
    pub origin: &'a str,
    /// Whether workers keep results, unless the route says otherwise.
    pub keeps_results: bool,
    /// Whose the tasks are that this request sends; `None` where a result is not for its sender alone.
    pub owner: Option<Owner<'a>>,
    /// Now, in microseconds since 1970 (UTC).
    pub now: i64,
    /// Makes a fresh random id (UUID version 4).
    pub new_id: &'a dyn Fn() -> Uuid,
}

impl<'a> Context<'a> {
    /// The same, with the tasks being those of whoever made this request.
    pub(crate) fn of<'b>(&self, request: &'b RequestContext) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            owner: self.owner.map(|owner| owner.of(request)),
            ..*self
        }
    }

    /// The id of a task that is called so.
    ///
    /// # Errors
    /// A [`Refusal`] (400) for a name that is too long.
    pub(crate) fn id(&self, name: String) -> Result<String, Refusal> {
        match &self.owner {
            Some(owner) => owner.id(&name),
            None => Ok(name),
        }
    }

    /// # Errors
    /// A [`Refusal`] (403) where the result of this task is not for this caller, whether there is one or not.
    pub(crate) fn may_read(&self, task_id: &str) -> Result<(), Refusal> {
        match &self.owner {
            Some(owner) if !owner.has_sent(task_id) => Err(Refusal::new(
                403,
                "a result is for the sender of its task alone",
            )),
            _ => Ok(()),
        }
    }

    /// What a message says of its task's result, where the route does not say it. Without results it leaves that to
    /// the task.
    pub(crate) fn ignore_result(&self) -> Option<bool> {
        self.keeps_results.then_some(false)
    }
}
