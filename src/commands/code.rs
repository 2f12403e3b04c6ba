//! The function's code for a deploy or a plan: built, checked and zipped.

use super::Failure;
use super::session::{Session, project_dir};
use crate::cli::{Code, Global};
use crate::config::Settings;
use crate::output::Printer;
use crate::stack::Purpose;
use crate::{build, routes_file};
use anyhow::Context;
use camino::Utf8PathBuf;
use std::sync::Arc;

/// Builds the handler (or takes the binary that is given) and packs it with its routes.
///
/// # Errors
/// Exit code 1 with the compiler's words, or with what Lambda could not start about the binary.
pub async fn prepare(global: &Global, session: &Session, code: &Code) -> Result<Purpose, Failure> {
    tokio::select! {
        prepared = pack(global, &session.settings, code, &session.printer) => prepared,
        // What is dropped here takes cargo with it.
        () = session.runtime.cancel.cancelled() => {
            Err(Failure::Interrupted("nothing was changed".to_owned()))
        }
    }
}

async fn pack(
    global: &Global,
    settings: &Settings,
    code: &Code,
    printer: &Printer,
) -> Result<Purpose, Failure> {
    let path = match &code.bootstrap {
        Some(path) => path.clone(),
        None => compile(global, settings, printer).await?,
    };
    let binary = std::fs::read(&path)
        .with_context(|| format!("the handler's binary {path} cannot be read"))?;
    build::check(&binary, settings.function.architecture)
        .with_context(|| format!("the handler's binary {path} would not start in Lambda"))?;
    let artifact = build::zip(&binary, &routes_file::render(settings))
        .context("the handler cannot be packed")?;
    Ok(Purpose::Deploy {
        zip: Arc::new(artifact.zip),
        sha256: artifact.code_sha256,
    })
}

async fn compile(
    global: &Global,
    settings: &Settings,
    printer: &Printer,
) -> Result<Utf8PathBuf, Failure> {
    let (project, function) = (project_dir(global)?, &settings.function);
    let target = function
        .target
        .as_deref()
        .unwrap_or_else(|| build::default_target(function.architecture));
    let task = printer.task(&format!("building the handler for {target}"));
    let on_line = |line: &str| match printer.verbose {
        true => printer.note(line),
        false => task.at(line.trim()),
    };
    let built = build::bootstrap(&project, &function.crate_dir, target, &on_line).await;
    Ok(built.context("the handler was not built; nothing was changed")?)
}
