//! `gatewayq schema`

use crate::config;
use crate::output::Printer;

/// The same document with and without `--json`: it is one.
pub(crate) fn run(printer: &Printer) {
    let schema = config::schema();
    printer.result(&schema, &format!("{schema:#}"));
}
