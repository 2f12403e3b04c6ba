//! The project's folder for its local AWS, and the lock on it.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;

use camino::{Utf8Path, Utf8PathBuf};

use super::error::{Error, file};
use crate::file_lock;

/// `PROJECT/.gatewayq/local`, readable by its owner alone.
pub(super) struct Folder(Utf8PathBuf);

impl Folder {
    pub(crate) fn of(project: &Utf8Path) -> Self {
        // The server gets these paths as variables and may run in another folder.
        let project = camino::absolute_utf8(project).unwrap_or_else(|_| project.to_owned());
        Self(project.join(".gatewayq/local"))
    }

    pub(crate) fn exists(&self) -> bool {
        self.0.is_dir()
    }

    /// Makes the folder, and keeps it out of the project's history.
    pub(crate) fn create(&self) -> Result<(), Error> {
        for path in [&self.0, &self.data(), &self.temporary()] {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
            made.map_err(file("create", path))?;
        }
        let ignore = self.0.with_file_name(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(file("write", &ignore))?;
        }
        Ok(())
    }

    /// Removes all but the lock, which others may be waiting for.
    pub(crate) fn empty(&self) -> Result<(), Error> {
        let entries = self.0.read_dir_utf8().map_err(file("read", &self.0))?;
        for entry in entries {
            let path = entry.map_err(file("read", &self.0))?.into_path();
            if path == self.lock_file() {
                continue;
            }
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(file("remove", &path))?;
        }
        Ok(())
    }

    pub(crate) fn root(&self) -> &Utf8Path {
        &self.0
    }

    /// The server's state between its runs.
    pub(crate) fn data(&self) -> Utf8PathBuf {
        self.0.join("data")
    }

    /// The server's temporary files: its functions' code, unpacked.
    pub(crate) fn temporary(&self) -> Utf8PathBuf {
        self.0.join("tmp")
    }

    pub(crate) fn log(&self) -> Utf8PathBuf {
        self.0.join("server.log")
    }

    pub(crate) fn record(&self) -> Utf8PathBuf {
        self.0.join("server.json")
    }

    /// The secret access key of its root.
    pub(crate) fn secret(&self) -> Utf8PathBuf {
        self.0.join("secret")
    }

    pub(crate) fn lock_file(&self) -> Utf8PathBuf {
        self.0.join("lock")
    }
}

/// Waits for the lock on a file and holds it until dropped; a process that dies lets go too.
pub(super) async fn lock(
    path: &Utf8Path,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<File, Error> {
    file_lock::lock(path, say).await.map_err(file("lock", path))
}
