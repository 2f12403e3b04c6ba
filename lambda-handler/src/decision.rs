//! What is done with a request.

use crate::answer::{Answer, Refusal};
use crate::message::Message;
use crate::result::Lookup;

/// One of several tasks: its message, or why there is none.
pub type Entry = Result<Message, Refusal>;

/// What is done with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Answered without the queue.
    Answer(Answer),
    /// One message is sent.
    One(Message),
    /// One message is sent, and its result waited for, so many seconds at most.
    OneAndWait(Message, u64),
    /// A task's result is looked for.
    Result(Lookup),
    /// The request had `tasks`: those that have a message are sent, each gets a result.
    Many(Vec<Entry>),
}

impl From<Refusal> for Decision {
    fn from(refusal: Refusal) -> Self {
        Self::Answer(refusal.into())
    }
}
