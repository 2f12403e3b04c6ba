//! `gatewayq queue`

mod denied;
mod peek;
mod purge;
mod redrive;
mod send;
mod status;

use super::Failure;
use super::session::{Session, not_deployed};
use crate::cli::{Global, Queue};
use crate::engine::{Cx, Error, Owner};
use crate::output::Printer;
use crate::queue::Filter;
use crate::resources::QueueState;

pub(crate) async fn run(global: &Global, printer: &Printer, action: &Queue) -> Result<(), Failure> {
    // What is wrong with a task is told before AWS is asked for anything.
    if let Queue::Send(arguments) = action {
        send::check(arguments)?;
    }
    let queue = StageQueue::open(global, printer).await?;
    match action {
        Queue::Status => queue.status().await,
        Queue::Peek {
            dead_letters,
            count,
            anyway,
        } => queue.peek(*dead_letters, (*count).into(), *anyway).await,
        Queue::Purge { dead_letters, yes } => queue.purge(*dead_letters, *yes).await,
        Queue::Redrive {
            task,
            id,
            older_than,
        } => {
            let filter = Filter {
                task: task.clone(),
                id: id.clone(),
                older_than: *older_than,
            };
            queue.redrive(&filter).await
        }
        Queue::Send(arguments) => queue.send(arguments).await,
    }
}

/// A stage's queue and its dead-letter queue.
struct StageQueue {
    session: Session,
    queue: End,
    dead_letters: End,
    cx: Cx,
}

/// One of the two.
struct End {
    name: String,
    state: QueueState,
}

impl StageQueue {
    async fn open(global: &Global, printer: &Printer) -> Result<Self, Failure> {
        let session = Session::open(global, printer).await?;
        let both = session.inspect(|stack| vec![stack.queue.id(), stack.dead_letter_queue.id()]);
        let stack = both.await?;
        let names = session.names();
        let end = |name: String, state: Option<QueueState>| {
            let state = state.ok_or_else(|| not_deployed(&stack, global))?;
            match state.owner(&stack.tags) {
                Owner::Ours => Ok(End { name, state }),
                Owner::Foreign(why) => Err(Failure::failed(format!(
                    "queue {name} is not this stage's: {why}. gatewayq leaves its messages alone"
                ))),
            }
        };
        let queue = end(names.queue(), stack.queue.current())?;
        let dead_letters = end(names.dead_letter_queue(), stack.dead_letter_queue.current())?;
        let cx = session.runtime.cx(format!("queue {}", queue.name));
        Ok(Self {
            session,
            queue,
            dead_letters,
            cx,
        })
    }

    fn end(&self, dead_letters: bool) -> &End {
        match dead_letters {
            true => &self.dead_letters,
            false => &self.queue,
        }
    }

    /// The failure of a call on `end`, with what to do about it.
    fn failed(&self, end: &End, doing: &str, error: &Error) -> Failure {
        match error {
            Error::Cancelled => Failure::Interrupted(format!(
                "queue {}: {doing}, as far as is known; an answer was still awaited",
                end.name
            )),
            error => Failure::failed(format!(
                "queue {}: {doing}: {error}{}",
                end.name,
                denied::help(error, &self.session)
            )),
        }
    }
}

impl End {
    /// A number among the attributes that were read when the command began.
    fn count(&self, name: &str) -> u64 {
        let text = self.state.attribute(name);
        text.and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    fn waiting(&self) -> u64 {
        self.count("ApproximateNumberOfMessages")
    }

    fn in_flight(&self) -> u64 {
        self.count("ApproximateNumberOfMessagesNotVisible")
    }

    fn delayed(&self) -> u64 {
        self.count("ApproximateNumberOfMessagesDelayed")
    }

    /// All that are on it, approximately.
    fn all(&self) -> u64 {
        self.waiting() + self.in_flight() + self.delayed()
    }
}

/// What is on the queue, or on the dead-letter queue.
fn what(dead_letters: bool) -> &'static str {
    match dead_letters {
        true => "dead letter",
        false => "task",
    }
}

/// `1 task`, `2 tasks`.
fn counted(count: u64, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    }
}
