//! The code of a deploy, on its way: it is built while AWS is read.

use super::Artifact;
use std::sync::{Arc, OnceLock};

/// Where the artifact will be. Clones are one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload(Arc<OnceLock<Code>>);

#[derive(Debug)]
struct Code {
    artifact: Artifact,
    commit: Option<String>,
}

impl Upload {
    /// Puts the artifact there, with the commit that it is of. The first one stays.
    pub(crate) fn arrives(&self, artifact: Artifact, commit: Option<String>) {
        self.0.get_or_init(|| Code { artifact, commit });
    }

    /// `None` while it is being built. No plan is made before it is there.
    pub(crate) fn artifact(&self) -> Option<&Artifact> {
        Some(&self.0.get()?.artifact)
    }

    /// `None` where the project is in no work tree of git.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.0.get()?.commit.as_deref()
    }
}
