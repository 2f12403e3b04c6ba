//! What stands before the function: its API, who may use it and how much, and what watches it.

use std::collections::BTreeMap;

use gatewayq_routes::Cors;
use serde::Serialize;
use serde_json::Value;

/// Who judges callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Authorizer {
    /// User pools of Amazon Cognito.
    Cognito {
        /// Their ARNs, 1 to 50.
        user_pools: Vec<String>,
        /// What an access token has to have one of; with none, the id token counts.
        scopes: Vec<String>,
        /// One header: `method.request.header.NAME`.
        identity_source: String,
    },
    Lambda(LambdaAuthorizer),
}

/// A function that judges callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LambdaAuthorizer {
    /// Its name or ARN, with or without a version or an alias.
    pub function: String,
    pub kind: LambdaKind,
    /// As API Gateway writes them; one header for [`LambdaKind::Token`], and only with a `ttl` of 0
    /// none at all.
    pub identity_sources: Vec<String>,
    /// Seconds, 0 to 3600.
    pub ttl: i32,
    /// Only of [`LambdaKind::Token`].
    pub token_pattern: Option<String>,
}

/// What a function that judges callers is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LambdaKind {
    /// The token in a header.
    Token,
    /// The request without its body.
    Request,
}

/// The limits of one API key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct UsagePlan {
    /// Requests a second, above 0.
    pub rate: f64,
    /// Requests at once, at least 1.
    pub burst: i32,
    /// Requests a period; `None` is without limit.
    pub quota: Option<Quota>,
    /// The limits of single routes, by method and path: `POST /tasks`. They may be of another
    /// stage's routes.
    pub routes: BTreeMap<String, Throttle>,
}

/// The limits of one API key on one route.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Throttle {
    /// Requests a second, above 0.
    pub rate: f64,
    /// Requests at once, at least 1.
    pub burst: i32,
}

/// How many requests an API key has in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Quota {
    /// Requests, at least 1.
    pub limit: i32,
    /// The period.
    pub period: Period,
}

/// The period of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Period {
    Day,
    Week,
    Month,
}

/// The stage's method settings, for all of its methods alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Api {
    /// What of each execution goes to CloudWatch.
    pub log_level: LogLevel,
    /// Whether detailed CloudWatch metrics are on (they cost).
    pub metrics: bool,
    /// Requests a second for each method, with or without a key, above 0.
    pub rate: f64,
    /// Requests at once for each method, at least 1.
    pub burst: i32,
    /// Days that the execution logs are kept.
    pub log_retention: i32,
    /// What pages of other origins may do; `None` is nothing.
    pub cors: Option<Cors>,
    /// Who may reach the API at all; `None` is everybody.
    pub access: Option<Access>,
    /// The format of a line of the access log, at most 3072 bytes; `None` is no such log.
    pub access_log: Option<String>,
    /// Whether X-Ray traces requests through stage and function (it costs).
    pub tracing: bool,
    /// Whether the execute-api URL is switched off. Never without a [`Domain`].
    pub disable_default_endpoint: bool,
}

impl Api {
    /// Whether API Gateway writes anything to CloudWatch, for which the account needs a role.
    pub(crate) fn logs(&self) -> bool {
        self.log_level != LogLevel::Off || self.access_log.is_some()
    }
}

/// Who may reach the API, before any other check.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Access {
    /// Addresses and ranges, `203.0.113.0/24`. An empty `allow` is all there are; `deny` goes over it.
    Addresses {
        allow: Vec<String>,
        deny: Vec<String>,
    },
    /// The resource policy, at most 8192 bytes as JSON.
    Policy(Value),
}

/// Thresholds of the stage's alarms: at this value they ring, and 0 is no alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Alarms {
    /// ARN of the SNS topic that is told.
    pub topic_arn: Option<String>,
    /// Seconds that the oldest task may have waited, at most 1209600.
    pub oldest_message: i32,
    /// Messages in the dead-letter queue.
    pub dead_letters: i32,
    /// Failed runs of the function in five minutes.
    pub errors: i32,
    /// Refused runs of the function in five minutes.
    pub throttles: i32,
    /// Answers of the API with a 5xx in five minutes.
    pub server_errors: i32,
}

/// How results are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Results {
    /// Seconds, 60 to 31536000.
    pub ttl: i32,
    /// Id or ARN of a KMS key; `None` is a key of DynamoDB.
    pub kms_key: Option<String>,
    /// Whether answers have tracebacks.
    pub tracebacks: bool,
    /// Whether a result is for the sender of its task alone.
    pub result_owner: bool,
}

/// API Gateway's base path of what is mapped right under a name.
pub(crate) const ROOT: &str = "(none)";

/// The custom domain name that leads to the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Domain {
    /// A host name in lower case. At most 127 characters, so that a tag's value (256) holds two.
    pub name: String,
    /// ARN of a certificate in ACM.
    pub certificate_arn: String,
    /// One part of a path, without slashes; empty where the routes stand right under the name.
    pub base_path: String,
    /// The oldest TLS that is taken.
    pub security_policy: SecurityPolicy,
}

impl Domain {
    /// Where the stage's routes are under the name, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("https://{}{}", self.name, self.path())
    }

    /// What stands before the routes' paths: nothing, or a slash and the base path.
    pub(crate) fn path(&self) -> String {
        match self.base_path.as_str() {
            "" => String::new(),
            base_path => format!("/{base_path}"),
        }
    }
}

/// The security policies of a regional custom domain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum SecurityPolicy {
    #[serde(rename = "TLS_1_2")]
    Tls12,
    #[serde(rename = "TLS_1_0")]
    Tls10,
}

/// API Gateway's execution logging level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// Failed requests.
    Error,
    /// All requests.
    Info,
}
