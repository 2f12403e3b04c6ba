//! This program, as files that it writes name it.

use serde::{Deserialize, Serialize};

/// A gatewayq.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Program {
    pub version: String,
    /// `None` where the build did not know it.
    pub commit: Option<String>,
}

impl Program {
    /// The one that runs.
    pub(crate) fn this() -> Self {
        let commit = env!("GATEWAYQ_COMMIT");
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: (!commit.is_empty()).then(|| commit.to_owned()),
        }
    }
}

/// `0.1.0`, or `0.1.0 (1a2b3c)`.
impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.commit {
            Some(commit) => write!(f, "{} ({commit})", self.version),
            None => f.write_str(&self.version),
        }
    }
}
