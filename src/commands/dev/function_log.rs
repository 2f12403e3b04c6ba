//! What the function writes, shown as it comes.

use super::lines::{Lines, Writer};
use crate::commands::logs::Tail;
use crate::commands::session::Session;
use crate::engine::{Error, Runtime};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// How often is looked: the local AWS costs nothing.
const INTERVAL: Duration = Duration::from_millis(500);

/// After a look that failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Lambda's own lines around each run, of no use here: the API's line has the time that it took.
const OF_LAMBDA: [&str; 4] = [
    "START RequestId",
    "END RequestId",
    "REPORT RequestId",
    "INIT_START",
];

/// A function's log.
#[derive(Clone)]
pub(super) struct FunctionLog {
    group: String,
    runtime: Runtime,
}

impl FunctionLog {
    pub(super) fn of(session: &Session) -> Self {
        let mut runtime = session.runtime.clone();
        // -v is for what a deploy asks; this asks all the time.
        runtime.events = Arc::new(|_| {});
        Self {
            group: session.names().function_log_group(),
            runtime,
        }
    }

    /// Whether it is the same log at the same place.
    pub(super) fn is(&self, other: &Self) -> bool {
        let place = |log: &Self| (log.group.clone(), log.runtime.aws.endpoint.clone());
        place(self) == place(other)
    }

    async fn follow(self, since: i64, lines: &Lines) {
        let (mut tail, mut told) = (Tail::new("function", self.group, since), false);
        loop {
            let (messages, looked) = tail.look(&self.runtime).await;
            let own = |message: &&String| !OF_LAMBDA.iter().any(|begin| message.starts_with(begin));
            for message in messages.iter().filter(own) {
                lines.show(Writer::Function, message);
            }
            let pause = match looked {
                Ok(()) => {
                    told = false;
                    INTERVAL
                }
                Err(Error::Cancelled) => return,
                Err(error) => {
                    if !std::mem::replace(&mut told, true) {
                        let text = format!("the function's log cannot be read for now: {error}");
                        lines.printer.note(&text);
                    }
                    PAUSE
                }
            };
            sleep(pause).await;
        }
    }
}

/// Shows the log that `logs` has, from now on, for as long as somebody may send another.
pub(super) async fn show(mut logs: watch::Receiver<Option<FunctionLog>>, lines: Lines) {
    let since = Tail::now();
    loop {
        let log = logs.borrow_and_update().clone();
        let follow = async {
            match log {
                Some(log) => log.follow(since, &lines).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = follow => return,
            another = logs.changed() => {
                if another.is_err() {
                    return;
                }
            }
        }
    }
}
