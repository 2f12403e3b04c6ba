//! `gatewayq init` and `gatewayq handler init`

use super::Failure;
use super::session::{FILE, settings};
use crate::cli::{Global, HandlerAction, Init};
use crate::endpoint;
use crate::handler::FOLDER;
use crate::init;
use crate::output::Printer;
use crate::scaffold::Written;
use crate::shell::quoted;
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;
use std::io;

pub(crate) fn run(global: &Global, printer: &Printer, arguments: &Init) -> Result<(), Failure> {
    let global = Global {
        project_dir: arguments
            .dir
            .clone()
            .unwrap_or_else(|| global.project_dir.clone()),
        ..global.clone()
    };
    let folder = &global.project_dir;
    let app = app(&global, arguments)?;
    let mut outcome = written(folder, init::project(folder, &app))?;
    if arguments.handler {
        let more = written(folder, init::handler(folder, &crate_dir(&global)?))?;
        outcome.extend(more);
    }
    let cd = match folder.as_str() {
        "." => String::new(),
        folder => format!("cd {} && ", quoted(folder)),
    };
    tell(
        printer,
        &outcome,
        folder,
        &format!("Next: {cd}gatewayq deploy --local"),
    );
    Ok(())
}

pub(crate) fn handler(
    global: &Global,
    printer: &Printer,
    action: &HandlerAction,
) -> Result<(), Failure> {
    let HandlerAction::Init = action;
    let (folder, crate_dir) = (&global.project_dir, crate_dir(global)?);
    let outcome = written(folder, init::handler(folder, &crate_dir))?;
    let flags = endpoint::flags(global);
    let next = format!("Next: a route in {crate_dir}/src/custom.rs, then gatewayq deploy{flags}");
    tell(printer, &outcome, folder, &next);
    Ok(())
}

/// The name that the file has, else the one that is asked for, else the folder's.
fn app(global: &Global, arguments: &Init) -> Result<String, Failure> {
    if global.project_dir.join(FILE).symlink_metadata().is_ok() {
        let app = settings(global)?.app;
        return match &arguments.name {
            Some(name) if *name != app => Err(Failure::usage(format!(
                "{FILE} is there already and calls the app {app}; --name is for a new one. Nothing was written"
            ))),
            _ => Ok(app),
        };
    }
    if let Some(name) = &arguments.name {
        return Ok(name.clone());
    }
    let absolute = camino::absolute_utf8(&global.project_dir).unwrap_or_default();
    // `..` and links have no name of their own.
    let folder = absolute.canonicalize_utf8().unwrap_or(absolute);
    Ok(init::app_name(folder.file_name().unwrap_or_default()))
}

/// Where the project's file wants the crate.
fn crate_dir(global: &Global) -> Result<Utf8PathBuf, Failure> {
    if !global.project_dir.join(FILE).exists() {
        return Err(Failure::usage(format!(
            "there is no {FILE} in {}: gatewayq init writes one",
            global.project_dir
        )));
    }
    let named = settings(global)?.function.crate_dir;
    Ok(named.unwrap_or_else(|| FOLDER.into()))
}

fn written(folder: &Utf8Path, outcome: io::Result<Written>) -> Result<Written, Failure> {
    let outcome = outcome.with_context(|| format!("the project in {folder} cannot be completed"));
    Ok(outcome?)
}

fn tell(printer: &Printer, outcome: &Written, folder: &Utf8Path, next: &str) {
    printer.result(
        &json!({"dir": folder, "written": outcome.written, "kept": outcome.kept}),
        &format!("{}\n\n{next}", outcome.lines()),
    );
}
