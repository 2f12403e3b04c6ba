//! The project's folder for its local AWS, and the lock on it.

use std::fs::{self, File};

use camino::{Utf8Path, Utf8PathBuf};

use super::error::{Error, file};
use crate::{file_lock, hidden_folder};

/// `PROJECT/.gatewayq/local`, readable by its owner alone.
pub(super) struct Folder {
    project: Utf8PathBuf,
    root: Utf8PathBuf,
}

/// Inside the project's hidden folder.
const LOCAL: &str = "local";
const DATA: &str = "local/data";
const TEMPORARY: &str = "local/tmp";

impl Folder {
    pub(crate) fn of(project: &Utf8Path) -> Self {
        // The server gets these paths as variables and may run in another folder.
        let project = camino::absolute_utf8(project).unwrap_or_else(|_| project.to_owned());
        let root = project.join(hidden_folder::NAME).join(LOCAL);
        Self { project, root }
    }

    pub(crate) fn exists(&self) -> bool {
        self.root.is_dir()
    }

    /// Makes the folder.
    pub(crate) fn create(&self) -> Result<(), Error> {
        for inside in [LOCAL, DATA, TEMPORARY] {
            let made = hidden_folder::make(&self.project, inside);
            made.map_err(file("create", &self.inside(inside)))?;
        }
        Ok(())
    }

    /// Removes all but the lock, which others may be waiting for.
    pub(crate) fn empty(&self) -> Result<(), Error> {
        let entries = self
            .root
            .read_dir_utf8()
            .map_err(file("read", &self.root))?;
        for entry in entries {
            let path = entry.map_err(file("read", &self.root))?.into_path();
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
        &self.root
    }

    fn inside(&self, folder: &str) -> Utf8PathBuf {
        self.project.join(hidden_folder::NAME).join(folder)
    }

    /// The server's state between its runs.
    pub(crate) fn data(&self) -> Utf8PathBuf {
        self.inside(DATA)
    }

    /// The server's temporary files: its functions' code, unpacked.
    pub(crate) fn temporary(&self) -> Utf8PathBuf {
        self.inside(TEMPORARY)
    }

    pub(crate) fn log(&self) -> Utf8PathBuf {
        self.root.join("server.log")
    }

    pub(crate) fn record(&self) -> Utf8PathBuf {
        self.root.join("server.json")
    }

    /// The secret access key of its root.
    pub(crate) fn secret(&self) -> Utf8PathBuf {
        self.root.join("secret")
    }

    pub(crate) fn lock_file(&self) -> Utf8PathBuf {
        self.root.join("lock")
    }
}

/// Waits for the lock on a file and holds it until dropped; a process that dies lets go too.
pub(super) async fn lock(
    path: &Utf8Path,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<File, Error> {
    file_lock::lock(path, say).await.map_err(file("lock", path))
}
