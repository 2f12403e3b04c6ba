//! The artifact for a deploy or a plan: the function's code, built, checked and zipped while the rest of
//! the command looks at AWS.

use super::Failure;
use super::session::project_dir;
use crate::build::{self, Artifact, Upload, lambda_name};
use crate::cli::{Global, Source};
use crate::config::{Architecture, Settings};
use crate::handler::{self, Handler};
use crate::output::{Activity, Printer};
use crate::routes_file;
use crate::stack::Purpose;
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::borrow::Cow;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;

/// The artifact on its way, and where it comes from.
pub(crate) struct Preparation {
    upload: Upload,
    handler: Handler,
    architecture: Architecture,
    work: JoinHandle<Result<(), Failure>>,
}

/// `handler` in the documents of deploy and plan.
#[derive(Debug, Serialize)]
pub(crate) struct HandlerReport<'a> {
    from: &'static str,
    path: Option<&'a Utf8Path>,
    architecture: &'static str,
    /// Of the binary, in hexadecimal.
    sha256: &'a str,
}

impl Preparation {
    /// Begins to take or build the handler and to pack it with its routes.
    ///
    /// # Errors
    /// Exit code 2 for a project's folder that cannot be read.
    pub(crate) fn start(
        global: &Global,
        settings: &Settings,
        source: &Source,
        printer: &Printer,
        cancel: CancellationToken,
    ) -> Result<Self, Failure> {
        let project = project_dir(global)?;
        let handler = match &source.bootstrap {
            Some(path) => Handler::File(path.clone()),
            None => Handler::choose(&project, &settings.function),
        };
        let upload = Upload::default();
        let target = target(settings);
        let packing = Packing {
            project,
            handler: handler.clone(),
            settings: settings.clone(),
            printer: printer.clone(),
            // Told here and not by the work, so that what the command tells next comes after it.
            building: handler
                .is_built()
                .then(|| printer.activity(&format!("building the handler for {target}"))),
        };
        let work = tokio::spawn(packing.run(upload.clone(), cancel));
        Ok(Self {
            upload,
            handler,
            architecture: settings.function.architecture,
            work,
        })
    }

    /// What the stack is built for.
    pub(crate) fn purpose(&self) -> Purpose {
        Purpose::Deploy(self.upload.clone())
    }

    /// Waits until the code is there.
    ///
    /// # Errors
    /// Exit code 1 with the compiler's words, or with what Lambda could not start about the binary.
    pub(crate) async fn done(&mut self) -> Result<(), Failure> {
        let ended = (&mut self.work).await;
        ended.unwrap_or_else(|error| Err(Failure::failed(format!("the handler: {error}"))))
    }

    /// Which handler is used, for people.
    pub(crate) fn handler_text(&self) -> String {
        self.handler.text(self.architecture)
    }

    /// Which handler is used, for programs.
    ///
    /// # Errors
    /// It is not built yet.
    pub(crate) fn report(&self) -> Result<HandlerReport<'_>, Failure> {
        let (from, path) = self.handler.origin();
        let artifact = self.upload.artifact();
        let artifact = artifact.ok_or_else(|| Failure::failed("the handler is not built yet"))?;
        Ok(HandlerReport {
            from,
            path,
            architecture: lambda_name(self.architecture),
            sha256: &artifact.bootstrap_sha256,
        })
    }
}

impl Drop for Preparation {
    /// A command that ends takes cargo with it.
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// What the work itself needs.
struct Packing {
    project: Utf8PathBuf,
    handler: Handler,
    settings: Settings,
    printer: Printer,
    building: Option<Activity>,
}

fn target(settings: &Settings) -> &str {
    let function = &settings.function;
    let default = || build::default_target(function.architecture);
    function.target.as_deref().unwrap_or_else(default)
}

impl Packing {
    async fn run(self, upload: Upload, cancel: CancellationToken) -> Result<(), Failure> {
        let packed = async { tokio::join!(self.pack(), build::commit(&self.project)) };
        tokio::select! {
            (packed, commit) = packed => {
                upload.arrives(packed?, commit);
                Ok(())
            }
            // What is dropped here takes cargo with it.
            () = cancel.cancelled() => {
                Err(Failure::Interrupted("nothing was changed".to_owned()))
            }
        }
    }

    async fn pack(&self) -> Result<Artifact, Failure> {
        let (binary, name) = self.binary().await?;
        let (project, architecture) = (self.project.clone(), self.settings.function.architecture);
        let routes = routes_file::render(&self.settings);
        let packed = spawn_blocking(move || {
            build::check(&binary, architecture)
                .with_context(|| format!("{name} would not start in Lambda"))?;
            build::zip_once(&project, &binary, &routes).context("the handler cannot be packed")
        });
        let packed = packed.await.context("the handler cannot be packed")?;
        Ok(packed?)
    }

    /// The binary's bytes, and what to call it in messages.
    async fn binary(&self) -> Result<(Cow<'static, [u8]>, String), Failure> {
        let path = match &self.handler {
            Handler::OnBoard(embedded) => {
                return Ok((embedded.bootstrap()?, "the handler on board".to_owned()));
            }
            Handler::File(path) => path.clone(),
            Handler::Crate(folder) => self.compile(folder).await?,
            Handler::Carried => {
                let folder = handler::carried()?;
                self.compile(&folder)
                    .await
                    .context("no handler is on board for this function, so the one that gatewayq carries as source is built")?
            }
        };
        let binary = std::fs::read(&path)
            .with_context(|| format!("the handler's binary {path} cannot be read"))?;
        Ok((binary.into(), format!("the handler's binary {path}")))
    }

    async fn compile(&self, crate_dir: &Utf8Path) -> anyhow::Result<Utf8PathBuf> {
        let on_line = |line: &str| match (&self.building, self.printer.verbose) {
            (Some(building), false) => building.at(line.trim()),
            _ => self.printer.note(line),
        };
        let target = target(&self.settings);
        let built = build::bootstrap(&self.project, crate_dir, target, &on_line).await;
        built.context("the handler was not built; nothing was changed")
    }
}
