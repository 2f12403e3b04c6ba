//! The artifact for a deploy or a plan: the function's code, built, checked and zipped.

use super::Failure;
use super::session::{Session, project_dir};
use crate::build::lambda_name;
use crate::cli::{Global, Source};
use crate::config::{Architecture, Settings};
use crate::handler::{self, Handler};
use crate::output::Printer;
use crate::stack::Purpose;
use crate::{build, routes_file};
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// The artifact, and where it came from.
pub(crate) struct Prepared {
    pub purpose: Purpose,
    handler: Handler,
    architecture: Architecture,
    /// Of the binary, in hexadecimal.
    sha256: String,
}

impl Prepared {
    /// Which handler is used, for people.
    pub(crate) fn handler_text(&self) -> String {
        self.handler.text(self.architecture)
    }

    /// Which handler is used, for programs.
    pub(crate) fn report(&self) -> HandlerReport<'_> {
        let (from, path) = self.handler.origin();
        HandlerReport {
            from,
            path,
            architecture: lambda_name(self.architecture),
            sha256: &self.sha256,
        }
    }
}

/// `handler` in the documents of deploy and plan.
#[derive(Debug, Serialize)]
pub(crate) struct HandlerReport<'a> {
    from: &'static str,
    path: Option<&'a Utf8Path>,
    architecture: &'static str,
    sha256: &'a str,
}

/// Takes or builds the handler and packs it with its routes.
///
/// # Errors
/// Exit code 1 with the compiler's words, or with what Lambda could not start about the binary.
pub(crate) async fn prepare(
    global: &Global,
    session: &Session,
    source: &Source,
) -> Result<Prepared, Failure> {
    tokio::select! {
        prepared = pack(global, &session.settings, source, &session.printer) => prepared,
        // What is dropped here takes cargo with it.
        () = session.runtime.cancel.cancelled() => {
            Err(Failure::Interrupted("nothing was changed".to_owned()))
        }
    }
}

async fn pack(
    global: &Global,
    settings: &Settings,
    source: &Source,
    printer: &Printer,
) -> Result<Prepared, Failure> {
    let (project, architecture) = (project_dir(global)?, settings.function.architecture);
    let handler = match &source.bootstrap {
        Some(path) => Handler::File(path.clone()),
        None => Handler::choose(&project, &settings.function),
    };
    let (binary, name) = binary(&handler, &project, settings, printer).await?;
    build::check(&binary, architecture)
        .with_context(|| format!("{name} would not start in Lambda"))?;
    let artifact = build::zip(&binary, &routes_file::render(settings))
        .context("the handler cannot be packed")?;
    Ok(Prepared {
        purpose: Purpose::Deploy {
            zip: Arc::new(artifact.zip),
            sha256: artifact.code_sha256,
        },
        handler,
        architecture,
        sha256: handler::sha256(&binary),
    })
}

/// The binary's bytes, and what to call it in messages.
async fn binary(
    handler: &Handler,
    project: &Utf8Path,
    settings: &Settings,
    printer: &Printer,
) -> Result<(Cow<'static, [u8]>, String), Failure> {
    let path = match handler {
        Handler::OnBoard(embedded) => {
            return Ok((embedded.bootstrap()?, "the handler on board".to_owned()));
        }
        Handler::File(path) => path.clone(),
        Handler::Crate(folder) => compile(project, folder, settings, printer).await?,
        Handler::Carried => {
            let folder = handler::carried()?;
            compile(project, &folder, settings, printer)
                .await
                .context("no handler is on board for this function, so the one that gatewayq carries as source is built")?
        }
    };
    let binary = std::fs::read(&path)
        .with_context(|| format!("the handler's binary {path} cannot be read"))?;
    Ok((binary.into(), format!("the handler's binary {path}")))
}

async fn compile(
    project: &Utf8Path,
    crate_dir: &Utf8Path,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<Utf8PathBuf> {
    let function = &settings.function;
    let target = function
        .target
        .as_deref()
        .unwrap_or_else(|| build::default_target(function.architecture));
    let activity = printer.activity(&format!("building the handler for {target}"));
    let on_line = |line: &str| match printer.verbose {
        true => printer.note(line),
        false => activity.at(line.trim()),
    };
    let built = build::bootstrap(project, crate_dir, target, &on_line).await;
    built.context("the handler was not built; nothing was changed")
}
