//! Why a package is not taken.

use crate::build::{self, lambda_name};
use crate::config::Architecture;

/// A package that is none, or not one for this stage. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("it cannot be read: {0}")]
    Unread(#[from] std::io::Error),
    #[error("it is not a package of gatewayq\n  help: `gatewayq package --out FILE` makes one")]
    Foreign,
    #[error(
        "it is damaged or cut off: {0}\n  help: copy it again, or make it again with `gatewayq package`"
    )]
    Damaged(String),
    #[error(
        "it has the format {format} of gatewayq {by}, and this is gatewayq {this}, which knows {known}\n  help: \
         deploy it with gatewayq {by} or later",
        this = env!("CARGO_PKG_VERSION"), known = super::FORMAT
    )]
    Newer { format: u64, by: String },
    #[error(
        "its bootstrap is not the one that was packed: {found} in place of {expected} (SHA-256)\n  help: do not deploy \
         it; make it again with `gatewayq package`"
    )]
    Changed { expected: String, found: String },
    #[error(
        "it is for the app {found}, and gatewayq.toml is of {wanted}\n  help: give the package of {wanted}, or the folder \
         of {found} with --project-dir"
    )]
    OtherApp { found: String, wanted: String },
    #[error(
        "it is for {}, and `architecture` under [function] is {}\n  help: change one of the two",
        lambda_name(*found), lambda_name(*wanted)
    )]
    OtherArchitecture {
        found: Architecture,
        wanted: Architecture,
    },
    #[error(
        "its function reads routes files of version {found}, and this gatewayq writes version {}\n  help: make it again \
         with `gatewayq package`, or deploy it with the gatewayq that made it",
        gatewayq_routes::VERSION
    )]
    OtherRoutes { found: u32 },
    #[error("its manifest cannot be written: {0}")]
    Manifest(serde_json::Error),
    #[error(transparent)]
    Build(#[from] build::Error),
}
