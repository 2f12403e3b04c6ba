//! The artifact for a deploy or a plan: the function's code, built, checked and zipped while the rest of
//! the command looks at AWS.

use super::Failure;
use super::binary::{Binary, Making};
use crate::build::{self, Artifact, Upload, lambda_name};
use crate::cli::{Global, Source};
use crate::config::{Architecture, Settings};
use crate::handler::Handler;
use crate::output::Printer;
use crate::routes_file;
use crate::stack::Purpose;
use anyhow::Context;
use camino::Utf8Path;
use serde::Serialize;
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
        let making = Making::new(global, settings, source.handler(), printer)?;
        let (upload, handler) = (Upload::default(), making.handler.clone());
        let work = tokio::spawn(run(making, upload.clone(), cancel));
        Ok(Self {
            upload,
            handler,
            architecture: settings.function.architecture,
            work,
        })
    }

    /// Where the artifact will be.
    pub(crate) fn upload(&self) -> Upload {
        self.upload.clone()
    }

    /// What the stack is built for; with `canary`, so many requests in a hundred reach the new version.
    pub(crate) fn purpose(&self, canary: Option<u8>) -> Purpose {
        Purpose::Deploy(self.upload(), canary)
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
        let artifact = built(&self.upload)?;
        Ok(HandlerReport {
            from,
            path,
            architecture: lambda_name(self.architecture),
            sha256: &artifact.bootstrap_sha256,
        })
    }
}

/// # Errors
/// It is not there yet.
pub(crate) fn built(upload: &Upload) -> Result<&Artifact, Failure> {
    let artifact = upload.artifact();
    artifact.ok_or_else(|| Failure::failed("the handler is not built yet"))
}

impl Drop for Preparation {
    /// A command that ends takes cargo with it.
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// Takes or builds the binary and packs it with its routes.
async fn run(making: Making, upload: Upload, cancel: CancellationToken) -> Result<(), Failure> {
    tokio::select! {
        packed = pack(&making) => {
            let (artifact, commit) = packed?;
            upload.arrives(artifact, commit);
            Ok(())
        }
        // What is dropped here takes cargo with it.
        () = cancel.cancelled() => {
            Err(Failure::Interrupted("nothing was changed".to_owned()))
        }
    }
}

/// The artifact, and the commit that it is of.
async fn pack(making: &Making) -> Result<(Artifact, Option<String>), Failure> {
    let Binary { bytes, commit } = making.binary().await?;
    let (project, routes) = (
        making.project.clone(),
        routes_file::render(&making.settings),
    );
    let packed = spawn_blocking(move || build::zip_once(&project, &bytes, &routes));
    let packed = packed.await.context("the handler cannot be packed")?;
    Ok((packed.context("the handler cannot be packed")?, commit))
}
