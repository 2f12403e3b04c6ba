//! The function as Lambda holds it, and whether it is ready.

use super::{Function, ROLE_TAG, fields};
use crate::config::settings::FunctionConfiguration;
use crate::engine::changed;
use aws_sdk_lambda::types::{self as lambda, Architecture, LastUpdateStatus, State as LambdaState};
use std::collections::BTreeMap;

/// The function in Lambda.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(super) role_arn: String,
    /// IAM's id of the role that the function was made with, where its tag tells.
    pub(super) role_id: Option<String>,
    pub(super) runtime: String,
    pub(super) handler: String,
    pub(super) architecture: String,
    pub(super) configuration: FunctionConfiguration,
    /// `Active` or `PassThrough`.
    pub(super) tracing: lambda::TracingMode,
    /// At most 256 characters.
    pub(super) description: String,
    /// Base64.
    pub(in crate::resources) code_sha256: String,
    pub(super) tags: BTreeMap<String, String>,
    /// Why the function cannot run, where Lambda says that it failed.
    pub(super) failed: Option<String>,
    /// Created or updated and not ready yet.
    pub(super) busy: bool,
    /// How many executions at once somebody reserved for it, and with that the most it can have.
    pub(in crate::resources) reserved: Option<i32>,
}

const ACTIVE: &str = "Active";

impl State {
    pub(super) fn new(
        configuration: lambda::FunctionConfiguration,
        tags: BTreeMap<String, String>,
        reserved: Option<i32>,
    ) -> Self {
        let architecture = configuration.architectures().first();
        // Lambda's own default (Lambda API reference, "CreateFunction").
        let architecture = architecture.map_or("x86_64", Architecture::as_str);
        let architecture = architecture.to_owned();
        let condition = condition(
            configuration.state.as_ref(),
            configuration.state_reason.as_deref(),
            configuration.last_update_status.as_ref(),
        );
        let settings = fields::read(&configuration);
        let tracing = configuration.tracing_config.and_then(|it| it.mode);
        let runtime = configuration.runtime.map(|it| it.as_str().to_owned());
        Self {
            role_id: tags.get(ROLE_TAG).filter(|id| !id.is_empty()).cloned(),
            architecture,
            failed: condition.failed,
            busy: condition.busy,
            reserved,
            runtime: runtime.unwrap_or_default(),
            description: configuration.description.unwrap_or_default(),
            role_arn: configuration.role.unwrap_or_default(),
            handler: configuration.handler.unwrap_or_default(),
            configuration: settings,
            tracing: tracing.unwrap_or(fields::tracing_mode(false)),
            code_sha256: configuration.code_sha256.unwrap_or_default(),
            tags,
        }
    }

    /// A published version, which has no tags of its own.
    pub(in crate::resources) fn of_version(version: lambda::FunctionConfiguration) -> Self {
        Self::new(version, BTreeMap::new(), None)
    }

    /// Whether code and configuration are those of `other`, whatever the descriptions say.
    pub(in crate::resources) fn runs_the_same_as(&self, other: &Self) -> bool {
        let calls = ["UpdateFunctionConfiguration", "UpdateFunctionCode"];
        let changed = calls.map(|call| changed::<Function>(call, self, other));
        let mut changed = changed.iter().flatten();
        changed.all(|one| one.change.field == "Description")
    }

    /// The role's ARN.
    pub(in crate::resources) fn role(&self) -> &str {
        &self.role_arn
    }

    pub(in crate::resources) fn is_in_vpc(&self) -> bool {
        !self.configuration.vpc.is_none()
    }

    /// Whether Lambda is at work on it.
    pub(super) fn readiness(&self) -> &str {
        if self.busy { "Pending" } else { ACTIVE }
    }

    /// Whether it can run at all.
    pub(super) fn health(&self) -> &str {
        self.failed.as_deref().unwrap_or(ACTIVE)
    }
}

/// Whether a function runs, in Lambda's words.
pub(super) struct Condition {
    pub failed: Option<String>,
    pub busy: bool,
}

pub(super) fn condition(
    state: Option<&LambdaState>,
    reason: Option<&str>,
    update: Option<&LastUpdateStatus>,
) -> Condition {
    let failed = matches!(state, Some(LambdaState::Failed));
    Condition {
        failed: failed.then(|| format!("Lambda says: {}", reason.unwrap_or("Failed"))),
        busy: matches!(state, Some(LambdaState::Pending))
            || matches!(update, Some(LastUpdateStatus::InProgress)),
    }
}

pub(super) fn update_failure(
    update: Option<&LastUpdateStatus>,
    reason: Option<&str>,
) -> Option<String> {
    matches!(update, Some(LastUpdateStatus::Failed))
        .then(|| format!("Lambda says: {}", reason.unwrap_or("update failed")))
}
