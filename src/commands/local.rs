//! `gatewayq local`

use super::session::{local_region, project_dir};
use super::{Failure, environment};
use crate::cli::{Global, Local};
use crate::local::{self, LocalAws, Server};
use crate::output::Printer;
use secrecy::ExposeSecret;
use serde_json::json;

pub async fn run(global: &Global, printer: &Printer, action: Local) -> Result<(), Failure> {
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
            printer.result(&json!({"running": false, "stopped": stopped}), text);
        }
        Local::Env => env(
            printer,
            &local::start(&project, &say).await.map_err(failed)?,
            local_region(global),
        ),
        Local::Reset => {
            local::reset(&project).await.map_err(failed)?;
            printer.result(
                &json!({"running": false, "reset": true}),
                "the local AWS is empty again",
            );
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
    environment::print_local(printer, variables);
}

fn show(printer: &Printer, local: Option<Server>) {
    match local {
        Some(local) => {
            let json = json!({"running": true, "endpoint": local.endpoint, "pid": local.pid, "port": local.port});
            printer.result(
                &json,
                &format!(
                    "the local AWS answers at {} (process {})",
                    local.endpoint, local.pid
                ),
            );
        }
        None => printer.result(
            &json!({"running": false}),
            "the local AWS is not running: gatewayq local start",
        ),
    }
}
