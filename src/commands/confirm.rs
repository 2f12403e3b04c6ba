//! Asking before something that cannot be undone.

use super::Failure;
use crate::output::Printer;
use console::Term;
use std::io::Write;

/// Shows `what` and asks; without a terminal there is nobody to ask.
///
/// # Errors
/// Exit code 2 without a terminal, 1 where the answer is not yes.
pub(crate) fn confirm(printer: &Printer, what: &str, question: &str) -> Result<(), Failure> {
    let term = Term::stderr();
    if !term.features().is_attended() || !console::user_attended() && printer.json {
        return Err(Failure::usage(format!(
            "{question} There is no terminal to ask on: pass --yes to go ahead"
        )));
    }
    let mut stderr = std::io::stderr().lock();
    let asked = write!(stderr, "{what}\n\n{question} [y/N] ").and_then(|()| stderr.flush());
    drop(stderr);
    let answer = asked.and_then(|()| term.read_line());
    match answer.as_deref().map(str::trim) {
        Ok("y" | "Y" | "yes" | "Yes") => Ok(()),
        _ => Err(Failure::failed("not confirmed; nothing was changed")),
    }
}
