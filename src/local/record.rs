//! What is remembered about the server between two commands.

use std::fs;
use std::io::Write;

use serde::{Deserialize, Serialize};

use super::error::{Error, file};
use super::folder::Folder;

/// `server.json`. The port outlives the server, so that URLs stay the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The port of the last run.
    pub port: u16,
    /// The process, if one was started and not stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Started>,
}

/// One run of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Started {
    /// The process, which is also the id of its process group.
    pub pid: u32,
    /// When the system says that the process started: another process of the same id differs.
    #[serde(alias = "born")]
    pub started_at: String,
    /// What the server answers in its health report: another server on the port differs.
    pub instance: String,
    /// The emulator's files and secret; a server of an older gatewayq has none here, or others.
    #[serde(default)]
    pub fingerprint: String,
}

impl Record {
    /// Whether a server that was started, if any, has this fingerprint.
    pub(crate) fn is_of(&self, fingerprint: &str) -> bool {
        let started = self.process.as_ref();
        started.is_none_or(|started| started.fingerprint == fingerprint)
    }

    /// Reads it; a file that is damaged or from another version counts as none.
    pub(crate) fn load(folder: &Folder) -> Result<Option<Self>, Error> {
        let path = folder.record();
        match fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file("read", &path)(error)),
        }
    }

    /// Writes it whole or not at all, for its owner's eyes (a temporary file has mode 0600).
    pub(crate) fn save(&self, folder: &Folder) -> Result<(), Error> {
        let path = folder.record();
        let write = || {
            let mut temporary = tempfile::NamedTempFile::new_in(folder.root())?;
            serde_json::to_writer_pretty(&mut temporary, self)?;
            temporary.write_all(b"\n")?;
            temporary.persist(&path)?;
            Ok::<(), std::io::Error>(())
        };
        write().map_err(file("write", &path))
    }
}
