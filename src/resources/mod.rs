//! The AWS resources, one file each, with what they share: lists and patches of API Gateway's
//! control plane, and what there is no other place for.

mod account_logging;
mod alarms;
mod api_key;
mod authorizer;
mod control_plane;
mod default_endpoint;
mod deployment;
mod domain;
mod former_sender;
mod function;
mod gateway_responses;
mod invoke_statement;
mod lists;
mod log_group;
mod marks;
mod orphan_logs;
mod permission;
mod plan_key;
mod queue;
mod reserved_concurrency;
mod resource_policy;
mod rest_api;
mod results_table;
mod role;
mod routes;
mod served;
mod stage;
mod support;
#[cfg(test)]
pub(crate) mod tests;
mod usage_plan;
mod versions;

pub(crate) use account_logging::AccountLogging;
pub(crate) use alarms::{Alarm, Alarms};
pub(crate) use api_key::{
    ApiKey, DEFAULT_KEY, DISABLED, ListedKey, RETIRED, delete_key, list_api_keys,
};
pub(crate) use authorizer::{
    Authorizer, AuthorizerList, AuthorizerPermission, EarlierAuthorizers, InvokedFunction, Judge,
};
pub(crate) use default_endpoint::DefaultEndpoint;
pub(crate) use deployment::{Deployment, Snapshot, deployed_methods};
pub(crate) use domain::{BasePathMapping, Domain, FormerDomains};
pub(crate) use former_sender::FormerSender;
pub(crate) use function::{Code, Function};
pub(crate) use gateway_responses::GatewayResponses;
pub(crate) use lists::{KeyList, Lists, Whose};
pub(crate) use log_group::{LogGroup, LogGroupName, delete_log_group};
pub(crate) use orphan_logs::OrphanLogs;
pub(crate) use permission::{FormerPermission, Permission};
pub(crate) use plan_key::{PlanKey, PlanOfKey, attached_keys, detach, is_on, move_key};
pub(crate) use queue::{DeadLetters, Queue, State as QueueState};
pub(crate) use reserved_concurrency::ReservedConcurrency;
pub(crate) use resource_policy::ResourcePolicy;
pub(crate) use rest_api::{RestApi, api_tags_of, list_rest_apis};
pub(crate) use results_table::ResultsTable;
pub(crate) use role::Role;
pub(crate) use routes::{Authorization, MethodAccess, MethodKey, Routes};
pub(crate) use served::ServedDeployment;
pub(crate) use stage::{AccessLog, Stage, StageSettings};
pub(crate) use support::UNKNOWN;
pub(crate) use support::required;
pub(crate) use usage_plan::{UnlistedPlans, UsagePlan, get_usage, list_usage_plans};
pub(crate) use versions::{LiveVersion, ROLLED_BACK, Serve, State as Published, Version, Versions};

/// A gatewayq.toml with nearly everything in it.
#[cfg(test)]
pub(crate) use tests::FULL;

/// The table of every resource: its kind, and of each field the name and what sets it.
#[cfg(test)]
pub(crate) fn every_table() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    fn table<R: crate::engine::Resource>() -> (&'static str, Vec<(&'static str, String)>) {
        let fields = R::FIELDS.iter().map(|field| (field.name, field.set_by()));
        (std::any::type_name::<R>(), fields.collect())
    }
    vec![
        table::<AccountLogging>(),
        table::<Alarms>(),
        table::<ApiKey>(),
        table::<Authorizer>(),
        table::<AuthorizerPermission>(),
        table::<BasePathMapping>(),
        table::<DefaultEndpoint>(),
        table::<Deployment>(),
        table::<Domain>(),
        table::<EarlierAuthorizers>(),
        table::<FormerDomains>(),
        table::<FormerPermission>(),
        table::<FormerSender>(),
        table::<Function>(),
        table::<GatewayResponses>(),
        table::<LiveVersion>(),
        table::<LogGroup>(),
        table::<OrphanLogs>(),
        table::<Permission>(),
        table::<PlanKey>(),
        table::<Queue>(),
        table::<ResourcePolicy>(),
        table::<ReservedConcurrency>(),
        table::<ResultsTable>(),
        table::<RestApi>(),
        table::<Role>(),
        table::<Routes>(),
        table::<ServedDeployment>(),
        table::<Stage>(),
        table::<UnlistedPlans>(),
        table::<UsagePlan>(),
        table::<Versions>(),
    ]
}
