//! `gatewayq export`

use super::artifact::Preparation;
use super::converge::survey;
use super::session::{Session, not_deployed, settings};
use super::{Failure, interrupt};
use crate::build::Upload;
use crate::cli::{self, Global};
use crate::config::Settings;
use crate::engine::{Action, Goal, Plan};
use crate::export::{self, Folder, Identifiers, Left, Place};
use crate::output::Printer;
use crate::stack::Purpose;
use anyhow::Context;
use camino::Utf8Path;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

/// What `export --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    app: &'a str,
    stage: &'a str,
    /// `openapi`, `cloudformation` or `terraform`.
    format: &'static str,
    /// The folder, as it was given.
    dir: &'a Utf8Path,
    /// The names of the files in it.
    files: &'a [String],
    /// What they do not hold.
    not_held: &'a [Left],
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &cli::Export,
) -> Result<(), Failure> {
    check(global, arguments)?;
    let folder = Folder::new(&arguments.dir, arguments.force).map_err(Failure::Usage)?;
    let (settings, cancel) = (settings(global)?, interrupt::listen(printer));
    let upload = code(global, printer, &settings, arguments, cancel.clone()).await?;
    let (place, deployed) = match arguments.deployed {
        true => {
            let (place, ids) = deployed(global, printer, &settings, cancel).await?;
            (place, Some(ids))
        }
        false => (Place::any(), None),
    };
    let format = arguments.format;
    let export = export::export(format, &settings, &place, &upload, deployed.as_ref());
    let export = export.map_err(|error| Failure::Failed(error.into()))?;
    let files = folder
        .write(&export, format, (&settings.app, &settings.stage))
        .context("the export cannot be written")?;
    let report = Report {
        app: &settings.app,
        stage: &settings.stage,
        format: format.name(),
        dir: &arguments.dir,
        files: &files,
        not_held: &export.left,
    };
    printer.result(&report, &text(&report));
    Ok(())
}

/// Options that do not go together.
fn check(global: &Global, arguments: &cli::Export) -> Result<(), Failure> {
    let source = &arguments.source;
    if !arguments.format.has_code() && (source.bootstrap.is_some() || source.package.is_some()) {
        return Err(Failure::usage(
            "--bootstrap and --package are for cloudformation and terraform: OpenAPI has no place for the function's code",
        ));
    }
    let place = [
        ("--local", global.local),
        ("--profile", global.profile.is_some()),
        ("--region", global.region.is_some()),
    ];
    match place
        .iter()
        .find(|(_, given)| *given && !arguments.deployed)
    {
        Some((flag, _)) => Err(Failure::usage(format!(
            "{flag} is for --deployed: without it an export is for any account and Region, and asks none"
        ))),
        None => Ok(()),
    }
}

/// The function's code, where the format has a place for it.
async fn code(
    global: &Global,
    printer: &Printer,
    settings: &Settings,
    arguments: &cli::Export,
    cancel: CancellationToken,
) -> Result<Upload, Failure> {
    if !arguments.format.has_code() {
        return Ok(Upload::default());
    }
    let mut made = Preparation::start(global, settings, &arguments.source, printer, cancel)?;
    made.done().await?;
    Ok(made.upload())
}

/// Where the stage is deployed, and its identifiers there. It has to be as gatewayq.toml says: what is taken over
/// is then what is described.
async fn deployed(
    global: &Global,
    printer: &Printer,
    settings: &Settings,
    cancel: CancellationToken,
) -> Result<(Place, Identifiers), Failure> {
    let session = Session::connect(global, printer, settings.clone(), cancel).await?;
    let goal = Goal::Present { replace: false };
    let (stack, plan) = survey(&session, &Purpose::Inspect, goal).await?;
    if stack.api.current().is_none() {
        return Err(not_deployed(&stack, global));
    }
    if !plan.is_empty() {
        let flags = &session.flags;
        return Err(Failure::failed(format!(
            "{} differs from gatewayq.toml in {}: what is taken over has to be what is described. gatewayq plan{flags} shows it, \
             gatewayq deploy{flags} fixes it",
            stack.names.base(),
            differing(&plan)
        )));
    }
    let aws = &session.runtime.aws;
    let place = Place {
        identity: aws.identity.clone(),
        region: aws.region.clone(),
    };
    Ok((place, stack.graph.identifiers()))
}

/// What differs, in words.
fn differing(plan: &Plan) -> String {
    let steps = plan.steps.iter();
    let steps =
        steps.filter(|step| step.action.is_work() || matches!(step.action, Action::Foreign { .. }));
    let names: Vec<String> = steps
        .map(|step| format!("{} {}", step.kind, step.name))
        .collect();
    names.join(", ")
}

fn text(report: &Report) -> String {
    let files = report.files.iter();
    let files: Vec<String> = files
        .map(|name| format!("written  {}", report.dir.join(name)))
        .collect();
    format!(
        "{}\n\nNot held:\n{}",
        files.join("\n"),
        not_held(report.not_held)
    )
}

/// A line for each reason: OpenAPI has one for all that is not the API.
fn not_held(all: &[Left]) -> String {
    let mut lines: Vec<(Vec<&str>, &str)> = Vec::new();
    for left in all {
        match lines.iter_mut().find(|(_, why)| *why == left.why) {
            Some((what, _)) => what.push(&left.what),
            None => lines.push((vec![&left.what], &left.why)),
        }
    }
    let lines = lines.iter();
    let lines = lines.map(|(what, why)| format!("  {}: {why}", what.join(", ")));
    lines.collect::<Vec<_>>().join("\n")
}
