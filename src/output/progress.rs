//! Progress on stderr: on a terminal one live line a resource, elsewhere one plain line an event.

use super::human::elapsed;
use crate::engine::{Action, Event};
use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashMap;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often a plain log repeats that it is waiting for the same thing.
const REPEAT: Duration = Duration::from_secs(10);

/// The display of one command.
pub(crate) struct Progress {
    terminal: bool,
    quiet: bool,
    verbose: bool,
    bars: MultiProgress,
    lines: Mutex<HashMap<String, Line>>,
}

/// Something under way; dropping it takes its live line away.
pub(crate) struct Activity {
    what: String,
    bar: Option<ProgressBar>,
}

impl Activity {
    /// Shows how far it is.
    pub(crate) fn at(&self, step: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}: {step}", self.what));
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

struct Line {
    bar: Option<ProgressBar>,
    waiting: Option<Wait>,
}

struct Wait {
    why: String,
    since: Instant,
    told: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(terminal: bool, quiet: bool, verbose: bool) -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self {
            terminal,
            quiet,
            verbose,
            bars,
            lines: Mutex::default(),
        }
    }

    /// Shows what happened.
    pub(crate) fn event(&self, event: Event) {
        match event {
            Event::Call {
                operation,
                elapsed: time,
                error,
            } if self.verbose => {
                let error = error.map(|error| format!("  {error}")).unwrap_or_default();
                self.write(&format!("  {:>6} {operation}{error}", elapsed(time)));
            }
            Event::Note(text) => self.note(&text),
            _ if self.quiet => {}
            Event::Started { what, action } => self.started(&what, action),
            Event::Waiting { what, why } => self.waiting(&what, &why),
            Event::Finished {
                what,
                action,
                elapsed,
            } => self.finished(&what, &action, elapsed),
            Event::Failed { what, error } => self.failed(&what, &error),
            Event::Call { .. } => {}
        }
    }

    /// Begins something that is not a resource's work. Its live line goes with the [`Activity`].
    pub(crate) fn activity(&self, what: &str) -> Activity {
        if !self.terminal || self.quiet {
            self.note(what);
            return Activity {
                what: what.to_owned(),
                bar: None,
            };
        }
        let bar = self.spinner(what.to_owned());
        Activity {
            what: what.to_owned(),
            bar: Some(bar),
        }
    }

    fn spinner(&self, message: String) -> ProgressBar {
        let bar = ProgressBar::new_spinner().with_style(spinner());
        let bar = self.bars.add(bar);
        bar.set_message(message);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }

    /// A line that stays.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.write(text);
        }
    }

    /// Takes the live lines away before a result is printed.
    pub(crate) fn end(&self) {
        let lines = std::mem::take(&mut *self.lock());
        lines
            .into_values()
            .filter_map(|line| line.bar)
            .for_each(|bar| bar.finish_and_clear());
    }

    /// Takes live lines off the terminal while something else is written to it.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match self.terminal {
            true => self.bars.suspend(write),
            false => write(),
        }
    }

    fn write(&self, text: &str) {
        // A reader that went away, or a full disk, stops no deploy.
        let _ = self.aside(|| writeln!(std::io::stderr().lock(), "{text}"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Line>> {
        self.lines
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn started(&self, what: &str, action: &str) {
        let bar = self
            .terminal
            .then(|| self.spinner(format!("{action} {what}")));
        self.lock()
            .insert(what.to_owned(), Line { bar, waiting: None });
    }

    fn waiting(&self, what: &str, why: &str) {
        let (now, mut told) = (Instant::now(), None);
        {
            let mut lines = self.lock();
            let line = lines.entry(what.to_owned()).or_insert(Line {
                bar: None,
                waiting: None,
            });
            let same = line.waiting.take().filter(|wait| wait.why == why);
            let mut wait = same.unwrap_or_else(|| Wait {
                why: why.to_owned(),
                since: now,
                told: None,
            });
            let text = format!(
                "{what}: waiting for {why}, {} s",
                (now - wait.since).as_secs()
            );
            match &line.bar {
                Some(bar) => bar.set_message(text),
                None if wait.told.is_none_or(|told| now - told >= REPEAT) => {
                    wait.told = Some(now);
                    told = Some(text);
                }
                None => {}
            }
            line.waiting = Some(wait);
        }
        // A read that waits has no live line; on a terminal it is shown like a note.
        told.iter().for_each(|text| self.write(text));
    }

    fn finished(&self, what: &str, action: &Action, time: Duration) {
        self.take_away(what);
        if action.is_work() {
            let done = style(format!("{:>8}", action.done())).for_stderr();
            let done = if *action == Action::Delete {
                done.yellow()
            } else {
                done.green()
            };
            self.write(&format!(
                "{done}  {what}  {}",
                style(elapsed(time)).for_stderr().dim()
            ));
        }
    }

    fn failed(&self, what: &str, error: &str) {
        self.take_away(what);
        self.write(&format!(
            "{}  {what}: {error}",
            style("  failed").for_stderr().red()
        ));
    }

    fn take_away(&self, what: &str) {
        if let Some(bar) = self.lock().remove(what).and_then(|line| line.bar) {
            bar.finish_and_clear();
        }
    }
}

fn spinner() -> ProgressStyle {
    let style = ProgressStyle::with_template("{spinner:.cyan} {wide_msg} {elapsed:>4.dim}");
    style.unwrap_or_else(|_| ProgressStyle::default_spinner())
}
