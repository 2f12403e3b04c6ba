//! `cargo build` of the handler.

use std::process::Stdio;

use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{Metadata, MetadataCommand};
use tokio::process::Command;

use super::Error;
use super::flags::Flags;
use super::layout::Layout;
use super::linker::{self, Machine};
use super::messages::{Build, listen};
use super::toolchain::{self, Toolchain, text};
use crate::process_group::Group;

/// The binary's name: `provided.al2023` starts a file called so.
const BINARY: &str = "bootstrap";

/// Builds the handler in release mode and returns the path of its `bootstrap` binary.
///
/// `crate_dir` is relative to `project`, or absolute. `target` is a Rust target triple, or one
/// with a glibc version behind it (`x86_64-unknown-linux-gnu.2.34`), which cargo-zigbuild builds.
/// The user's environment and cargo configuration count as they do for `cargo build`, but for a
/// processor that Lambda does not have. Paths of this machine are mapped away, so that another folder or home gives the same binary.
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
    let layout = Layout::find(&crate_dir)?;
    let toolchain = toolchain::find(&crate_dir).await?;
    let triple = triple(target)?;
    toolchain::ensure_target(&crate_dir, &toolchain, triple, on_line).await?;
    let command = command(&crate_dir, &layout, &toolchain, target)?;
    build(command, &layout.manifest, &crate_dir, target, on_line).await
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

fn command(
    crate_dir: &Utf8Path,
    layout: &Layout,
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
        .process_group(0);
    let triple = target.split_once('.').map_or(target, |(triple, _)| triple);
    Flags::of_the_user(crate_dir, triple)?
        .for_lambda(triple)?
        .mapping_paths(&layout.workspace_root, toolchain)
        .apply(&mut command);
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
    let group = Group::of(&child);
    let built = listen(&mut child, manifest, on_line).await;
    let status = child.wait().await.map_err(run)?;
    group.ended();
    if status.success() {
        return built.binary.ok_or_else(|| Error::NoBootstrap {
            crate_dir: crate_dir.to_owned(),
        });
    }
    Err(why_not(&built, crate_dir, target).await?)
}

/// Why a build failed. Where rustc said nothing, cargo may not even have begun: then it is asked what
/// it takes the crate for.
///
/// # Errors
/// [`Error::Run`] where cargo is gone again.
async fn why_not(built: &Build, crate_dir: &Utf8Path, target: &str) -> Result<Error, Error> {
    if !built.has_errors() {
        let arguments = ["metadata", "--no-deps", "--format-version=1"];
        let output = toolchain::run("cargo", &arguments, crate_dir).await?;
        if !output.status.success() {
            return Ok(Error::Metadata {
                crate_dir: crate_dir.to_owned(),
                output: text(&output.stderr).trim_end().to_owned(),
            });
        }
        let metadata = MetadataCommand::parse(text(&output.stdout));
        if metadata.is_ok_and(|metadata| !has_bootstrap(&metadata, crate_dir)) {
            return Ok(Error::NoBootstrap {
                crate_dir: crate_dir.to_owned(),
            });
        }
    }
    Ok(Error::Compile {
        crate_dir: crate_dir.to_owned(),
        target: target.to_owned(),
        output: built.why().trim_end().to_owned(),
    })
}

fn has_bootstrap(metadata: &Metadata, crate_dir: &Utf8Path) -> bool {
    let real = |folder: &Utf8Path| folder.canonicalize_utf8().ok();
    let here = real(crate_dir);
    let mut packages = metadata.packages.iter();
    let package = packages.find(|package| package.manifest_path.parent().and_then(real) == here);
    package.is_some_and(|package| {
        let mut targets = package.targets.iter();
        targets.any(|target| target.is_bin() && target.name == BINARY)
    })
}
