//! The settings of one stage, validated: what the rest of the program works with.
//!
//! Plain data. Only [`load`](super::load) makes these from a file, and what it returns keeps the
//! limits that are written at each field.

mod api;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use api::{
    Access, Alarms, Api, Authorizer, Domain, LambdaAuthorizer, LambdaKind, LogLevel, Period, Quota,
    ROOT, Results, SecurityPolicy, Throttle, UsagePlan,
};
use camino::Utf8PathBuf;
pub(crate) use gatewayq_routes::{Action, OptionName as TaskOption, Task};
use serde::{Deserialize, Serialize};

/// Everything that gatewayq.toml says about one stage, with the defaults filled in.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Settings {
    /// The application's name: lower-case letters, digits, single hyphens.
    pub app: String,
    /// The stage's name, under the same rule.
    pub stage: String,
    /// The user's own tags, without the ones gatewayq adds. At most 40.
    pub tags: BTreeMap<String, String>,
    /// The routes in the order of the file. At least one, at most 300.
    pub routes: Vec<Route>,
    /// The Lambda function.
    pub function: Function,
    /// The FIFO queue and its dead-letter queue.
    pub queue: Queue,
    /// The usage plan of the API keys that are on no other.
    pub usage_plan: UsagePlan,
    /// Further usage plans, by name: under the rule of the application's, and none is `default`.
    pub usage_plans: BTreeMap<String, UsagePlan>,
    /// The stage's logging, metrics and throttling.
    pub api: Api,
    /// The custom domain name that leads to the stage, if any.
    pub domain: Option<Domain>,
    /// The function's execution role.
    pub role: Role,
    /// What CloudWatch watches; `None` is nothing.
    pub alarms: Option<Alarms>,
    /// How the tasks' results are kept; `None` is not at all.
    pub results: Option<Results>,
    /// The authorizers that its routes name.
    pub authorizers: BTreeMap<String, Authorizer>,
}

/// One method on one path of the REST API.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Route {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD`, `OPTIONS` or `ANY`.
    pub method: String,
    /// The path as API Gateway writes it: `/tasks/{task}`.
    pub path: String,
    /// Who may call.
    pub auth: Auth,
    /// Scopes in the place of the authorizer's; `Some` with nothing in it asks for none.
    pub scopes: Option<Vec<String>>,
    /// Whether a caller must send an API key.
    pub api_key: bool,
    /// What the function does with a request, as `routes.json` tells it.
    pub action: Action,
    /// Whether [`Api::cors`] counts for it.
    pub cors: bool,
}

/// The authorisation type of a method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub(crate) enum Auth {
    /// `AWS_IAM`: a signature (SigV4) of somebody with `execute-api:Invoke`.
    Iam,
    /// `NONE`.
    None,
    /// `COGNITO_USER_POOLS` or `CUSTOM`: what the authorizer of this name lets in.
    Authorizer(String),
}

impl Auth {
    /// The authorizer's name, where there is one.
    pub(crate) fn authorizer(&self) -> Option<&str> {
        match self {
            Self::Authorizer(name) => Some(name),
            Self::Iam | Self::None => None,
        }
    }
}

/// As the key in the file is written.
impl From<String> for Auth {
    fn from(name: String) -> Self {
        match name.as_str() {
            "iam" => Self::Iam,
            "none" => Self::None,
            _ => Self::Authorizer(name),
        }
    }
}

impl From<Auth> for String {
    fn from(auth: Auth) -> Self {
        match auth {
            Auth::Iam => "iam".to_owned(),
            Auth::None => "none".to_owned(),
            Auth::Authorizer(name) => name,
        }
    }
}

/// The Lambda function.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Function {
    /// What Lambda can change without other code.
    #[serde(flatten)]
    pub configuration: FunctionConfiguration,
    /// Executions at once that are kept for it, and the most that it can have; `None` is whatever the account has left.
    pub reserved_concurrency: Option<i32>,
    /// Published versions that are kept to roll back to, the live one included: 2 to 100.
    pub keep_versions: i32,
    /// The processor.
    pub architecture: Architecture,
    /// Days; one of CloudWatch Logs' own steps.
    pub log_retention: i32,
    /// Rust target triple; `None` is the architecture's `-unknown-linux-musl`.
    pub target: Option<String>,
    /// The handler's crate, relative to gatewayq.toml; `None` is `lambda-handler` where there is
    /// such a folder, else the handler on board.
    pub crate_dir: Option<Utf8PathBuf>,
}

/// The settings of a function that UpdateFunctionConfiguration takes: as the file has them, and as
/// Lambda has them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FunctionConfiguration {
    /// MB, 128 to 10240.
    pub memory: i32,
    /// Seconds, 1 to 29: API Gateway waits no longer.
    pub timeout: i32,
    /// MB of `/tmp`, 512 to 10240.
    pub ephemeral_storage: i32,
    /// Variables besides gatewayq's own; with those, as JSON, within Lambda's 4 KB.
    pub environment: BTreeMap<String, String>,
    /// The network that it is in, if any.
    pub vpc: Vpc,
}

/// Where a function is in a VPC: nothing of both, or something of both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Vpc {
    /// Ids of subnets, at most 16.
    pub subnets: BTreeSet<String>,
    /// Ids of security groups, at most 5.
    pub security_groups: BTreeSet<String>,
}

impl Vpc {
    /// Whether it is none.
    pub(crate) fn is_none(&self) -> bool {
        self.subnets.is_empty() && self.security_groups.is_empty()
    }
}

/// A processor that Lambda has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    X86_64,
    Arm64,
}

/// The FIFO queue and its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Queue {
    /// Seconds, 0 to 43200.
    pub visibility_timeout: i32,
    /// Seconds, 60 to 1209600.
    pub retention: i32,
    /// Receives before a message goes to the dead-letter queue, 1 to 1000.
    pub max_receives: i32,
    /// Seconds, 60 to 1209600, never below `retention`.
    pub dead_letter_retention: i32,
    /// Id, ARN or alias of a KMS key; `None` is encryption with keys of SQS.
    pub kms_key: Option<String>,
    /// ARNs of further IAM roles, users and whole accounts (`:root`) that may send, of any account.
    pub senders: Vec<String>,
}

/// The function's execution role. Never an `arn` and a boundary that is managed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Role {
    /// The permission boundary of the role that gatewayq makes.
    pub boundary: Boundary,
    /// ARN of a role to use instead of making one.
    pub arn: Option<String>,
}

/// What gatewayq does about the permission boundary of its role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(into = "Option<String>")]
pub enum Boundary {
    /// Nothing is said: one that the role has is left alone.
    #[default]
    Unmanaged,
    /// `""`: the role is to have none.
    None,
    /// The ARN of the policy that it is to have.
    Arn(String),
}

impl Boundary {
    /// The ARN, where there is to be a boundary.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => Some(arn),
            Self::Unmanaged | Self::None => None,
        }
    }
}

/// As the key in the file is written.
impl From<String> for Boundary {
    fn from(arn: String) -> Self {
        match arn.as_str() {
            "" => Self::None,
            _ => Self::Arn(arn),
        }
    }
}

impl From<Boundary> for Option<String> {
    fn from(boundary: Boundary) -> Self {
        match boundary {
            Boundary::Unmanaged => None,
            Boundary::None => Some(String::new()),
            Boundary::Arn(arn) => Some(arn),
        }
    }
}
