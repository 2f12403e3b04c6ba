//! The IAM documents of `policies/`, embedded, with their placeholders filled in.
//!
//! What a stack is made with is rendered by `stack`; what its people need is in [`people`].

mod kms;
mod people;
mod queue;
mod reference;
mod render;
mod same;
#[cfg(test)]
mod tests;

pub use kms::use_of_key;
pub use people::{ApiUserError, Scope, api_user, deployer, reader, worker};
pub use queue::{Senders, queue};
pub use reference::{reference, summary};
pub use render::{RenderError, Values, render};
pub use same::same;
pub(crate) use same::strings;

pub const LAMBDA_TRUST: &str = include_str!("../../policies/lambda-trust.json");
pub const APIGATEWAY_TRUST: &str = include_str!("../../policies/apigateway-trust.json");
pub const FUNCTION_ROLE: &str = include_str!("../../policies/function-role.json");
const QUEUE: &str = include_str!("../../policies/queue.json");
pub const DEPLOYER: &str = include_str!("../../policies/deployer.json");
pub const READER: &str = include_str!("../../policies/reader.json");
pub const API_USER: &str = include_str!("../../policies/api-user.json");
pub const WORKER: &str = include_str!("../../policies/worker.json");
