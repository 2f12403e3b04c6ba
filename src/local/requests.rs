//! The requests that the APIs of the local AWS have answered, from its log.

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;

use super::folder::Folder;

/// What the emulator writes in front (`emulator/requests.py`).
const MARK: &[u8] = b"gatewayq request: ";

/// Bytes that are read at once.
const PIECE: u64 = 1024 * 1024;

/// One request to an API.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Request {
    method: String,
    /// Without the stage and the query, which may have secrets.
    path: String,
    status: u16,
    /// Until the answer began.
    milliseconds: u64,
}

/// `GET /sendtosqs 202, 35 ms`
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            path,
            status,
            milliseconds,
        } = self;
        write!(f, "{method} {path} {status}, {milliseconds} ms")
    }
}

/// A place in the log.
pub(crate) struct Requests {
    log: Utf8PathBuf,
    /// The file; each start of the server makes a new one.
    inode: Option<u64>,
    at: u64,
}

impl Requests {
    /// Those that come from now on.
    pub(crate) fn from_now(project: &Utf8Path) -> Self {
        let log = Folder::of(project).log();
        let now = log.metadata().ok();
        Self {
            inode: now.as_ref().map(MetadataExt::ino),
            at: now.map_or(0, |now| now.len()),
            log,
        }
    }

    /// Those that came since the last time. A log that cannot be read has none.
    pub(crate) fn more(&mut self) -> Vec<Request> {
        let bytes = self.read().unwrap_or_default();
        // A line that is not yet whole is read again.
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let whole = match whole {
            // One that is longer than all that is read is no request.
            0 if bytes.len() as u64 == PIECE => bytes.len(),
            whole => whole,
        };
        self.at += whole as u64;
        let lines = bytes[..whole].split(|byte| *byte == b'\n');
        let requests = lines.filter_map(|line| line.strip_prefix(MARK));
        requests
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }

    fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&self.log)?;
        let inode = Some(file.metadata()?.ino());
        if self.inode != inode {
            (self.inode, self.at) = (inode, 0);
        }
        file.seek(SeekFrom::Start(self.at))?;
        let mut bytes = Vec::new();
        file.take(PIECE).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fs::{self, OpenOptions};
    use std::io::Write;

    const LINE: &str = "gatewayq request: {\"method\": \"GET\", \"path\": \"/a\", \"status\": 202, \"milliseconds\": 35}\n";

    #[test]
    fn each_is_given_once_from_each_new_log() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let folder = Folder::of(project);
        folder.create().unwrap();
        fs::write(folder.log(), LINE).unwrap();
        let mut requests = Requests::from_now(project);
        let told = |requests: &mut Requests| {
            let all = requests.more();
            all.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert!(told(&mut requests).is_empty(), "what was there before");
        let mut log = OpenOptions::new().append(true).open(folder.log()).unwrap();
        log.write_all(b"something else\n").unwrap();
        log.write_all(&LINE.as_bytes()[..30]).unwrap();
        assert!(told(&mut requests).is_empty(), "half a line");
        log.write_all(&LINE.as_bytes()[30..]).unwrap();
        assert_eq!(told(&mut requests), ["GET /a 202, 35 ms"]);
        assert!(told(&mut requests).is_empty());
        fs::rename(folder.log(), project.join("old")).unwrap();
        assert!(told(&mut requests).is_empty());
        fs::write(folder.log(), LINE).unwrap();
        assert_eq!(told(&mut requests).len(), 1);
    }
}
