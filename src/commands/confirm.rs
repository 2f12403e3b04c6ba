//! Asking before something that cannot be undone.

use super::Failure;
use crate::output::Printer;
use console::Term;
use std::io::{self, ErrorKind, Write};

/// Shows `what` and asks; without a terminal there is nobody to ask.
///
/// # Errors
/// Exit code 2 without a terminal, 1 where the answer is not yes, 130 where it is Ctrl-C.
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
    decided(answer)
}

fn decided(answer: io::Result<String>) -> Result<(), Failure> {
    match answer.as_deref().map(str::trim) {
        Ok("y" | "Y" | "yes" | "Yes") => Ok(()),
        // Ctrl-C: while a line is read from a terminal it comes as a key.
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            Err(Failure::Interrupted("nothing was changed".to_owned()))
        }
        _ => Err(Failure::failed("not confirmed; nothing was changed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_decides_and_ctrl_c_interrupts() {
        let code = |answer| decided(answer).err().map(|failure| failure.exit_code());
        assert_eq!(code(Ok("yes\n".to_owned())), None);
        assert_eq!(code(Ok(String::new())), Some(1));
        assert_eq!(code(Err(ErrorKind::UnexpectedEof.into())), Some(1));
        assert_eq!(code(Err(ErrorKind::Interrupted.into())), Some(130));
    }
}
