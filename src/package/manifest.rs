//! What a package says of itself.

use super::{FORMAT, sha256};
use crate::config::Architecture;
use crate::program::Program;
use serde::{Deserialize, Serialize};

/// Provenance and hashes of a package. Nothing in it depends on when and where it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// Format of the package: 1.
    pub format: u32,
    /// The gatewayq that made it.
    pub gatewayq: Program,
    /// `[app] name`.
    pub app: String,
    /// The project's commit, 12 hexadecimal digits; `None` outside of a work tree of git.
    pub commit: Option<String>,
    /// Files that git knows differed from the commit; `None` without one.
    pub dirty: Option<bool>,
    /// Where the binary is from: `board`, `crate`, `source` or `file`.
    pub handler: String,
    /// The compiler, as `rustc --version` says it; `None` where nothing was compiled.
    pub toolchain: Option<String>,
    /// The Rust target that was built for; `None` where nothing was compiled.
    pub target: Option<String>,
    /// The processor that it runs on.
    pub architecture: Architecture,
    /// The version of the routes file that the binary reads.
    pub routes_version: u32,
    pub bootstrap: Content,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    /// In hexadecimal.
    pub sha256: String,
    pub bytes: u64,
}

impl Content {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: sha256(bytes),
            bytes: bytes.len() as u64,
        }
    }
}

impl Manifest {
    /// Of a binary for `architecture` that nothing else is known of, but what this program knows.
    pub(crate) fn new(app: &str, handler: &str, architecture: Architecture, binary: &[u8]) -> Self {
        Self {
            format: FORMAT,
            gatewayq: Program::this(),
            app: app.to_owned(),
            commit: None,
            dirty: None,
            handler: handler.to_owned(),
            toolchain: None,
            target: None,
            architecture,
            routes_version: gatewayq_routes::VERSION,
            bootstrap: Content::of(binary),
        }
    }

    /// The same, of the commit as git describes it: `1a2b3c4d5e6f`, with `-dirty` behind it where files differ.
    pub(crate) fn of_commit(mut self, described: Option<&str>) -> Self {
        self.dirty = described.map(|text| text.ends_with("-dirty"));
        let commit = described.map(|text| text.strip_suffix("-dirty").unwrap_or(text));
        self.commit = commit.map(str::to_owned);
        self
    }

    /// The commit as git describes it.
    pub(crate) fn described(&self) -> Option<String> {
        let commit = self.commit.as_deref()?;
        Some(match self.dirty {
            Some(true) => format!("{commit}-dirty"),
            _ => commit.to_owned(),
        })
    }
}
