//! `gatewayq local`

use super::environment::Variables;
use super::session::{local_region, project_dir};
use super::{Failure, interrupt};
use crate::cli::{Global, Local};
use crate::local::{self, LocalAws, Server};
use crate::output::Printer;
use secrecy::ExposeSecret;
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
    server: Option<Listening>,
}

/// The running server.
#[derive(Serialize)]
struct Listening {
    /// `http://127.0.0.1:PORT`, for every service.
    endpoint: String,
    pid: u32,
    port: u16,
}

pub(crate) async fn run(global: &Global, printer: &Printer, action: Local) -> Result<(), Failure> {
    let cancel = interrupt::listen(printer);
    tokio::select! {
        done = act(global, printer, action) => done,
        () = cancel.cancelled() => Err(Failure::Interrupted(
            "the local AWS may be between two states. Run the command again to finish".to_owned(),
        )),
    }
}

async fn act(global: &Global, printer: &Printer, action: Local) -> Result<(), Failure> {
    let project = project_dir(global)?;
    let failed = |error: local::Error| Failure::Failed(error.into());
    let say = |line: &str| printer.note(line);
    match action {
        Local::Start => show(
            printer,
            Some(local::start(&project, &say).await.map_err(failed)?.server),
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
        Local::Env => env(
            printer,
            &local::start(&project, &say).await.map_err(failed)?,
            local_region(global),
        ),
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

/// What the AWS CLI and the SDKs read.
fn env(printer: &Printer, local: &LocalAws, region: String) {
    let secret = local.secret_access_key.expose_secret().to_owned();
    let variables = vec![
        ("AWS_ENDPOINT_URL", local.server.endpoint.clone()),
        ("AWS_ACCESS_KEY_ID", local.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", region.clone()),
        ("AWS_DEFAULT_REGION", region),
    ];
    Variables::local(variables).print(printer);
}

fn show(printer: &Printer, local: Option<Server>) {
    let text = match &local {
        Some(local) => format!(
            "the local AWS answers at {} (process {})",
            local.endpoint, local.pid
        ),
        None => "the local AWS is not running: gatewayq local start".to_owned(),
    };
    let report = Report {
        running: local.is_some(),
        server: local.map(|local| Listening {
            endpoint: local.endpoint,
            pid: local.pid,
            port: local.port,
        }),
        ..Report::default()
    };
    printer.result(&report, &text);
}
