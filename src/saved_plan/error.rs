//! Why a file is not taken as a plan.

/// Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("it cannot be read: {0}")]
    Unread(#[from] std::io::Error),
    #[error(
        "it is not a plan, or not a whole one: {0}\n  help: `gatewayq plan --out FILE` writes one"
    )]
    Foreign(#[from] serde_json::Error),
    #[error(
        "it has the format {format} of gatewayq {by}, and this is gatewayq {this}, which knows {known}\n  help: plan and \
         deploy with the same gatewayq",
        this = env!("CARGO_PKG_VERSION"), known = super::FORMAT
    )]
    Format { format: u64, by: String },
    #[error(
        "it was made by gatewayq {by}, and this is gatewayq {}, which may plan otherwise\n  help: plan and deploy with the \
         same gatewayq",
        crate::program::Program::this()
    )]
    Program { by: String },
}
