//! The AWS resources, one file each.

mod account_logging;
mod api_key;
mod api_list;
mod deployment;
mod function;
mod log_group;
mod orphan_logs;
mod permission;
mod plan_key;
mod queue;
mod rest_api;
mod role;
mod routes;
mod stage;
mod support;
mod usage_plan;

pub use account_logging::AccountLogging;
pub use api_key::{ApiKey, DEFAULT_KEY, DISABLED, RETIRED, consumer, delete_key, list_keys};
pub use api_list::ApiList;
pub use deployment::Deployment;
pub use function::{Code, Function};
pub use log_group::{LogGroup, LogGroupName};
pub use orphan_logs::OrphanLogs;
pub use permission::Permission;
pub use plan_key::{PlanKey, PlanOfKey, detach};
pub use queue::{DeadLetters, Queue};
pub use rest_api::RestApi;
pub use role::Role;
pub use routes::{Routes, WantedMethod};
pub use stage::Stage;
pub use usage_plan::UsagePlan;
