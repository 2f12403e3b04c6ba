//! A package from a file, of which nothing is believed before it is checked.

use super::{BOOTSTRAP, Error, FORMAT, MANIFEST, Manifest, manifest::Content};
use crate::build;
use crate::config::{Settings, is_name};
use crate::output::harmless;
use camino::Utf8Path;
use std::fs::File;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Bytes of the largest manifest that is read. One has less than 2 KB.
const MANIFEST_LIMIT: u64 = 64 * 1024;
/// Bytes of the largest package that is read: Lambda's most for a zip, and room for the manifest.
const LIMIT: u64 = 51 * 1024 * 1024;

/// A package whose binary is the one that was packed.
pub(crate) struct Package {
    pub manifest: Manifest,
    pub bootstrap: Vec<u8>,
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

impl Package {
    /// # Errors
    /// See [`Error`]; all but those of [`Self::fits`].
    pub(crate) fn load(path: &Utf8Path) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        let file = File::open(path)?;
        file.take(LIMIT + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LIMIT {
            return Err(Error::Foreign);
        }
        Self::read(&bytes)
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        if !bytes.starts_with(b"PK\x03\x04") {
            return Err(Error::Foreign);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        let text = match content(&mut archive, MANIFEST, MANIFEST_LIMIT) {
            Err(Missing::NotThere) => return Err(Error::Foreign),
            Err(Missing::Damaged(error)) => return Err(error),
            Ok(text) => text,
        };
        let manifest = manifest(&text)?;
        nothing_else(&archive)?;
        let bootstrap = match content(&mut archive, BOOTSTRAP, build::UNZIPPED) {
            Err(Missing::NotThere) => return Err(Error::Damaged("it has no bootstrap".to_owned())),
            Err(Missing::Damaged(error)) => return Err(error),
            Ok(bootstrap) => bootstrap,
        };
        let found = Content::of(&bootstrap);
        if found != manifest.bootstrap {
            return Err(Error::Changed {
                expected: manifest.bootstrap.sha256,
                found: found.sha256,
            });
        }
        Ok(Self {
            manifest,
            bootstrap,
        })
    }

    /// # Errors
    /// It is of another app, for another processor, or for another version of the routes file.
    pub(crate) fn fits(&self, settings: &Settings) -> Result<(), Error> {
        let Manifest {
            app,
            architecture,
            routes_version,
            ..
        } = &self.manifest;
        if *app != settings.app {
            return Err(Error::OtherApp {
                found: app.clone(),
                wanted: settings.app.clone(),
            });
        }
        if *architecture != settings.function.architecture {
            return Err(Error::OtherArchitecture {
                found: *architecture,
                wanted: settings.function.architecture,
            });
        }
        match *routes_version {
            gatewayq_routes::VERSION => Ok(()),
            found => Err(Error::OtherRoutes { found }),
        }
    }
}

/// The two fields that each format has.
#[derive(serde::Deserialize)]
struct Head {
    format: u64,
    gatewayq: By,
}

#[derive(serde::Deserialize)]
struct By {
    version: String,
}

/// The format is looked at first: what a newer one has beside it, this gatewayq need not know.
fn manifest(text: &[u8]) -> Result<Manifest, Error> {
    let broken = |error: serde_json::Error| {
        Error::Damaged(harmless(&format!("{MANIFEST}: {error}")).into_owned())
    };
    let head: Head = serde_json::from_slice(text).map_err(broken)?;
    if head.format != u64::from(FORMAT) {
        return Err(Error::Newer {
            format: head.format,
            by: harmless(&head.gatewayq.version).into_owned(),
        });
    }
    let manifest: Manifest = serde_json::from_slice(text).map_err(broken)?;
    // The commit goes into the function's description, the name into messages.
    let commit = manifest.commit.as_deref();
    if commit.is_some_and(|commit| !build::is_commit(commit)) {
        return Err(Error::Damaged(format!("{MANIFEST}: commit is not one")));
    }
    match is_name(&manifest.app) {
        true => Ok(manifest),
        false => Err(Error::Damaged(format!("{MANIFEST}: app is not a name"))),
    }
}

fn nothing_else(archive: &Archive<'_>) -> Result<(), Error> {
    match archive.len() {
        2 => Ok(()),
        count => Err(Error::Damaged(format!(
            "it has {count} files, and a package has 2"
        ))),
    }
}

enum Missing {
    NotThere,
    Damaged(Error),
}

/// A file of the zip, read to its end, where its checksum is compared. What it says of its size is not believed.
fn content(archive: &mut Archive<'_>, name: &str, limit: u64) -> Result<Vec<u8>, Missing> {
    let file = archive.by_name(name).map_err(|error| match error {
        ZipError::FileNotFound => Missing::NotThere,
        error => Missing::Damaged(damaged(error)),
    })?;
    let mut bytes = Vec::new();
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| Missing::Damaged(Error::Damaged(format!("{name}: {error}"))))?;
    match bytes.len() as u64 > limit {
        true => Err(Missing::Damaged(Error::Damaged(format!(
            "{name} has more than {limit} bytes"
        )))),
        false => Ok(bytes),
    }
}

fn damaged(error: ZipError) -> Error {
    Error::Damaged(error.to_string())
}
