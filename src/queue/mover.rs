//! SQS's own move of dead letters back to the queue: a task that SQS works on, whoever watches it.

use crate::engine::{Cx, Error, Retry, retry};
use aws_sdk_sqs::types::ListMessageMoveTasksResultEntry;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often a task is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// After this a task that was begun and is in no list never will be.
const LISTED_WITHIN: Duration = Duration::from_secs(60);

/// How often a task is told to end, where SQS cannot take that.
const CANCELLATIONS: u32 = 5;

/// The move from a dead-letter queue to the queue.
pub(crate) struct Mover<'a> {
    pub cx: &'a Cx,
    /// The dead-letter queue's ARN.
    pub from: &'a str,
    /// The queue's ARN.
    pub to: &'a str,
    pub cancel: &'a CancellationToken,
    /// Told how many were moved so far, of how many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

/// How a move ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MoveState {
    Completed,
    /// By Ctrl-C, or by somebody else.
    Cancelled,
    /// SQS's words for why; the credentials that began it may not send to the queue, for one.
    Failed(String),
}

/// What a move did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// Approximately, as SQS counts.
    pub moved: u64,
    pub state: MoveState,
}

/// A task as SQS lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Task {
    handle: Option<String>,
    status: String,
    moved: u64,
    total: u64,
    failure: Option<String>,
    /// Milliseconds since 1970.
    started: i64,
}

impl Task {
    fn of(entry: ListMessageMoveTasksResultEntry) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Self {
            handle: entry.task_handle,
            status: entry.status.unwrap_or_default(),
            moved: count(entry.approximate_number_of_messages_moved),
            total: entry
                .approximate_number_of_messages_to_move
                .map_or(0, count),
            failure: entry.failure_reason,
            started: entry.started_timestamp,
        }
    }

    fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "RUNNING" | "CANCELLING")
    }

    fn end(&self) -> Option<Moved> {
        let state = match self.status.as_str() {
            "COMPLETED" => MoveState::Completed,
            "CANCELLED" => MoveState::Cancelled,
            "FAILED" => MoveState::Failed(self.failure.clone().unwrap_or_default()),
            _ => return None,
        };
        Some(Moved {
            moved: self.moved,
            state,
        })
    }
}

impl Mover<'_> {
    /// Moves all dead letters, and goes on with a task that runs already: SQS has one at a time, and that of a
    /// command that was killed goes on. `None` where the endpoint has no such tasks.
    ///
    /// # Errors
    /// What AWS answers.
    pub(crate) async fn run(&self) -> Result<Option<Moved>, Error> {
        let before = match self.latest().await {
            Err(error) if error.is_unimplemented() => return Ok(None),
            before => before?,
        };
        let handle = match &before {
            Some(task) if task.is_running() => task.handle.clone(),
            _ => self.start(before.as_ref()).await?,
        };
        let known = before.filter(|task| !task.is_running());
        let known = known.map_or(i64::MIN, |task| task.started);
        self.watch(known, handle).await.map(Some)
    }

    /// Begins a task. An answer that was lost, or a second redrive beside this one, shows in the list.
    async fn start(&self, before: Option<&Task>) -> Result<Option<String>, Error> {
        let request = self.cx.sqs.start_message_move_task();
        let request = request.source_arn(self.from).destination_arn(self.to);
        let mut tries = Retry::often();
        loop {
            let answer = self.cx.call("StartMessageMoveTask", request.clone().send());
            let error = match answer.await {
                Ok(started) => return Ok(started.task_handle),
                Err(error) => error,
            };
            let latest = self.latest().await?;
            if let Some(task) =
                latest.filter(|task| before.is_none_or(|old| old.started != task.started))
            {
                return Ok(task.handle);
            }
            tries.after(error, self.cx).await?;
        }
    }

    /// Looks at the task that began after `known` until it has ended; Ctrl-C cancels it.
    async fn watch(&self, known: i64, mut handle: Option<String>) -> Result<Moved, Error> {
        let (began, mut cancelled, mut seen) = (Instant::now(), false, false);
        let mut answered = began;
        loop {
            let latest = match self.latest().await {
                // Ctrl-C ends the repeats of a question, too; the task itself is cancelled below.
                Err(Error::Cancelled) if answered.elapsed() < LISTED_WITHIN => None,
                latest => {
                    let latest = latest?;
                    answered = Instant::now();
                    latest
                }
            };
            if let Some(task) = latest.filter(|task| task.started > known) {
                (self.progress)(task.moved, task.total);
                if let Some(end) = task.end() {
                    return Ok(end);
                }
                (handle, seen) = (task.handle.or(handle), true);
            }
            if !seen && began.elapsed() > LISTED_WITHIN {
                let why = "SQS began to move the dead letters and shows nothing of it";
                return Err(Error::Failed(why.to_owned()));
            }
            if cancelled {
                tokio::time::sleep(INTERVAL).await;
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = self.cancel.cancelled() => {
                    cancelled = true;
                    self.stop(handle.as_deref()).await?;
                }
            }
        }
    }

    /// A task that has ended meanwhile cannot be cancelled, and need not be. The pauses of a repeat end with the Ctrl-C
    /// that this is about, so it has some of its own.
    async fn stop(&self, handle: Option<&str>) -> Result<(), Error> {
        let Some(handle) = handle else {
            return Err(Error::Cancelled);
        };
        let request = self.cx.sqs.cancel_message_move_task().task_handle(handle);
        for _ in 0..CANCELLATIONS {
            let cancel = request.clone().send();
            match self.cx.call("CancelMessageMoveTask", cancel).await {
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) if error.waiting_for().is_some() => tokio::time::sleep(INTERVAL).await,
                answer => return answer.map(drop),
            }
        }
        let why = "SQS did not take the cancellation and goes on moving; the same command watches it again";
        Err(Error::Failed(why.to_owned()))
    }

    /// The newest task of the dead-letter queue.
    async fn latest(&self) -> Result<Option<Task>, Error> {
        let request = self.cx.sqs.list_message_move_tasks();
        let request = request.source_arn(self.from).max_results(1);
        let read = async || {
            self.cx
                .call("ListMessageMoveTasks", request.clone().send())
                .await
        };
        let results = retry(self.cx, read).await?.results.unwrap_or_default();
        Ok(results
            .into_iter()
            .map(Task::of)
            .max_by_key(|task| task.started))
    }
}
