//! What another tool is handed: each format by its own validator, what is taken over by its ids, a stack that
//! another tool made, which puts a task on the queue.
mod folder;
mod formation;
mod graph;
mod openapi;
mod terraform;

use std::path::PathBuf;

use serde_json::Value;

use crate::support::project::Project;

/// A project with nearly every setting that a gatewayq.toml can have, and code that nobody runs.
fn full() -> Project {
    let project = Project::new(FULL);
    std::fs::write(project.path("order.json"), SCHEMA).unwrap();
    project
}

/// Runs `gatewayq export` with these words; gives the folder.
fn export(project: &Project, format: &str, more: &[&str]) -> PathBuf {
    let command = ["export", format, "out", "--stage", "dev"];
    let command = project.command(command.into_iter().chain(more.iter().copied()));
    match format {
        "openapi" => command.ok(),
        _ => command.prebuilt().ok(),
    };
    project.path("out")
}

fn read(path: PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A part of it is `$ref`, so that the validator follows where it leads to from here.
const SCHEMA: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "required": ["kwargs"],
  "properties": {"kwargs": {"$ref": "#/$defs/order"}},
  "$defs": {"order": {"type": ["object", "null"], "properties": {"amount": {"type": "number", "exclusiveMinimum": 0}}}}
}"##;

const FULL: &str = r#"
[app]
name = "shop"
tags = { team = "sales" }

[function]
memory = 256
environment = { MODE = "${quick} %{x}" }
reserved_concurrency = 5

[function.vpc]
subnets = ["subnet-0123456789abcdef0"]
security_groups = ["sg-0123456789abcdef0"]

[queue]
kms_key = "alias/shop"
senders = ["arn:aws:iam::444455556666:role/other"]

[usage_plan]
rate = 10
quota = { limit = 1000, period = "day" }

[usage_plan.routes]
"POST /orders/{id}" = { rate = 1, burst = 2 }

[usage_plans.gold]
rate = 30

[domain]
name = "api.shop.test"
certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
base_path = "v1"

[api]
log_level = "ERROR"
metrics = true
allow_ips = ["203.0.113.0/24"]
access_log = true
tracing = true
disable_default_endpoint = true

[api.cors]
origins = ["https://shop.test"]

[alarms]
topic_arn = "arn:aws:sns:eu-west-1:111122223333:oncall"

[authorizers.customers]
type = "cognito"
user_pools = ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"]
scopes = ["orders/read"]

[authorizers.partners]
type = "lambda"
function = "judge:live"
kind = "token"
ttl = 60
token_pattern = "^[a-z]+$"

[authorizers.others]
type = "lambda"
function = "arn:aws:lambda:eu-west-1:444455556666:function:judge"
kind = "request"
identity_sources = ["method.request.header.x-a", "method.request.querystring.b"]

[role]
boundary = "arn:aws:iam::111122223333:policy/org"

[[route]]
method = "GET"
path = "/"
reply = { hello = "world" }

[[route]]
method = "POST"
path = "/orders/{id}"
task = "tasks.order"
body = "order.json"

[[route]]
method = "ANY"
path = "/files/{rest+}"
reply = 1
auth = "others"
api_key = false
cors = false

[[route]]
method = "GET"
path = "/files"
reply = 1
cors = false
auth = "none"
api_key = false

[[route]]
method = "GET"
path = "/mine"
reply = 1
auth = "customers"

[[route]]
method = "POST"
path = "/mine"
reply = 1
auth = "partners"
"#;
