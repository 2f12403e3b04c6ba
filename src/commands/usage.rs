//! A command line that clap refuses, or answers itself: `--help`, `--version`.

use super::Report;
use crate::output::Printer;
use std::process::ExitCode;

/// Prints what clap says, and beside an error the document that `--json` promises.
pub(crate) fn answer(error: &clap::Error) -> ExitCode {
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    if error.use_stderr() && asks_for_json(words) {
        let printer = Printer::new(true, true, false);
        // One line fits commands that print one document and those that print one a line.
        printer.print_in_lines();
        printer.result(&report(&error.to_string()), "");
    }
    // Where its stream is closed there is nobody to tell.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn report(text: &str) -> Report<'_> {
    let text = text.trim_end();
    Report {
        error: text.strip_prefix("error: ").unwrap_or(text),
        exit_code: 2,
    }
}

/// What stands behind `--` is another program's.
fn asks_for_json(words: impl Iterator<Item = String>) -> bool {
    words
        .skip(1)
        .take_while(|word| word != "--")
        .any(|word| word == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(line: &str) -> bool {
        asks_for_json(line.split(' ').map(str::to_owned))
    }

    #[test]
    fn json_is_asked_for_before_what_is_another_programs() {
        assert!(asks("gatewayq status --json --region Ireland"));
        assert!(asks("gatewayq result a/b --json"));
        assert!(!asks("gatewayq status --region Ireland"));
        assert!(!asks("gatewayq worker run -- --json"));
        assert!(!asks("--json status"));
    }

    #[test]
    fn the_report_has_claps_words() {
        let line = ["gatewayq", "status", "--region", "Ireland"];
        let error = crate::cli::command().try_get_matches_from(line);
        let text = error.unwrap_err().to_string();
        let report = report(&text);
        assert_eq!(report.exit_code, 2);
        assert!(
            report.error.starts_with("invalid value 'Ireland'"),
            "{}",
            report.error
        );
        assert!(!report.error.ends_with('\n'));
    }
}
