//! `gatewayq local`

use super::Failure;
use super::session::project_dir;
use crate::cli::{Global, Local};
use crate::local::{self, LocalAws};
use crate::output::Printer;
use serde_json::json;

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
            printer.result(&json!({"running": false, "stopped": stopped}), text);
        }
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

fn show(printer: &Printer, local: Option<LocalAws>) {
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
