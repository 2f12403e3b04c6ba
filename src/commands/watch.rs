//! `gatewayq watch`: the stage, deployed at every save.

use super::confirm::confirm;
use super::deploy::Deployed;
use super::place::Place;
use super::rounds::Rounds;
use super::session::{Session, settings};
use super::{Failure, Report, interrupt};
use crate::cli::{Global, Watch};
use crate::output::{Printer, table};

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Watch,
) -> Result<(), Failure> {
    printer.print_in_lines();
    let settings = settings(global)?;
    let ends = interrupt::listen_for_end(printer);
    let mut place = None;
    if !global.local && !arguments.yes {
        let cancel = ends.orderly.clone();
        let session = Session::connect(global, printer, settings, cancel).await?;
        place = Some(ask(printer, &session)?);
    }
    let source = &arguments.source;
    let mut rounds = Rounds::new(global, printer, &ends, source, Vec::new(), place)?;
    let mut routes = Vec::new();
    loop {
        match rounds.deploy(|_| ()).await {
            Ok(deployed) => show(printer, &deployed, &mut routes)?,
            Err(failure) => {
                document(printer, &failure);
                rounds.failed(failure)?;
            }
        }
        if !printer.is_open() {
            return Ok(());
        }
        match rounds.changes().await {
            Some(changes) => rounds.tell(&changes.stage),
            None => return Ok(()),
        }
    }
}

/// Every save goes to an account from now on: its owner has to know, and it has to stay the same.
fn ask(printer: &Printer, session: &Session) -> Result<Place, Failure> {
    let place = Place::of(session);
    let what = format!("{place} is deployed now, and at every save until Ctrl-C");
    confirm(printer, &what, "Go ahead?")?;
    Ok(place)
}

/// The result of a deploy, with the routes where they are others than before.
fn show(
    printer: &Printer,
    deployed: &Deployed,
    routes: &mut Vec<Vec<String>>,
) -> Result<(), Failure> {
    let report = deployed.report()?;
    if printer.json {
        printer.document(&report);
        return Ok(());
    }
    let now = report.routes();
    if *routes != now {
        printer.line(&table(&now));
        *routes = now;
    }
    printer.line(&deployed.in_short(&report));
    Ok(())
}

/// A failure as a document of a line, as a result is. Ctrl-C ends the command, and its document is the command's last.
fn document(printer: &Printer, failure: &Failure) {
    if printer.json
        && !matches!(failure, Failure::Interrupted(_))
        && let Some(error) = failure.message()
    {
        let exit_code = failure.exit_code();
        printer.document(&Report {
            error: &error,
            exit_code,
        });
    }
}
