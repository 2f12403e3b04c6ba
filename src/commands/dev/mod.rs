//! `gatewayq dev`: the local AWS, the stage on it, a worker, and what all of them write, in one terminal.

mod function_log;
mod lines;
mod requests;
mod worker;

use super::deploy::Deployed;
use super::interrupt::{self, Ends};
use super::rounds::Rounds;
use super::session::{project_dir, settings};
use super::{Failure, worker_run};
use crate::cli::{Dev, Global};
use crate::config;
use crate::local;
use crate::output::{Printer, table};
use crate::watch::Source;
use camino::Utf8Path;
use function_log::FunctionLog;
use lines::Lines;
use requests::Requests;
use std::sync::Arc;
use tokio::sync::watch;
use worker::Worker;

pub(crate) async fn run(global: Global, printer: &Printer, arguments: &Dev) -> Result<(), Failure> {
    refuse(&global, printer)?;
    let global = Global {
        local: true,
        ..global
    };
    let project = project_dir(&global)?;
    // A mistake in the file is shown by the first deploy, and waited for.
    match settings(&global) {
        Ok(_) | Err(Failure::Config(config::Error::Invalid { .. })) => {}
        Err(failure) => return Err(failure),
    }
    let failed = |error: local::Error| Failure::Failed(error.into());
    let ran = local::status(&project).await.map_err(failed)?.is_some();
    let ends = interrupt::listen_for_end(printer);
    let ended = session(&global, printer, &ends, &project, arguments).await;
    if !ran && local::stop(&project).await.map_err(failed)? {
        printer.note("the local AWS is stopped; what is in it is kept");
    }
    match ended {
        Ok(()) if ends.now.is_cancelled() => Err(Failure::Interrupted(
            "ended at once; tasks that ran come back when the queue's visibility time-out is over"
                .to_owned(),
        )),
        ended => ended,
    }
}

/// What does not go together with the rest of the command line.
fn refuse(global: &Global, printer: &Printer) -> Result<(), Failure> {
    if printer.json {
        let text = "dev has no --json: it is for a terminal. `watch --local --json` prints a line for each deploy, `logs \
            --local --follow --json` one for each line of the logs";
        return Err(Failure::usage(text));
    }
    if global.profile.is_some() {
        let text = "dev works with the local AWS, and --profile names an account: gatewayq watch --profile deploys to it";
        return Err(Failure::usage(text));
    }
    Ok(())
}

/// Everything until Ctrl-C. Whatever ends it, the worker has ended when it returns.
async fn session(
    global: &Global,
    printer: &Printer,
    ends: &Ends,
    project: &Utf8Path,
    arguments: &Dev,
) -> Result<(), Failure> {
    let lines = Lines::new(printer, ends);
    let worker =
        (!arguments.no_worker).then(|| Worker::new(global, &arguments.worker, &lines, ends));
    let beside = match &worker {
        Some(_) => Source::worker(&worker_run::tasks_folder(project, &arguments.worker)).to_vec(),
        None => Vec::new(),
    };
    let rounds = Rounds::new(global, printer, ends, &arguments.source, beside, None);
    let ended = match rounds {
        Ok(rounds) => {
            let _requests = Requests::show(project, &lines);
            let (log, logs) = watch::channel(None);
            let stage = Stage {
                global,
                printer,
                log,
                routes: Vec::new(),
            };
            let work = stage.until_ctrl_c(rounds, worker.as_ref());
            tokio::join!(work, function_log::show(logs, lines)).0
        }
        Err(failure) => Err(failure),
    };
    // A failure ends what else runs, too.
    ends.orderly.cancel();
    if let Some(worker) = worker {
        worker.end().await;
    }
    ended
}

/// The deployed stage, and what is shown of it.
struct Stage<'a> {
    global: &'a Global,
    printer: &'a Printer,
    /// The log that is shown.
    log: watch::Sender<Option<FunctionLog>>,
    /// The routes that were shown last.
    routes: Vec<Vec<String>>,
}

impl Stage<'_> {
    async fn until_ctrl_c(
        mut self,
        mut rounds: Rounds<'_>,
        worker: Option<&Worker>,
    ) -> Result<(), Failure> {
        let restart = || {
            if let Some(worker) = worker {
                worker.restart();
            }
        };
        let mut wanted = true;
        loop {
            if wanted {
                match rounds.deploy(|_| restart()).await {
                    Ok(deployed) => self.deployed(deployed, worker)?,
                    Err(failure) => rounds.failed(failure)?,
                }
            }
            let Some(changes) = rounds.changes().await else {
                return Ok(());
            };
            if !changes.worker.is_empty() {
                restart();
            }
            wanted = !changes.stage.is_empty();
            if wanted {
                rounds.tell(&changes.stage);
            }
        }
    }

    /// Shows what can be done with it, where that is new, and lets the others work with it.
    fn deployed(&mut self, deployed: Deployed, worker: Option<&Worker>) -> Result<(), Failure> {
        let report = deployed.report()?;
        let routes = report.routes();
        let first = self.routes.is_empty();
        self.printer.line(&deployed.in_short(&report));
        if self.routes != routes {
            let try_this = deployed.try_this(self.global);
            self.printer
                .line(&format!("\n{}\n\nTry: {try_this}\n", table(&routes)));
            self.routes = routes;
        }
        if first {
            self.printer.line("Saves are deployed, those of the worker's files start it again. Ctrl-C ends all.\n");
        }
        let session = Arc::new(deployed.session);
        let log = FunctionLog::of(&session);
        self.log.send_if_modified(|shown| {
            let same = shown.as_ref().is_some_and(|shown| shown.is(&log));
            if !same {
                *shown = Some(log);
            }
            !same
        });
        if let Some(worker) = worker {
            worker.serve(session);
        }
        Ok(())
    }
}
