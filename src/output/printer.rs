//! Where output goes, and in which form.

use super::progress::{Progress, Task};
use crate::config;
use crate::engine::{Event, EventSink};
use console::{Term, style};
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

/// The two streams of one command.
#[derive(Clone)]
pub struct Printer {
    pub json: bool,
    pub quiet: bool,
    pub verbose: bool,
    progress: Arc<Progress>,
}

impl Printer {
    pub fn new(json: bool, quiet: bool, verbose: bool) -> Self {
        let terminal = Term::stderr().features().is_attended();
        let progress = Arc::new(Progress::new(terminal, quiet, verbose));
        Self {
            json,
            quiet,
            verbose,
            progress,
        }
    }

    /// The sink that the engine's events go to.
    pub fn events(&self) -> EventSink {
        let progress = Arc::clone(&self.progress);
        Arc::new(move |event: Event| progress.event(event))
    }

    /// The result: `json` in one document, or `text` for people.
    pub fn result(&self, json: &impl Serialize, text: &str) {
        self.progress.end();
        if self.json {
            let document = serde_json::to_string_pretty(json)
                .unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
            self.line(&document);
        } else if !text.is_empty() {
            self.line(text.trim_end_matches('\n'));
        }
    }

    /// One line of a result on stdout. A reader that went away is no error worth telling.
    pub fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// A line of progress on stderr.
    pub fn note(&self, text: &str) {
        self.progress.note(text);
    }

    /// Something that takes a while before the engine runs, as a live line or a plain one.
    pub fn task(&self, what: &str) -> Task {
        self.progress.task(what)
    }

    /// What is wrong with gatewayq.toml, line by line, on stderr, however quiet.
    pub fn mistakes(&self, error: &config::Error) {
        self.progress.end();
        let report = error.report(console::colors_enabled_stderr());
        let _ = writeln!(std::io::stderr().lock(), "{report}");
    }

    /// An error, on stderr, however quiet.
    pub fn error(&self, text: &str) {
        self.progress.end();
        let _ = writeln!(
            std::io::stderr().lock(),
            "{} {text}",
            style("error:").for_stderr().red().bold()
        );
    }
}
