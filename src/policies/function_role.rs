//! What a stage's function may do.

use super::{
    FUNCTION_ROLE, QUEUES_KEY, RenderError, Values, network_interfaces, read_results, render,
    tracing, use_of_key,
};
use crate::config::Settings;
use crate::names::Names;
use serde_json::{Value, json};

/// The policy of the function's role, with what the stage's settings ask for.
///
/// # Errors
/// A fault of the template.
pub(crate) fn function_role(names: &Names, settings: &Settings) -> Result<Value, RenderError> {
    let log_group = names.log_group_arn(&names.function_log_group());
    let values = Values::from([
        ("queue_arn", json!(names.queue_arn())),
        ("function_log_group_arn", json!(log_group)),
    ]);
    let mut policy = render(FUNCTION_ROLE, &values)?;
    let key = settings.queue.kms_key.as_ref();
    let key = key.map(|key| {
        let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
        use_of_key(names, QUEUES_KEY, key, &actions)
    });
    let tracing = settings.api.tracing.then(tracing);
    let results = settings.results.as_ref();
    let results = results.map(|results| read_results(names, results));
    let is_in_vpc = !settings.function.configuration.vpc.is_none();
    let interfaces = is_in_vpc.then(network_interfaces);
    if let Some(statements) = policy["Statement"].as_array_mut() {
        let more = key.into_iter().chain(tracing);
        statements.extend(more.chain(results.into_iter().flatten()).chain(interfaces));
    }
    Ok(policy)
}
