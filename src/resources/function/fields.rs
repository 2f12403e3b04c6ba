//! The function's fields. A setting of its configuration is three lines here: one of the table, one
//! that reads it, one that sends it.

use super::Function;
use super::calls::{CONFIGURE, TAG, UPDATE_CODE, WAIT};
use crate::config::settings::{FunctionConfiguration, Vpc};
use crate::engine::{Field, Set};
use crate::resources::versions::described;
use aws_sdk_lambda::types as lambda;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const FIELDS: &[Field<Function>] = &[
    Field::text(
        "State",
        |s| Some(s.readiness().to_owned()),
        Set::Waiting(&WAIT),
    ),
    Field::text(
        "State",
        |s| Some(s.health().to_owned()),
        Set::ReplaceLossless,
    ),
    Field::text("RoleId", |s| s.role_id.clone(), Set::ReplaceLossless),
    Field::text("Role", |s| Some(s.role_arn.clone()), Set::By(&CONFIGURE)),
    Field::text("Runtime", |s| Some(s.runtime.clone()), Set::By(&CONFIGURE)),
    Field::text("Handler", |s| Some(s.handler.clone()), Set::By(&CONFIGURE)),
    Field::text(
        "Description",
        |s| described(&s.description).map(str::to_owned),
        Set::By(&CONFIGURE),
    ),
    Field::text(
        "MemorySize",
        |s| Some(s.configuration.memory.to_string()),
        Set::By(&CONFIGURE),
    ),
    Field::text(
        "Timeout",
        |s| Some(s.configuration.timeout.to_string()),
        Set::By(&CONFIGURE),
    ),
    Field::text(
        "EphemeralStorage",
        |s| Some(s.configuration.ephemeral_storage.to_string()),
        Set::By(&CONFIGURE),
    ),
    Field::entries(
        "Environment",
        |s| &s.configuration.environment,
        Set::By(&CONFIGURE),
    ),
    Field::items(
        "VpcConfig subnet",
        |s| &s.configuration.vpc.subnets,
        Set::By(&CONFIGURE),
    ),
    Field::items(
        "VpcConfig security group",
        |s| &s.configuration.vpc.security_groups,
        Set::By(&CONFIGURE),
    ),
    Field::text(
        "TracingConfig",
        |s| Some(s.tracing.to_string()),
        Set::By(&CONFIGURE),
    ),
    Field::text(
        "Architectures",
        |s| Some(s.architecture.clone()),
        Set::By(&UPDATE_CODE),
    ),
    Field::text(
        "CodeSha256",
        |s| Some(s.code_sha256.clone()),
        Set::By(&UPDATE_CODE),
    ),
    // Last: they say what code and role the function has.
    Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
];

/// Lambda's own default, where an answer leaves it out (Lambda API reference, "EphemeralStorage").
const EPHEMERAL_STORAGE: i32 = 512;

/// The configuration as Lambda answers it.
pub(super) fn read(answer: &lambda::FunctionConfiguration) -> FunctionConfiguration {
    let variables = answer.environment().and_then(|it| it.variables());
    let storage = answer.ephemeral_storage().map(|storage| storage.size());
    FunctionConfiguration {
        memory: answer.memory_size.unwrap_or_default(),
        timeout: answer.timeout.unwrap_or_default(),
        ephemeral_storage: storage.unwrap_or(EPHEMERAL_STORAGE),
        environment: variables.into_iter().flatten().map(owned).collect(),
        vpc: answer.vpc_config().map(read_vpc).unwrap_or_default(),
    }
}

fn read_vpc(answer: &lambda::VpcConfigResponse) -> Vpc {
    Vpc {
        subnets: answer.subnet_ids().iter().cloned().collect(),
        security_groups: answer.security_group_ids().iter().cloned().collect(),
    }
}

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// What CreateFunction and UpdateFunctionConfiguration take by the same names.
macro_rules! send {
    ($request:expr, $wanted:expr) => {
        $request
            .role(&$wanted.role_arn)
            .runtime(lambda::Runtime::from($wanted.runtime.as_str()))
            .handler(&$wanted.handler)
            .description(&$wanted.description)
            .memory_size($wanted.configuration.memory)
            .timeout($wanted.configuration.timeout)
            .ephemeral_storage(storage($wanted.configuration.ephemeral_storage))
            .environment(environment(&$wanted.configuration.environment))
            .tracing_config(tracing(&$wanted.tracing))
    };
}
pub(super) use send;

/// Of a function that is in no VPC and is to be in none, nothing is said. Empty lists take one out of it.
pub(super) fn vpc(found: &Vpc, wanted: &Vpc) -> Option<lambda::VpcConfig> {
    let list = |ids: &BTreeSet<String>| Some(ids.iter().cloned().collect());
    let config = lambda::VpcConfig::builder()
        .set_subnet_ids(list(&wanted.subnets))
        .set_security_group_ids(list(&wanted.security_groups));
    let is_about_one = !found.is_none() || !wanted.is_none();
    is_about_one.then(|| config.build())
}

#[expect(clippy::expect_used, reason = "only the size is required")]
pub(super) fn storage(size: i32) -> lambda::EphemeralStorage {
    let storage = lambda::EphemeralStorage::builder().size(size).build();
    storage.expect("only the size is required")
}

/// Lambda's own default is to pass through what comes with a request.
pub(super) fn tracing_mode(on: bool) -> lambda::TracingMode {
    match on {
        true => lambda::TracingMode::Active,
        false => lambda::TracingMode::PassThrough,
    }
}

pub(super) fn tracing(mode: &lambda::TracingMode) -> lambda::TracingConfig {
    lambda::TracingConfig::builder().mode(mode.clone()).build()
}

pub(super) fn environment(variables: &BTreeMap<String, String>) -> lambda::Environment {
    let variables = variables.clone().into_iter().collect();
    lambda::Environment::builder()
        .set_variables(Some(variables))
        .build()
}
