//! The Rust toolchain that counts in the handler's folder, and its target.

use std::ffi::OsStr;
use std::process::{Output, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use tokio::process::Command;

use super::Error;

/// Where the toolchain keeps its libraries.
pub(super) struct Toolchain {
    /// `rustc --print sysroot`.
    pub sysroot: Utf8PathBuf,
    /// The commit that rustc was made from, as the paths inside the standard library name it.
    pub commit: Option<String>,
}

impl Toolchain {
    /// Whether the target's standard library is installed.
    pub(crate) fn has(&self, target: &str) -> bool {
        let folder = self.sysroot.join("lib/rustlib").join(target);
        folder.join("lib").is_dir()
    }
}

/// Asks the rustc of `crate_dir`: a rust-toolchain.toml there counts.
///
/// # Errors
/// [`Error::Run`] without Rust, [`Error::Metadata`] where rustc refuses, as for a toolchain that
/// is named but not installed.
pub(super) async fn find(crate_dir: &Utf8Path) -> Result<Toolchain, Error> {
    // Neither answers both.
    let sysroot = rustc(crate_dir, &["--print", "sysroot"]);
    let (sysroot, version) = tokio::try_join!(sysroot, rustc(crate_dir, &["-vV"]))?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    Ok(Toolchain {
        sysroot: sysroot.trim().into(),
        commit: commit.filter(|hash| *hash != "unknown").map(str::to_owned),
    })
}

/// The rustc that counts in `crate_dir`, in its own words: `rustc 1.95.0 (1a2b3c4d5 2026-10-30)`.
///
/// # Errors
/// As `rustc` fails.
pub(crate) async fn compiler(crate_dir: &Utf8Path) -> Result<String, Error> {
    let version = rustc(crate_dir, &["--version"]).await?;
    Ok(version.trim().to_owned())
}

async fn rustc(crate_dir: &Utf8Path, arguments: &[&str]) -> Result<String, Error> {
    let output = run("rustc", arguments, crate_dir).await?;
    if !output.status.success() {
        let output = text(&output.stderr);
        return Err(Error::Metadata {
            crate_dir: crate_dir.to_owned(),
            output,
        });
    }
    Ok(text(&output.stdout))
}

/// Installs the target with rustup where it is missing.
///
/// # Errors
/// [`Error::NoTarget`] without rustup, or with what rustup said.
pub(super) async fn ensure_target(
    crate_dir: &Utf8Path,
    toolchain: &Toolchain,
    target: &str,
    on_line: &(dyn Fn(&str) + Send + Sync),
) -> Result<(), Error> {
    if toolchain.has(target) {
        return Ok(());
    }
    on_line(&format!("installing the Rust target {target} with rustup"));
    let failed = |why: String| Error::NoTarget {
        target: target.to_owned(),
        why,
    };
    let output = run("rustup", &["target", "add", target], crate_dir)
        .await
        .map_err(|_| failed("there is no rustup on PATH to install it with".to_owned()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed(text(&output.stderr).trim().replace('\n', "\n  ")))
}

/// Runs a program in `folder` to its end, with nothing on its standard input.
///
/// # Errors
/// [`Error::Run`] when it cannot be started.
pub(super) async fn run<S: AsRef<OsStr>>(
    program: &str,
    arguments: &[S],
    folder: &Utf8Path,
) -> Result<Output, Error> {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|source| Error::Run {
            program: program.to_owned(),
            source,
        })
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
