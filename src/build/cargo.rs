//! `cargo build` of the handler.

use std::process::Stdio;

use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{Metadata, MetadataCommand};
use tokio::process::Command;

use super::Error;
use super::flags::Flags;
use super::linker::{self, Machine};
use super::messages::listen;
use super::toolchain::{self, Toolchain, text};

/// The binary's name: `provided.al2023` starts a file called so.
const BINARY: &str = "bootstrap";

/// Builds the handler in release mode and returns the path of its `bootstrap` binary.
///
/// `crate_dir` is relative to `project`, or absolute. `target` is a Rust target triple, or one
/// with a glibc version behind it (`x86_64-unknown-linux-gnu.2.34`), which cargo-zigbuild builds.
/// The user's environment and cargo configuration count as they do for `cargo build`. Paths of
/// this machine are mapped away, so that another folder or home gives the same binary.
/// `on_line` is given what cargo says while it works, one line at a time, without colours.
///
/// # Errors
/// [`Error::Compile`] with the compiler's errors; the others name what is missing.
pub async fn bootstrap(
    project: &Utf8Path,
    crate_dir: &Utf8Path,
    target: &str,
    on_line: &(dyn Fn(&str) + Send + Sync),
) -> Result<Utf8PathBuf, Error> {
    let crate_dir = project.join(crate_dir);
    let metadata = metadata(&crate_dir).await?;
    let manifest = manifest_with_bootstrap(&metadata, &crate_dir)?;
    let toolchain = toolchain::find(&crate_dir).await?;
    let triple = triple(target)?;
    toolchain::ensure_target(&crate_dir, &toolchain, triple, on_line).await?;
    let command = command(&crate_dir, &metadata, &toolchain, target)?;
    build(command, &manifest, &crate_dir, target, on_line).await
}

/// The target without a glibc version behind it.
fn triple(target: &str) -> Result<&str, Error> {
    let Some((triple, _)) = target.split_once('.') else {
        return Ok(target);
    };
    if !on_path("cargo-zigbuild") {
        return Err(Error::NoZigbuild {
            target: target.to_owned(),
        });
    }
    Ok(triple)
}

async fn metadata(crate_dir: &Utf8Path) -> Result<Metadata, Error> {
    let failed = |output| Error::Metadata {
        crate_dir: crate_dir.to_owned(),
        output,
    };
    if !crate_dir.join("Cargo.toml").is_file() {
        return Err(failed("it has no Cargo.toml".to_owned()));
    }
    let arguments = ["metadata", "--no-deps", "--format-version=1"];
    let output = toolchain::run("cargo", &arguments, crate_dir).await?;
    if !output.status.success() {
        return Err(failed(text(&output.stderr).trim_end().to_owned()));
    }
    MetadataCommand::parse(text(&output.stdout)).map_err(|error| failed(error.to_string()))
}

fn manifest_with_bootstrap(
    metadata: &Metadata,
    crate_dir: &Utf8Path,
) -> Result<Utf8PathBuf, Error> {
    let wanted = crate_dir
        .canonicalize_utf8()
        .unwrap_or_else(|_| crate_dir.to_owned());
    let package = metadata.packages.iter().find(|package| {
        package.manifest_path.parent().is_some_and(|folder| {
            folder == crate_dir || folder.canonicalize_utf8().is_ok_and(|real| real == wanted)
        })
    });
    package
        .filter(|package| {
            package
                .targets
                .iter()
                .any(|t| t.is_bin() && t.name == BINARY)
        })
        .map(|package| package.manifest_path.clone())
        .ok_or_else(|| Error::NoBootstrap {
            crate_dir: crate_dir.to_owned(),
        })
}

fn command(
    crate_dir: &Utf8Path,
    metadata: &Metadata,
    toolchain: &Toolchain,
    target: &str,
) -> Result<Command, Error> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let zigbuild = target.contains('.');
    let mut command = Command::new("cargo");
    command
        .arg(if zigbuild { "zigbuild" } else { "build" })
        .args([
            "--release",
            "--bin",
            BINARY,
            "--target",
            target,
            "--color",
            "never",
        ])
        .arg(format!("--message-format={}", message_format()))
        .current_dir(crate_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Flags::mapping_paths(&metadata.workspace_root, toolchain).apply(&mut command, &variable);
    if !zigbuild {
        let host = (std::env::consts::ARCH, std::env::consts::OS);
        let machine = Machine {
            variable: &variable,
            program: &on_path,
            host,
        };
        command.envs(linker::variables(target, &machine)?);
    }
    Ok(command)
}

/// Diagnostics come inside cargo's JSON, so that they can be told from its progress.
fn message_format() -> &'static str {
    if console::colors_enabled_stderr() {
        "json-diagnostic-rendered-ansi"
    } else {
        "json"
    }
}

/// Whether a program of that name is on PATH.
pub(super) fn on_path(program: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else {
        return false;
    };
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

async fn build(
    mut command: Command,
    manifest: &Utf8Path,
    crate_dir: &Utf8Path,
    target: &str,
    on_line: &(dyn Fn(&str) + Send + Sync),
) -> Result<Utf8PathBuf, Error> {
    let run = |source| Error::Run {
        program: "cargo".to_owned(),
        source,
    };
    let mut child = command.spawn().map_err(run)?;
    let heard = listen(&mut child, manifest, on_line).await;
    if child.wait().await.map_err(run)?.success() {
        return heard.binary.ok_or_else(|| Error::NoBootstrap {
            crate_dir: crate_dir.to_owned(),
        });
    }
    let output = heard.why().trim_end().to_owned();
    Err(Error::Compile {
        crate_dir: crate_dir.to_owned(),
        target: target.to_owned(),
        output,
    })
}
