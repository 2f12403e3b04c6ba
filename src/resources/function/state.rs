//! The function as Lambda holds it, and whether it is ready.

use super::Code;
use aws_sdk_lambda::types::{
    Architecture, FunctionConfiguration, LastUpdateStatus, State as LambdaState,
};
use std::collections::HashMap;

/// What Lambda holds of it.
#[derive(Clone, Debug)]
pub struct State {
    pub arn: String,
    pub(super) role_arn: String,
    pub(super) runtime: String,
    pub(super) handler: String,
    pub(super) architecture: String,
    pub(super) memory: i32,
    pub(super) timeout: i32,
    pub(super) environment: HashMap<String, String>,
    pub(super) code_sha256: String,
    pub(super) tags: HashMap<String, String>,
    /// Why the function cannot run, where Lambda says that it failed.
    pub(super) failed: Option<String>,
    /// Created or updated and not ready yet.
    pub(super) busy: bool,
}

impl State {
    pub(super) fn with_code_of(mut self, code: &Code) -> Self {
        if let Code::Zip { sha256, .. } = code {
            self.code_sha256.clone_from(sha256);
        }
        self
    }
}

pub(super) fn state_of(
    configuration: FunctionConfiguration,
    tags: HashMap<String, String>,
) -> State {
    let architecture = configuration
        .architectures()
        .first()
        .map_or("x86_64", Architecture::as_str)
        .to_owned();
    State {
        architecture,
        failed: failure(
            configuration.state.as_ref(),
            configuration.state_reason.as_deref(),
        ),
        busy: busy(
            configuration.state.as_ref(),
            configuration.last_update_status.as_ref(),
        ),
        arn: configuration.function_arn.unwrap_or_default(),
        role_arn: configuration.role.unwrap_or_default(),
        runtime: configuration
            .runtime
            .map(|runtime| runtime.as_str().to_owned())
            .unwrap_or_default(),
        handler: configuration.handler.unwrap_or_default(),
        memory: configuration.memory_size.unwrap_or_default(),
        timeout: configuration.timeout.unwrap_or_default(),
        environment: configuration
            .environment
            .and_then(|environment| environment.variables)
            .unwrap_or_default(),
        code_sha256: configuration.code_sha256.unwrap_or_default(),
        tags,
    }
}

pub(super) fn busy(state: Option<&LambdaState>, update: Option<&LastUpdateStatus>) -> bool {
    matches!(state, Some(LambdaState::Pending))
        || matches!(update, Some(LastUpdateStatus::InProgress))
}

pub(super) fn failure(state: Option<&LambdaState>, reason: Option<&str>) -> Option<String> {
    matches!(state, Some(LambdaState::Failed))
        .then(|| format!("Lambda says: {}", reason.unwrap_or("Failed")))
}

pub(super) fn update_failure(
    update: Option<&LastUpdateStatus>,
    reason: Option<&str>,
) -> Option<String> {
    matches!(update, Some(LastUpdateStatus::Failed))
        .then(|| format!("Lambda says: {}", reason.unwrap_or("update failed")))
}
