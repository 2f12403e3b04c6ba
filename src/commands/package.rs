//! `gatewayq package`

use super::binary::{Binary, Making};
use super::session::settings;
use super::{Failure, interrupt};
use crate::build::{self, lambda_name};
use crate::cli::{self, Global};
use crate::handler::Handler;
use crate::hex::sha256;
use crate::output::{Printer, table};
use crate::package::{self, Manifest};
use crate::whole_file;
use anyhow::Context;
use camino::Utf8Path;
use serde::Serialize;
use tokio::task::spawn_blocking;

/// No stage that the package is deployed to will say what it is of.
const NO_COMMIT: &str =
    "the package says no commit: git is not there, or did not answer for this folder";

/// What `package --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The file, as it was given.
    path: &'a Utf8Path,
    /// Of the file, in hexadecimal.
    sha256: String,
    /// Of the file.
    bytes: usize,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &cli::Package,
) -> Result<(), Failure> {
    let (settings, cancel) = (settings(global)?, interrupt::listen(printer));
    let handler = arguments.bootstrap.clone().map(Handler::File);
    let making = Making::new(global, &settings, handler, printer)?;
    let (manifest, bytes) = tokio::select! {
        packed = pack(&making) => packed?,
        () = cancel.cancelled() => {
            return Err(Failure::Interrupted("no package was written".to_owned()));
        }
    };
    let path = &arguments.out;
    whole_file::replace(path, &bytes)
        .with_context(|| format!("the package {path} cannot be written"))?;
    if manifest.commit.is_none() && build::is_in_work_tree(&making.project) {
        printer.note(NO_COMMIT);
    }
    let report = Report {
        path,
        sha256: sha256(&bytes),
        bytes: bytes.len(),
        manifest: &manifest,
    };
    printer.result(&report, &text(&report));
    Ok(())
}

/// The package, with what is known of it.
async fn pack(making: &Making) -> Result<(Manifest, Vec<u8>), Failure> {
    let Binary { bytes, commit } = making.binary().await?;
    let settings = &making.settings;
    let architecture = settings.function.architecture;
    let (from, _) = making.handler.origin();
    let mut manifest =
        Manifest::new(&settings.app, from, architecture, &bytes).of_commit(commit.as_deref());
    if let Some(folder) = making.crate_dir()? {
        let compiler = build::compiler(&folder).await;
        manifest.toolchain = Some(compiler.context("the compiler's version is not known")?);
        manifest.target = Some(making.target().to_owned());
    }
    let packed = spawn_blocking(move || {
        let zip = package::write(&manifest, &bytes).context("the package cannot be made")?;
        anyhow::Ok((manifest, zip))
    });
    Ok(packed.await.context("the package cannot be made")??)
}

fn text(report: &Report) -> String {
    let manifest = report.manifest;
    let commit = manifest.described();
    let mut rows = vec![
        vec!["app".to_owned(), manifest.app.clone()],
        vec![
            "commit".to_owned(),
            commit.unwrap_or_else(|| "not in git".to_owned()),
        ],
        vec![
            "architecture".to_owned(),
            lambda_name(manifest.architecture).to_owned(),
        ],
    ];
    let toolchain = manifest.toolchain.clone();
    rows.extend(toolchain.map(|version| vec!["toolchain".to_owned(), version]));
    let bootstrap = manifest.bootstrap.sha256.clone();
    rows.push(vec!["bootstrap".to_owned(), format!("sha256 {bootstrap}")]);
    rows.push(vec![
        "package".to_owned(),
        format!("sha256 {}", report.sha256),
    ]);
    format!(
        "{} is written ({} bytes)\n\n{}",
        report.path,
        report.bytes,
        table(&rows)
    )
}
