//! The function's binary for a deploy, a plan or a package: taken from where it is, or built.

use super::Failure;
use super::session::project_dir;
use crate::build;
use crate::cli::Global;
use crate::config::Settings;
use crate::handler::{self, Handler};
use crate::output::{Activity, Printer};
use crate::package::Package;
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use std::borrow::Cow;
use tokio::task::spawn_blocking;

/// A binary that Lambda can start.
pub(super) struct Binary {
    pub bytes: Cow<'static, [u8]>,
    /// The commit that it is of, where one is known: of a package the package's, else the project's own.
    pub commit: Option<String>,
}

/// A binary that was not looked at yet, and what to call it in messages.
type Taken = (Cow<'static, [u8]>, String);

/// What taking or building one needs.
pub(super) struct Making {
    pub project: Utf8PathBuf,
    pub handler: Handler,
    pub settings: Settings,
    printer: Printer,
    building: Option<Activity>,
}

impl Making {
    /// The binary that `handler` leads to, or else gatewayq.toml.
    ///
    /// # Errors
    /// Exit code 2 for a project's folder that cannot be read.
    pub(super) fn new(
        global: &Global,
        settings: &Settings,
        handler: Option<Handler>,
        printer: &Printer,
    ) -> Result<Self, Failure> {
        let project = project_dir(global)?;
        let handler = handler.unwrap_or_else(|| Handler::choose(&project, &settings.function));
        let target = target(settings);
        Ok(Self {
            project,
            settings: settings.clone(),
            printer: printer.clone(),
            // Told here and not by the work, so that what the command tells next comes after it.
            building: handler
                .is_built()
                .then(|| printer.activity(&format!("building the handler for {target}"))),
            handler,
        })
    }

    /// # Errors
    /// Exit code 1 for a file that cannot be read or is not for this stage, for a binary that Lambda could not start, and with the
    /// compiler's words.
    pub(super) async fn binary(&self) -> Result<Binary, Failure> {
        let ((bytes, name), commit) = match &self.handler {
            Handler::Package(path) => self.unpacked(path)?,
            handler => {
                let (taken, commit) =
                    tokio::join!(self.taken(handler), build::commit(&self.project));
                (taken?, commit)
            }
        };
        let architecture = self.settings.function.architecture;
        let checked = spawn_blocking(move || {
            build::check(&bytes, architecture)
                .with_context(|| format!("{name} would not start in Lambda"))?;
            anyhow::Ok(bytes)
        });
        let bytes = checked.await.context("the handler cannot be looked at")??;
        Ok(Binary { bytes, commit })
    }

    async fn taken(&self, handler: &Handler) -> anyhow::Result<Taken> {
        let path = match handler {
            Handler::OnBoard(embedded) => {
                return Ok((embedded.bootstrap()?, "the handler on board".to_owned()));
            }
            Handler::File(path) | Handler::Package(path) => path.clone(),
            Handler::Crate(_) | Handler::Carried => self.compile().await?,
        };
        let bytes = std::fs::read(&path)
            .with_context(|| format!("the handler's binary {path} cannot be read"))?;
        Ok((bytes.into(), format!("the handler's binary {path}")))
    }

    /// The folder that the handler is built in, where it is.
    ///
    /// # Errors
    /// A cache folder that cannot be written.
    pub(super) fn crate_dir(&self) -> anyhow::Result<Option<Utf8PathBuf>> {
        match &self.handler {
            Handler::Crate(folder) => Ok(Some(self.project.join(folder))),
            Handler::Carried => handler::carried().map(Some),
            Handler::OnBoard(_) | Handler::File(_) | Handler::Package(_) => Ok(None),
        }
    }

    /// The Rust target that it would be built for.
    pub(super) fn target(&self) -> &str {
        target(&self.settings)
    }

    fn unpacked(&self, path: &Utf8Path) -> anyhow::Result<(Taken, Option<String>)> {
        let package = Package::load(path).and_then(|package| {
            package.fits(&self.settings)?;
            Ok(package)
        });
        let package = package.with_context(|| format!("the package {path}"))?;
        let name = format!("the bootstrap in the package {path}");
        let commit = package.manifest.described();
        Ok(((package.bootstrap.into(), name), commit))
    }

    async fn compile(&self) -> anyhow::Result<Utf8PathBuf> {
        match &self.handler {
            Handler::Crate(folder) => self.compile_in(folder).await,
            _ => self
                .compile_in(&handler::carried()?)
                .await
                .context("no handler is on board for this function, so the one that gatewayq carries as source is built"),
        }
    }

    async fn compile_in(&self, crate_dir: &Utf8Path) -> anyhow::Result<Utf8PathBuf> {
        let on_line = |line: &str| match (&self.building, self.printer.verbose) {
            (Some(building), false) => building.at(line.trim()),
            _ => self.printer.note(line),
        };
        let built = build::bootstrap(&self.project, crate_dir, self.target(), &on_line).await;
        built.context("the handler was not built; nothing was changed")
    }
}

fn target(settings: &Settings) -> &str {
    let function = &settings.function;
    let default = || build::default_target(function.architecture);
    function.target.as_deref().unwrap_or_else(default)
}
