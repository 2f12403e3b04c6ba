//! The rules of the real service that an emulator lacks. Each is AWS's; the seconds are the test's, so that a rule of
//! a minute can be kept in one second.
use super::answer::Answer;
use super::request::Request;
use super::state::State;
use super::{
    fresh, gateway, limits, log_pages, moves, overwrite, put_rest_api, refusals, shapes, stages,
    tags, waits,
};

/// A rule, switched on with [`super::Proxy::rule`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    /// Lambda refuses a role (CreateFunction, UpdateFunctionConfiguration) for so long after CreateRole.
    /// AWS: 5–10 s, now and then a minute. Infinity: it can never be assumed.
    RoleNotAssumable { seconds: f64 },
    /// A new function is Pending for so long, and updates of it answer 409 meanwhile.
    FunctionPending { seconds: f64 },
    /// An update of a function is InProgress for so long, and a second one answers 409 meanwhile.
    UpdateInProgress { seconds: f64 },
    /// A queue that was not made through the proxy shows as a standard queue.
    OlderQueuesStandard,
    /// A function that was not made through the proxy is Failed.
    OlderFunctionsFailed,
    /// Reads and lists of these services (`iam`, `sqs`, …; empty: all) miss what was made less than so long ago.
    ReadsMissFresh {
        seconds: f64,
        services: &'static [&'static str],
    },
    /// CreateQueue answers QueueDeletedRecently for so long after DeleteQueue. AWS: 60 s; 70 s were seen.
    QueueDeletedRecently { seconds: f64 },
    /// DeleteUsagePlan answers BadRequest while the plan lists a stage. With `deleted_stages_count` false, as one may
    /// expect of AWS, a stage that is gone no longer matters.
    UsagePlanWithStageRefused { deleted_stages_count: bool },
    /// UpdateAccount refuses a role that is missing, or was made or given permissions less than so long ago.
    UpdateAccountRefusesFreshRole { seconds: f64 },
    /// UpdateStage refuses to switch logging on while the account has no CloudWatch role.
    LoggingNeedsAccountRole,
    /// API Gateway's quotas on calls; its seconds are multiplied by `scale`.
    RateLimits { scale: f64 },
    /// API Gateway makes a stage's execution log group so long after logging was switched on or a request came in,
    /// if the stage is still there then.
    ExecutionLogGroupAppears { seconds: f64 },
    /// CreateDeployment is refused for so long after the API was made or its endpoint changed (apiStatus UPDATING).
    ApiUpdating { seconds: f64 },
    /// The quota of this operation is reached, and stays so.
    QuotaReached { operation: &'static str },
    /// API Gateway's lists show no tags; GetTags and the single reads do.
    ListsWithoutTags,
    /// Of a hundred changes inside a REST API so many meet another change of it (409).
    ConcurrentModification { percent: u64 },
    /// UpdateUsagePlan refuses all of a patch that removes a stage which is gone (404).
    InvalidApiStage,
    /// A usage plan takes no stage that was made less than so long ago.
    StageNotSeen { seconds: f64 },
    /// The account's CloudWatch role can be set, and not cleared.
    ClearingRefused,
    /// A queue's tags are not shown for so long after its creation.
    QueueTagsLate { seconds: f64 },
    /// The data plane answers 403 for so long after a stage was made or switched.
    FirstInvokesForbidden { seconds: f64 },
    /// IAM refuses to change a role for so long after its creation (409).
    RoleUnmodifiable { seconds: f64 },
    /// An access key is not known for so long after its first call.
    KeyNotYetKnown { seconds: f64 },
    /// There is a PutRestApi, which the emulator lacks. Rules that refuse calls are to be switched on before it.
    /// With `security` false, as moto does, it forgets who may call.
    PutRestApi { security: bool },
    /// SQS moves dead letters itself, which the emulator cannot: a task is RUNNING for so many looks and then is what
    /// `ends` says. The messages stay where they are.
    MoveTasks { looks: u64, ends: &'static str },
    /// The function's log has so many pages, every third of them empty.
    LogPages { pages: u64 },
    /// PurgeQueue answers PurgeQueueInProgress for so long after another. AWS: 60 s.
    PurgeQueueInProgress { seconds: f64 },
    /// A PutRestApi in the mode `overwrite`, as Chalice sends it, succeeds; the emulator's API stays as it was. To be
    /// switched on before [`Rule::PutRestApi`].
    OverwriteTaken,
    /// Answers have AWS's shapes instead of the emulator's.
    AwsShapes,
}

impl Rule {
    /// The refusal of a call that the rule does not let through.
    pub(crate) async fn before(&self, request: &Request, state: &State) -> Option<Answer> {
        let world = &state.world;
        match *self {
            Self::RoleNotAssumable { seconds } => waits::role(request, world, seconds),
            Self::FunctionPending { seconds } => waits::pending(request, world, seconds),
            Self::UpdateInProgress { seconds } => waits::updating(request, world, seconds),
            Self::QueueDeletedRecently { seconds } => waits::queue(request, world, seconds),
            Self::ReadsMissFresh { seconds, services } => {
                fresh::missed(request, &state.fresh, seconds, services)
            }
            Self::UsagePlanWithStageRefused {
                deleted_stages_count,
            } => gateway::usage_plan(request, state.upstream, deleted_stages_count).await,
            Self::UpdateAccountRefusesFreshRole { seconds } => {
                gateway::account_role(request, state, seconds).await
            }
            Self::LoggingNeedsAccountRole => gateway::logging(request, state.upstream).await,
            Self::RateLimits { scale } => limits::over(request, &state.buckets, scale),
            Self::ApiUpdating { seconds } => stages::updating(request, world, seconds),
            Self::QuotaReached { operation } => refusals::quota(request, operation),
            Self::ListsWithoutTags | Self::AwsShapes => tags::all(request, state.upstream).await,
            Self::ConcurrentModification { percent } => {
                refusals::concurrent(request, world, percent)
            }
            Self::PutRestApi { security } => {
                put_rest_api::carry_out(request, state, security).await
            }
            Self::MoveTasks { looks, ends } => moves::task(request, world, looks, ends),
            Self::LogPages { pages } => log_pages::page(request, pages),
            Self::PurgeQueueInProgress { seconds } => moves::purging(request, world, seconds),
            Self::OverwriteTaken => overwrite::taken(request, state.upstream).await,
            Self::InvalidApiStage => stages::invalid(request, state.upstream).await,
            Self::StageNotSeen { seconds } => stages::not_seen(request, world, seconds),
            Self::ClearingRefused => refusals::clearing(request),
            Self::RoleUnmodifiable { seconds } => refusals::unmodifiable(request, world, seconds),
            Self::KeyNotYetKnown { seconds } => refusals::new_key(request, world, seconds),
            Self::ExecutionLogGroupAppears { .. }
            | Self::OlderFunctionsFailed
            | Self::OlderQueuesStandard
            | Self::QueueTagsLate { .. }
            | Self::FirstInvokesForbidden { .. } => None,
        }
    }

    /// The refusal of a request to the deployed API.
    pub(crate) fn before_data(&self, request: &Request, state: &State) -> Option<Answer> {
        match *self {
            Self::FirstInvokesForbidden { seconds } => {
                stages::forbidden(request, &state.world, seconds)
            }
            _ => None,
        }
    }

    /// What the rule changes in an answer, or lets happen after it.
    pub(crate) fn after(&self, request: &Request, answer: &mut Answer, state: &State) {
        match *self {
            Self::FunctionPending { seconds } => {
                waits::show_pending(request, answer, &state.world, seconds);
            }
            Self::UpdateInProgress { seconds } => {
                waits::show_updating(request, answer, &state.world, seconds);
            }
            Self::OlderQueuesStandard => fresh::show_standard(request, answer, &state.fresh),
            Self::OlderFunctionsFailed => waits::show_failed(request, answer, &state.world),
            Self::ReadsMissFresh { seconds, services } => {
                fresh::filter(request, answer, &state.fresh, seconds, services);
            }
            Self::ExecutionLogGroupAppears { seconds } => {
                gateway::log_group(request, answer, state.upstream, seconds);
            }
            Self::ListsWithoutTags => tags::hide(request, answer),
            Self::QueueTagsLate { seconds } => tags::late(request, answer, &state.world, seconds),
            Self::AwsShapes => shapes::shape(request, answer),
            Self::OverwriteTaken => overwrite::without_empty_number(request, answer),
            _ => {}
        }
    }
}
