//! A package: the function's binary with its provenance, built once and deployed to as many stages as wanted.
//!
//! It is a zip of two files: `gatewayq-package.json`, the [`Manifest`], and `bootstrap`. What differs from stage to
//! stage, `routes.json`, is not in it: a deploy packs it beside the binary, and the same binary and the same settings
//! give the same artifact on any machine.
//!
//! The hashes find damage and a binary that was exchanged. Who can write the file can write new hashes, too; what
//! vouches for a package is its own SHA-256, as `gatewayq package` prints it.

mod error;
mod manifest;
mod read;

pub(crate) use error::Error;
pub(crate) use manifest::Manifest;
pub(crate) use read::Package;

use crate::build;
use crate::hex::sha256;

/// The manifest's name in the zip.
const MANIFEST: &str = "gatewayq-package.json";
/// The binary's.
const BOOTSTRAP: &str = "bootstrap";
/// Format of a package as a whole. One more where an older gatewayq would understand a package wrongly.
const FORMAT: u32 = 1;

/// Packs a binary with what is known of it: the same bytes for the same two.
///
/// # Errors
/// A binary that is larger than Lambda takes.
pub(crate) fn write(manifest: &Manifest, bootstrap: &[u8]) -> Result<Vec<u8>, Error> {
    let manifest = serde_json::to_vec_pretty(manifest).map_err(Error::Manifest)?;
    let files = [
        (MANIFEST, 0o644, manifest.as_slice()),
        (BOOTSTRAP, 0o755, bootstrap),
    ];
    let zip = build::pack(&files)?;
    build::fits_lambda(bootstrap.len(), zip.len())?;
    Ok(zip)
}

#[cfg(test)]
mod tests;
