//! `gatewayq version`

use super::Failure;
use crate::handler::embedded;
use crate::hex::sha256;
use crate::output::Printer;
use crate::program::Program;
use serde::Serialize;

const TARGET: &str = env!("GATEWAYQ_TARGET");

/// What `version --json` prints.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    program: Program,
    target: &'static str,
    handlers: Vec<OnBoard>,
}

/// A handler on board.
#[derive(Serialize)]
struct OnBoard {
    architecture: &'static str,
    /// Of the binary, in hexadecimal.
    sha256: String,
    bytes: usize,
}

pub(crate) fn run(printer: &Printer) -> Result<(), Failure> {
    let report = Report {
        program: Program::this(),
        target: TARGET,
        handlers: handlers()?,
    };
    let mut lines = vec![format!("gatewayq {} for {TARGET}", report.program)];
    lines.extend(report.handlers.iter().map(line));
    if report.handlers.is_empty() {
        lines.push("no handler on board: one is built from the source in gatewayq".to_owned());
    }
    printer.result(&report, &lines.join("\n"));
    Ok(())
}

fn handlers() -> anyhow::Result<Vec<OnBoard>> {
    embedded()
        .map(|handler| {
            let binary = handler.bootstrap()?;
            Ok(OnBoard {
                architecture: handler.architecture,
                sha256: sha256(&binary),
                bytes: binary.len(),
            })
        })
        .collect()
}

fn line(handler: &OnBoard) -> String {
    let OnBoard {
        architecture,
        sha256,
        bytes,
    } = handler;
    format!("handler for {architecture}: {bytes} bytes, sha256 {sha256}")
}
