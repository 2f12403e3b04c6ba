//! `gatewayq local`

use super::Failure;
use super::session::project_dir;
use crate::cli::{Global, Local};
use crate::local::{self, LocalAws};
use crate::output::Printer;
use serde::Serialize;

/// What `local` prints with `--json`.
#[derive(Default, Serialize)]
struct Report {
    running: bool,
    /// After `stop`: whether it ran before.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<bool>,
    /// After `reset`: true.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<bool>,
    #[serde(flatten)]
    server: Option<Server>,
}

/// The running server.
#[derive(Serialize)]
struct Server {
    /// `http://127.0.0.1:PORT`, for every service.
    endpoint: String,
    pid: u32,
    port: u16,
}

pub async fn run(global: &Global, printer: &Printer, action: Local) -> Result<(), Failure> {
    let project = project_dir(global)?;
    let failed = |error: local::Error| Failure::Failed(error.into());
    let say = |line: &str| printer.note(line);
    match action {
        Local::Start => show(
            printer,
            Some(local::start(&project, &say).await.map_err(failed)?),
        ),
        Local::Status => show(printer, local::status(&project).await.map_err(failed)?),
        Local::Stop => {
            let stopped = local::stop(&project).await.map_err(failed)?;
            let text = if stopped {
                "the local AWS is stopped; what is in it is kept"
            } else {
                "the local AWS was not running"
            };
            let report = Report {
                stopped: Some(stopped),
                ..Report::default()
            };
            printer.result(&report, text);
        }
        Local::Reset => {
            local::reset(&project).await.map_err(failed)?;
            let report = Report {
                reset: Some(true),
                ..Report::default()
            };
            printer.result(&report, "the local AWS is empty again");
        }
    }
    Ok(())
}

fn show(printer: &Printer, local: Option<LocalAws>) {
    let text = match &local {
        Some(local) => format!(
            "the local AWS answers at {} (process {})",
            local.endpoint, local.pid
        ),
        None => "the local AWS is not running: gatewayq local start".to_owned(),
    };
    let report = Report {
        running: local.is_some(),
        server: local.map(|local| Server {
            endpoint: local.endpoint,
            pid: local.pid,
            port: local.port,
        }),
        ..Report::default()
    };
    printer.result(&report, &text);
}
