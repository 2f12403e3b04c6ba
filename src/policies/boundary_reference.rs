//! The table of docs/permissions.md that says what a permission boundary has to hold, made from the roles' policies.

use super::function_role;
use super::strings;
use super::tests::{names, settings};
use crate::resources::FULL;
use serde_json::Value;
use std::collections::BTreeSet;

/// What AWS's AmazonAPIGatewayPushToCloudWatchLogs allows (AWS managed policy reference): the role that API Gateway logs
/// through is made within the boundary, too, and UpdateAccount refuses one that lacks any of it.
const PUSH_TO_LOGS: [&str; 7] = [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
];

const KEY: &str = "kms_key = \"12345678-1234-1234-1234-123456789012\"\n";

/// Which setting, what stands in gatewayq.toml without it, and with it.
fn rows() -> [(&'static str, String, String); 6] {
    let results = "[results]\n".to_owned();
    let vpc = "[function.vpc]\nsubnets = [\"subnet-0123456789abcdef0\"]\nsecurity_groups = [\"sg-0123456789abcdef0\"]\n";
    [
        (
            "`[queue] kms_key`",
            String::new(),
            format!("[queue]\n{KEY}"),
        ),
        ("`[function.vpc]`", String::new(), vpc.to_owned()),
        (
            "`[api] tracing`",
            String::new(),
            "[api]\ntracing = true\n".to_owned(),
        ),
        ("`[results]`", String::new(), results.clone()),
        (
            "`[results] result_owner`",
            results.clone(),
            "[results]\nresult_owner = true\n".to_owned(),
        ),
        ("`[results] kms_key`", results, format!("[results]\n{KEY}")),
    ]
}

/// What the function's role may do in a stage with this in its gatewayq.toml.
fn actions(more: &str) -> BTreeSet<String> {
    let settings = settings("orders", "penguin", more);
    let policy = function_role(&names(&settings, "eu-west-1"), &settings).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement: &Value| strings(&statement["Action"]));
    actions.collect()
}

/// One row a setting.
pub(super) fn boundary() -> String {
    let mut text = "| where a stage has | a boundary has to allow |\n|---|---|\n".to_owned();
    let mut row = |setting: &str, actions: &BTreeSet<String>| {
        let actions: Vec<String> = actions.iter().map(|action| format!("`{action}`")).collect();
        text += &format!("| {setting} | {} |\n", actions.join(" "));
    };
    row("any settings", &actions(""));
    let logs = PUSH_TO_LOGS.map(str::to_owned).into();
    row(
        "`[api] log_level` other than \"OFF\" (the default is \"ERROR\"), or `access_log`",
        &logs,
    );
    for (setting, without, with) in rows() {
        row(setting, &(&actions(&with) - &actions(&without)));
    }
    text
}

/// Whatever a stage may have besides, its role asks for no more than the table has.
#[test]
fn the_table_has_every_action_that_a_role_may_get() {
    let table = boundary();
    let path = camino::Utf8Path::new("gatewayq.toml");
    let settings = crate::config::parse(path, FULL, "dev").unwrap();
    let policy = function_role(&names(&settings, "eu-west-1"), &settings).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    for action in statements.flat_map(|statement| strings(&statement["Action"])) {
        assert!(table.contains(&format!("`{action}`")), "{action}: {table}");
    }
}
