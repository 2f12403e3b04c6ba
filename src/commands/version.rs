//! `gatewayq version`

use super::Failure;
use crate::handler::embedded;
use crate::hex::sha256;
use crate::output::Printer;
use serde_json::{Value, json};

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Empty where the build did not know it.
const COMMIT: &str = env!("GATEWAYQ_COMMIT");
const TARGET: &str = env!("GATEWAYQ_TARGET");

pub(crate) fn run(printer: &Printer) -> Result<(), Failure> {
    let handlers = handlers()?;
    let commit = Some(COMMIT).filter(|commit| !commit.is_empty());
    let json =
        json!({"version": VERSION, "commit": commit, "target": TARGET, "handlers": handlers});
    let mut lines = vec![match commit {
        Some(commit) => format!("gatewayq {VERSION} ({commit}) for {TARGET}"),
        None => format!("gatewayq {VERSION} for {TARGET}"),
    }];
    lines.extend(handlers.iter().map(line));
    if handlers.is_empty() {
        lines.push("no handler on board: one is built from the source in gatewayq".to_owned());
    }
    printer.result(&json, &lines.join("\n"));
    Ok(())
}

fn handlers() -> anyhow::Result<Vec<Value>> {
    embedded()
        .map(|handler| {
            let binary = handler.bootstrap()?;
            Ok(json!({
                "architecture": handler.architecture,
                "sha256": sha256(&binary),
                "bytes": binary.len(),
            }))
        })
        .collect()
}

fn line(handler: &Value) -> String {
    let text = |name: &str| handler[name].as_str().unwrap_or_default();
    format!(
        "handler for {}: {} bytes, sha256 {}",
        text("architecture"),
        handler["bytes"],
        text("sha256")
    )
}
