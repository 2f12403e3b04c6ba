//! The code of a deploy, on its way: it is built while AWS is read.

use super::Artifact;
use std::sync::{Arc, OnceLock};

/// Where the artifact will be. Clones are one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload(Arc<Place>);

#[derive(Debug, Default)]
struct Place {
    artifact: OnceLock<Artifact>,
    commit: OnceLock<String>,
}

impl Upload {
    /// Puts the artifact there. The first one stays.
    pub(crate) fn arrives(&self, artifact: Artifact) {
        self.0.artifact.get_or_init(|| artifact);
    }

    /// Says of which commit it is, before it arrives.
    pub(crate) fn is_of(&self, commit: Option<String>) {
        if let Some(commit) = commit {
            self.0.commit.get_or_init(|| commit);
        }
    }

    /// `None` while it is being built. No plan is made before it is there.
    pub(crate) fn artifact(&self) -> Option<&Artifact> {
        self.0.artifact.get()
    }

    /// `None` where the project is in no work tree of git.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.0.commit.get().map(String::as_str)
    }
}
