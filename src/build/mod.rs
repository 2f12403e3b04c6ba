//! From the handler's source to the zip that Lambda is given.
//!
//! [`bootstrap`] has cargo build the binary, [`check()`] makes sure that Lambda can start it, and
//! [`zip_once`] packs it so that the same source is the same bytes: Lambda's `CodeSha256` then tells
//! whether an upload is needed at all. An [`Upload`] is where a stack finds the zip once it is there.

mod archive;
mod cargo;
mod check;
mod commit;
mod error;
mod flags;
mod layout;
mod libraries;
mod linker;
mod messages;
mod packed;
mod preflight;
mod processor;
mod sources;
mod toolchain;
mod upload;

#[cfg(test)]
pub(crate) use archive::zip;
pub(crate) use archive::{Artifact, UNZIPPED, fits_lambda, pack};
pub use cargo::bootstrap;
use cargo::on_path;
pub use check::check;
pub(crate) use commit::{commit, is_commit, is_in_work_tree};
pub use error::Error;
pub(crate) use packed::zip as zip_once;
pub(crate) use preflight::{Preflight, preflight};
pub(crate) use sources::{Sources, sources};
pub(crate) use toolchain::compiler;
pub(crate) use upload::Upload;

use crate::config::Architecture;

/// The architecture as Lambda writes it.
pub(crate) fn lambda_name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    }
}

/// The Rust target that is built for an architecture when gatewayq.toml names none.
///
/// musl, because a static binary does not care which glibc `provided.al2023` has.
pub(crate) fn default_target(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64-unknown-linux-musl",
        Architecture::Arm64 => "aarch64-unknown-linux-musl",
    }
}
