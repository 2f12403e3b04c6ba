//! The IAM documents of `policies/`, embedded, with their placeholders filled in.
//!
//! What a stack is made with is rendered by `stack`; what its principals need is in [`principals`].

mod addresses;
#[cfg(test)]
mod all_stages_tests;
mod api_user;
#[cfg(test)]
mod boundary_reference;
mod ci_trust;
mod equivalence;
#[cfg(test)]
mod equivalence_tests;
mod function_role;
mod kms;
#[cfg(test)]
mod limits_tests;
mod principals;
mod queue;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod reference_tests;
mod render;
mod results;
#[cfg(test)]
mod tests;
mod tracing;
mod vpc;

pub(crate) use addresses::addresses;
pub(crate) use api_user::{ApiUserError, api_user};
pub(crate) use ci_trust::{GithubJobs, Jobs, ci_trust};
pub(crate) use equivalence::same;
pub(crate) use equivalence::strings;
pub(crate) use function_role::function_role;
use kms::{QUEUES_KEY, use_of_key};
pub(crate) use principals::{
    MANAGED_POLICY, Scope, deployer, fitted, operator, reader, size, worker,
};
pub(crate) use queue::{SendPolicy, Senders};
pub(crate) use render::{RenderError, Values, render};
use results::read_results;
use tracing::tracing;
use vpc::network_interfaces;

/// Actions of the deployer that AWS is not known to ask for: `CreateStage` with tags needs this one for HTTP APIs
/// since 2026, and for REST APIs it may follow. The service authorization reference does not have it yet, so that
/// nothing can be asked about it.
pub(crate) const INSURANCE: [&str; 1] = ["apigateway:TagResource"];

pub(crate) const LAMBDA_TRUST: &str = include_str!("../../policies/lambda-trust.json");
pub(crate) const APIGATEWAY_TRUST: &str = include_str!("../../policies/apigateway-trust.json");
const FUNCTION_ROLE: &str = include_str!("../../policies/function-role.json");
const QUEUE: &str = include_str!("../../policies/queue.json");
pub(crate) const DEPLOYER: &str = include_str!("../../policies/deployer.json");
pub(crate) const READER: &str = include_str!("../../policies/reader.json");
pub(crate) const OPERATOR: &str = include_str!("../../policies/operator.json");
pub(crate) const API_USER: &str = include_str!("../../policies/api-user.json");
pub(crate) const WORKER: &str = include_str!("../../policies/worker.json");
