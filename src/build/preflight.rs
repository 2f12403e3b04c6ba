//! What a build needs, looked at without building.

use super::linker::{self, Machine};
use super::toolchain::{self, Toolchain, text};
use super::{Error, on_path};
use camino::Utf8Path;

/// What was found.
#[derive(Debug)]
pub(crate) struct Preflight {
    /// `cargo 1.95.0`, by the toolchain that counts in the handler's folder.
    pub cargo: Result<String, Error>,
    /// `rustc 1.95.0`.
    pub rustc: Result<String, Error>,
    /// Whether the target's standard library is installed; `None` where there is no rustc to ask.
    pub target: Option<bool>,
    /// A C compiler for the target: ring has C in it.
    pub compiler: Result<(), Error>,
}

/// Looks at the machine for a build of `crate_dir` for `target`.
pub(crate) async fn preflight(crate_dir: &Utf8Path, target: &str) -> Preflight {
    let (cargo, rustc, found) = futures::join!(
        version("cargo", crate_dir),
        version("rustc", crate_dir),
        toolchain::find(crate_dir),
    );
    let triple = target.split_once('.').map_or(target, |(triple, _)| triple);
    let machine = Machine {
        variable: &|name| std::env::var(name).ok().filter(|value| !value.is_empty()),
        program: &on_path,
        host: (std::env::consts::ARCH, std::env::consts::OS),
    };
    let zigbuild = triple != target;
    Preflight {
        cargo,
        rustc,
        target: found.ok().map(|found: Toolchain| found.has(triple)),
        compiler: match zigbuild {
            true if !on_path("cargo-zigbuild") => Err(Error::NoZigbuild {
                target: target.to_owned(),
            }),
            true => Ok(()),
            false => linker::variables(target, &machine).map(drop),
        },
    }
}

/// The first two words that a program answers to `--version`.
async fn version(program: &str, folder: &Utf8Path) -> Result<String, Error> {
    let output = toolchain::run(program, &["--version"], folder).await?;
    if !output.status.success() {
        return Err(Error::Metadata {
            crate_dir: folder.to_owned(),
            output: text(&output.stderr).trim_end().to_owned(),
        });
    }
    let answer = text(&output.stdout);
    let words: Vec<&str> = answer.split_whitespace().take(2).collect();
    Ok(words.join(" "))
}
