//! A JSON array that is printed while its elements come, so that a long log is never held whole.

use crate::output::Printer;
use serde_json::Value;

/// An array under way: its last element is held back, as only the one behind it makes the comma.
pub(super) struct Array<'a> {
    printer: &'a Printer,
    last: Option<String>,
    begun: bool,
}

impl<'a> Array<'a> {
    pub(super) fn new(printer: &'a Printer) -> Self {
        Self {
            printer,
            last: None,
            begun: false,
        }
    }

    pub(super) fn push(&mut self, element: &Value) {
        let text = format!("{element:#}").replace('\n', "\n  ");
        if let Some(before) = self.last.replace(format!("  {text}")) {
            self.begin();
            self.printer.json_text(&format!("{before},"));
        }
    }

    /// Prints what is left, and the end.
    pub(super) fn end(mut self) {
        match self.last.take() {
            Some(last) => {
                self.begin();
                self.printer.json_text(&format!("{last}\n]"));
            }
            None => self.printer.line("[]"),
        }
    }

    /// False where nothing was printed yet, so that another document may be.
    pub(super) fn is_begun(&self) -> bool {
        self.begun
    }

    fn begin(&mut self) {
        if !self.begun {
            self.printer.line("[");
            self.begun = true;
        }
    }
}
