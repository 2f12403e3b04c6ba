//! The zip, the same bytes for the same content.

use std::io::{Cursor, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatewayq_routes::FILE_NAME;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::Error;
use crate::hex::sha256;

/// Lambda quotas: 50 MB for a zip by direct upload.
const ZIPPED: u64 = 50 * 1024 * 1024;
/// Lambda quotas: 250 MB unzipped, all files together.
pub(crate) const UNZIPPED: u64 = 250 * 1024 * 1024;

/// What a mode says of an entry that is a file, and no link to one.
const REGULAR_FILE: u32 = 0o100_000;

/// The function's code, ready to be uploaded.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Artifact {
    /// The zip: `bootstrap` and `routes.json`. At most 50 MB.
    pub zip: Vec<u8>,
    /// The zip's SHA-256 in base64, as Lambda answers it in `CodeSha256`.
    pub code_sha256: String,
    /// The binary's SHA-256 in hexadecimal.
    pub bootstrap_sha256: String,
}

impl Artifact {
    /// What `zip` is, which holds the binary with this hash.
    pub(super) fn of(zip: Vec<u8>, bootstrap_sha256: String) -> Self {
        Self {
            code_sha256: STANDARD.encode(Sha256::digest(&zip)),
            zip,
            bootstrap_sha256,
        }
    }
}

impl std::fmt::Debug for Artifact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Artifact")
            .field("code_sha256", &self.code_sha256)
            .field("zip_len", &self.zip.len())
            .field("bootstrap_sha256", &self.bootstrap_sha256)
            .finish()
    }
}

/// Packs the binary and its routes.
///
/// Nothing but the two contents decides about a byte of the zip.
///
/// # Errors
/// [`Error::TooLarge`] above Lambda's quotas.
pub(crate) fn zip(bootstrap: &[u8], routes_json: &[u8]) -> Result<Artifact, Error> {
    within(bootstrap, routes_json, UNZIPPED, ZIPPED)
}

fn within(bootstrap: &[u8], routes: &[u8], unzipped: u64, zipped: u64) -> Result<Artifact, Error> {
    let unzipped_len = (bootstrap.len() + routes.len()) as u64;
    fits(unzipped_len, "unzipped", unzipped)?;
    let zip = pack(&[("bootstrap", 0o755, bootstrap), (FILE_NAME, 0o644, routes)])?;
    fits(zip.len() as u64, "zipped", zipped)?;
    Ok(Artifact::of(zip, sha256(bootstrap)))
}

/// Whether the zip is one of these two and of nothing else, with the modes that [`zip()`] writes.
pub(super) fn holds(zip: &[u8], bootstrap: &[u8], routes_json: &[u8]) -> bool {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(zip)) else {
        return false;
    };
    // Of two files with one name Lambda may take the other one.
    if archive.has_duplicate_names() {
        return false;
    }
    let mut is = |name: &str, mode: u32, content: &[u8]| {
        let Ok(file) = archive.by_name(name) else {
            return false;
        };
        if file.unix_mode() != Some(REGULAR_FILE | mode) {
            return false;
        }
        // One more than there should be tells that there is more.
        let mut found = Vec::with_capacity(content.len() + 1);
        let read = file.take(content.len() as u64 + 1).read_to_end(&mut found);
        read.is_ok() && found == content
    };
    is("bootstrap", 0o755, bootstrap) && is(FILE_NAME, 0o644, routes_json) && archive.len() == 2
}

/// # Errors
/// [`Error::TooLarge`]: more bytes than Lambda takes, in a zip and out of it.
pub(crate) fn fits_lambda(unzipped: usize, zipped: usize) -> Result<(), Error> {
    fits(unzipped as u64, "unzipped", UNZIPPED)?;
    fits(zipped as u64, "zipped", ZIPPED)
}

fn fits(bytes: u64, state: &'static str, limit: u64) -> Result<(), Error> {
    if bytes > limit {
        return Err(Error::TooLarge {
            bytes,
            state,
            limit,
        });
    }
    Ok(())
}

/// A zip of `files`, each a name, its mode and its content. Nothing but these decides about a byte of it: order, times and the
/// compression level are fixed.
///
/// # Errors
/// [`Error::Zip`], [`Error::Io`]: memory alone can be in the way.
pub(crate) fn pack(files: &[(&str, u32, &[u8])]) -> Result<Vec<u8>, Error> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for &(name, mode, content) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            // 1980-01-01, the earliest time that a zip can say.
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        writer.start_file(name, options)?;
        writer.write_all(content)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn same_content_is_same_bytes_and_other_content_is_not() {
        let one = zip(b"binary", b"{}").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2100)); // a zip's clock ticks in 2 s
        assert_eq!(one, zip(b"binary", b"{}").unwrap());
        assert_ne!(one.code_sha256, zip(b"binary", b"[]").unwrap().code_sha256);
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_machine() {
        // A change here means that each deployed function is uploaded once more: say so in the
        // changelog.
        assert_eq!(
            zip(b"binary", b"{}").unwrap().code_sha256,
            "bGgKy4oCLE2FX84mDIdo3UPxTVrXh41XOh6u85iT7w0="
        );
    }

    #[test]
    fn holds_both_files_with_their_modes() {
        let artifact = zip(b"binary", b"{}").unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(artifact.zip)).unwrap();
        let mut found = Vec::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            found.push((
                file.name().unwrap().into_owned(),
                file.unix_mode().unwrap() & 0o777,
                text,
            ));
        }
        assert_eq!(
            found,
            [
                ("bootstrap".to_owned(), 0o755, "binary".to_owned()),
                ("routes.json".to_owned(), 0o644, "{}".to_owned())
            ]
        );
    }

    #[test]
    fn refuses_what_lambda_refuses() {
        let unzipped = zip(&vec![0; UNZIPPED as usize], b"1").unwrap_err();
        assert!(matches!(
            unzipped,
            Error::TooLarge {
                state: "unzipped",
                ..
            }
        ));
        let zipped = within(b"binary", b"{}", 1000, 100).unwrap_err();
        assert!(matches!(
            zipped,
            Error::TooLarge {
                state: "zipped",
                limit: 100,
                ..
            }
        ));
        assert!(zipped.to_string().contains("Lambda takes 100"), "{zipped}");
    }
}
