//! The code of a deploy, on its way: it is built while AWS is read.

use super::Artifact;
use std::sync::{Arc, OnceLock};

/// Where the artifact will be. Clones are one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload(Arc<OnceLock<Artifact>>);

impl Upload {
    /// Puts the artifact there. The first one stays.
    pub(crate) fn arrives(&self, artifact: Artifact) {
        self.0.get_or_init(|| artifact);
    }

    /// `None` while it is being built. No plan is made before it is there.
    pub(crate) fn artifact(&self) -> Option<&Artifact> {
        self.0.get()
    }
}
