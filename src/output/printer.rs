//! Where output goes, and in which form.

use super::harmless::{harmless, harmless_json};
use super::progress::{Activity, Progress};
use crate::config;
use crate::engine::{Event, EventSink};
use console::{Term, style};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

/// The two streams of one command.
#[derive(Clone)]
pub(crate) struct Printer {
    pub json: bool,
    pub verbose: bool,
    progress: Arc<Progress>,
    /// Whether each document of JSON is one line.
    in_lines: Arc<AtomicBool>,
    /// Why stdout takes no more.
    lost: Arc<OnceLock<io::Error>>,
}

impl Printer {
    pub(crate) fn new(json: bool, quiet: bool, verbose: bool) -> Self {
        let terminal = Term::stderr().features().is_attended();
        let progress = Arc::new(Progress::new(terminal, quiet, verbose));
        Self {
            json,
            verbose,
            progress,
            in_lines: Arc::default(),
            lost: Arc::default(),
        }
    }

    /// From here on each document is one line: of a command that prints one after the other, its last error included.
    pub(crate) fn print_in_lines(&self) {
        self.in_lines.store(true, Relaxed);
    }

    /// The sink that the engine's events go to.
    pub(crate) fn events(&self) -> EventSink {
        let progress = Arc::clone(&self.progress);
        Arc::new(move |event: Event| progress.event(event))
    }

    /// The result: `json` in one document, or `text` for people.
    pub(crate) fn result(&self, json: &impl Serialize, text: &str) {
        self.progress.end();
        if self.json {
            let document = match self.in_lines.load(Relaxed) {
                true => serde_json::to_string(json),
                false => serde_json::to_string_pretty(json),
            };
            let document = document.unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
            self.json_text(&document);
        } else if !text.is_empty() {
            self.line(text.trim_end_matches('\n'));
        }
    }

    /// A result that is not text: in JSON as `json` has it, into a pipe or a file as it is.
    pub(crate) fn binary(&self, json: &impl Serialize, bytes: &[u8]) {
        if self.json {
            self.result(json, "");
        } else if io::stdout().is_terminal() {
            let (count, hint) = (bytes.len(), "send them to a file, or see them with --json");
            self.result(json, &format!("{count} bytes that are not text: {hint}"));
        } else {
            self.progress.end();
            self.write(bytes);
        }
    }

    /// One line of a result on stdout.
    pub(crate) fn line(&self, text: &str) {
        self.write(format!("{text}\n").as_bytes());
    }

    /// A document as a line, of a command that prints one after the other.
    pub(crate) fn document(&self, json: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(json) {
            self.json_text(&text);
        }
    }

    /// JSON, or a part of it, with what others wrote in it made harmless for a terminal; into a file it is the same text.
    pub(crate) fn json_text(&self, text: &str) {
        self.line(&harmless_json(text));
    }

    /// What of a text that others wrote may be printed as it is: on a terminal its control
    /// characters would be obeyed.
    pub(crate) fn foreign<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if io::stdout().is_terminal() {
            harmless(text)
        } else {
            Cow::Borrowed(text)
        }
    }

    fn write(&self, bytes: &[u8]) {
        self.progress.aside(|| {
            let mut stdout = io::stdout().lock();
            if self.is_open()
                && let Err(error) = stdout.write_all(bytes).and_then(|()| stdout.flush())
            {
                let _ = self.lost.set(error);
            }
        });
    }

    /// False once nobody reads the results any more, or they cannot be written.
    pub(crate) fn is_open(&self) -> bool {
        self.lost.get().is_none()
    }

    /// Why results could not be written. A reader that went away, as `head` does, is not an error.
    pub(crate) fn failure(&self) -> Option<&io::Error> {
        let lost = self.lost.get();
        lost.filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
    }

    /// A line of progress on stderr.
    pub(crate) fn note(&self, text: &str) {
        self.progress.note(text);
    }

    /// Something that takes a while before the engine runs, as a live line or a plain one.
    pub(crate) fn activity(&self, what: &str) -> Activity {
        self.progress.activity(what)
    }

    /// What is wrong with gatewayq.toml, line by line, on stderr, however quiet.
    pub(crate) fn mistakes(&self, error: &config::Error) {
        self.progress.end();
        let report = error.report(console::colors_enabled_stderr());
        let _ = writeln!(std::io::stderr().lock(), "{report}");
    }

    /// An error, on stderr, however quiet.
    pub(crate) fn error(&self, text: &str) {
        self.progress.end();
        let _ = writeln!(
            std::io::stderr().lock(),
            "{} {text}",
            style("error:").for_stderr().red().bold()
        );
    }
}
