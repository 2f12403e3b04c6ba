//! What comes to one log group, for who shows it among other things.

use super::group::Group;
use super::now_ms;
use crate::engine::{Error, Runtime};

/// A log group from some time on.
pub(crate) struct Tail {
    group: Group,
}

impl Tail {
    /// The group's events since this time, in milliseconds since 1970.
    pub(crate) fn new(source: &'static str, group: String, since: i64) -> Self {
        Self {
            group: Group::new(source, group, since),
        }
    }

    /// Milliseconds since 1970.
    pub(crate) fn now() -> i64 {
        now_ms()
    }

    /// The messages that came since the last look, as far as the group could be read, and why no further: the next look goes
    /// on from there.
    pub(crate) async fn look(&mut self, runtime: &Runtime) -> (Vec<String>, Result<(), Error>) {
        let (began, mut messages) = (now_ms(), Vec::new());
        let looked = loop {
            match self.group.peek(runtime).await {
                Ok(Some(_)) => {
                    messages.extend(self.group.pop().map(|line| line.message().to_owned()))
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.group.again(began);
        (messages, looked)
    }
}
