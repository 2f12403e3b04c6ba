//! Log lines in the form that was asked for, each as it comes.

use super::array::Array;
use super::line::Line;
use crate::commands::Failure;
use crate::output::{Printer, Zone};

/// Where lines go.
pub(super) struct Shown<'a> {
    printer: &'a Printer,
    form: Form<'a>,
    any: bool,
}

enum Form<'a> {
    Text(Zone),
    /// One document, for a log that has an end.
    Array(Array<'a>),
    /// A document a line, for one that has none.
    Lines,
}

impl<'a> Shown<'a> {
    pub(super) fn new(printer: &'a Printer, endless: bool, zone: Zone) -> Self {
        let form = match (printer.json, endless) {
            (false, _) => Form::Text(zone),
            (true, false) => Form::Array(Array::new(printer)),
            (true, true) => Form::Lines,
        };
        Self {
            printer,
            form,
            any: false,
        }
    }

    pub(super) fn show(&mut self, line: &Line) {
        self.any = true;
        match &mut self.form {
            Form::Text(zone) => self.printer.line(&self.printer.foreign(&line.text(*zone))),
            Form::Array(array) => array.push(&line.json()),
            Form::Lines => self.printer.document(&line.json()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    /// False once nobody reads any more.
    pub(super) fn is_open(&self) -> bool {
        self.printer.is_open()
    }

    /// Ends what was read to its end.
    pub(super) fn end(self) {
        match self.form {
            Form::Text(_) if !self.any => self.printer.line("nothing was written in this time"),
            Form::Array(array) => array.end(),
            Form::Text(_) | Form::Lines => {}
        }
    }

    /// The failure of what was read in part: where JSON was printed, it is made whole, and the error is on
    /// standard error alone.
    pub(super) fn failed(self, failure: Failure) -> Failure {
        let answered = |failure: Failure| match failure.message() {
            Some(message) => Failure::Answered(message),
            None => failure,
        };
        match self.form {
            Form::Array(array) if array.is_begun() => {
                array.end();
                answered(failure)
            }
            Form::Lines => answered(failure),
            Form::Array(_) | Form::Text(_) => failure,
        }
    }
}
