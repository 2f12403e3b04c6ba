//! Lines of several programs in one terminal, each with the name of who wrote it.

use crate::commands::interrupt::Ends;
use crate::output::Printer;
use console::Style;
use tokio_util::sync::CancellationToken;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// API Gateway: a line for each request.
    Api,
    /// The function's log.
    Function,
    /// celery and the tasks.
    Worker,
}

impl Writer {
    fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Function => "function",
            Self::Worker => "worker",
        }
    }

    fn colour(self) -> Style {
        match self {
            Self::Api => Style::new().magenta(),
            Self::Function => Style::new().cyan(),
            Self::Worker => Style::new().yellow(),
        }
    }
}

/// Where the lines go.
#[derive(Clone)]
pub(super) struct Lines {
    pub printer: Printer,
    end: CancellationToken,
}

impl Lines {
    pub(super) fn new(printer: &Printer, ends: &Ends) -> Self {
        Self {
            printer: printer.clone(),
            end: ends.orderly.clone(),
        }
    }

    /// True after Ctrl-C.
    pub(super) fn is_ended(&self) -> bool {
        self.end.is_cancelled()
    }

    /// Shows a text of a writer's, each line with the name in front. A reader that has gone away ends the command.
    pub(super) fn show(&self, writer: Writer, text: &str) {
        let name = writer.colour().apply_to(format!("{:<8} |", writer.name()));
        for line in self.printer.foreign(text.trim_end()).lines() {
            self.printer.line(format!("{name} {line}").trim_end());
        }
        if !self.printer.is_open() {
            self.end.cancel();
        }
    }
}
