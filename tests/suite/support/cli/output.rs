//! What a command left behind.
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::support::recorder;

/// The end of a command: `code` when it exited, `signal` when it was killed.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub title: String,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Output {
    /// Standard output as the one JSON document that it has to be.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {self}"))
    }

    /// Whether either stream has this text.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }

    /// Keeps it in the record of the run, and fails where it shows a secret.
    #[track_caller]
    pub(super) fn record(&self) {
        let printed = [
            self.title.as_bytes(),
            self.stdout.as_bytes(),
            self.stderr.as_bytes(),
        ]
        .concat();
        recorder::append(&self.title, &printed);
        let secrets = recorder::secrets_in(&printed);
        assert!(secrets.is_empty(), "shows the secrets {secrets:?}: {self}");
    }
}

impl fmt::Display for Output {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            title,
            code,
            signal,
            stdout,
            stderr,
            took,
        } = self;
        writeln!(
            out,
            "`{title}` ended with code {code:?}, signal {signal:?} after {took:.1?}"
        )?;
        write!(out, "-- stdout\n{stdout}\n-- stderr\n{stderr}")
    }
}
