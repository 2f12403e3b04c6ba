//! The sections of the file: their keys, and how these become settings. Routes have files of
//! their own.

use std::collections::BTreeMap;

use serde_json::json;
use toml::Spanned;
use toml::de::DeTable;

use super::field::{Entries, Field, choice, entries, flag, int, list, number, plain, step, text};
use super::section::{Section, table};
use super::settings::{
    Api, Architecture, Boundary, Function, FunctionConfiguration, LogLevel, Queue, Role, Vpc,
};
use super::shapes::{self, NAME_RULE, Shape};
use super::{access, access_log, cors};

/// Characters of both names together. An IAM role is named app-stage-region and has 64; the
/// longest name of a Region has 15, one more is left for a Region to come.
const NAMES_MAX: usize = 64 - 2 - REGION_MAX;
const REGION_MAX: usize = 16;
/// AWS allows 50 tags a resource; the rest is for gatewayq's own.
const TAGS_MAX: usize = 40;
/// Bytes of a function's variables (Lambda quotas), as the JSON object that is sent.
const ENVIRONMENT_MAX: usize = 4096;
/// Days that CloudWatch Logs can keep a log group (PutRetentionPolicy).
const RETENTIONS: &[i32] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// Of requests a second and requests at once.
pub(super) const RATE_MAX: f64 = 1_000_000.0;
pub(super) const BURST_MAX: i32 = 1_000_000;

const TARGETS: &str = "x86_64-unknown-linux-musl, x86_64-unknown-linux-gnu, \
                       aarch64-unknown-linux-musl, aarch64-unknown-linux-gnu; the one of the \
                       architecture";
static TARGET: Shape = Shape::new("^(?:x86_64|aarch64)-unknown-linux-(?:musl|gnu)$", 40);
static FOLDER: Shape = Shape::new(r"^[^\x00-\x1f\x7f-\x9f]+$", 4096);

/// `[app]`: the name, which has to fit together with the stage's, and the tags, with those of
/// `[stages.…]` over them.
pub(super) fn app<'a, 'i>(
    s: &mut Section<'a, 'i>,
    stage: &str,
    over: Option<&'a DeTable<'i>>,
) -> (String, BTreeMap<String, String>) {
    let name: Option<String> = s.require(
        text("name", &shapes::NAME, NAME_RULE),
        "The application's name; part of the name of everything in AWS. With the stage's name at \
         most 46 characters.",
    );
    let name = name.unwrap_or_default();
    let length = name.len() + stage.len();
    if length > NAMES_MAX {
        let message = format!(
            "`name` and the stage's name `{stage}` have {length} characters together; allowed: \
             {NAMES_MAX}, so that the names of roles fit 64"
        );
        s.report("name", message);
    }
    let about = "Tags on every resource, besides gatewayq's own.";
    let tags = s.merged(tags(), over, about);
    check_tags(s, &tags);
    (name, plain(tags))
}

/// Also a key of a stage.
pub(super) fn tags() -> Field<Entries> {
    use shapes::{TAG_KEY, TAG_VALUE};
    let allowed = "at most 40; keys of 1 to 128, values of at most 256 letters, digits, spaces \
                   or `_ . : / = + - @`; no `aws:` or `gatewayq:` in front; no two keys that \
                   differ only in case";
    entries("tags", &TAG_KEY, &TAG_VALUE, TAGS_MAX, allowed)
}

fn check_tags(s: &mut Section<'_, '_>, tags: &Entries) {
    let mut in_file: Vec<(&String, &Spanned<String>)> = tags.iter().collect();
    in_file.sort_by_key(|(_, value)| value.span().start);
    if let Some((_, first_too_many)) = in_file.get(TAGS_MAX) {
        let message = format!("`tags` has {}; allowed: at most {TAGS_MAX}", tags.len());
        s.report_at(first_too_many.span(), message);
    }
    let mut seen = BTreeMap::new();
    for (key, value) in in_file {
        if let Some(other) = seen.insert(key.to_lowercase(), key) {
            let message = format!(
                "`tags` has `{other}` and `{key}`; IAM takes keys that differ only in case for \
                 one (a stage's tags go over the base's key by key)"
            );
            s.report_at(value.span(), message);
        }
    }
}

/// `[function]`: the Lambda function. The names count for what gatewayq adds to its environment.
pub(super) fn function(s: &mut Section<'_, '_>, app: &str, stage: &str) -> Function {
    let function = Function {
        configuration: configuration(s, app, stage),
        reserved_concurrency: s.get(
            int("reserved_concurrency", 0..=i32::MAX, "executions at once"),
            "Executions that are kept for the function, and the most it can have; 0 stops it. Without the key, what \
             gatewayq reserved is given back, and what somebody else reserved is left alone.",
        ),
        keep_versions: s.value(
            int("keep_versions", 2..=100, "versions").or(10),
            "Versions of the function that are kept to roll back to, the live one included.",
        ),
        architecture: s.value(
            choice("architecture", &[Architecture::X86_64, Architecture::Arm64])
                .or(Architecture::X86_64),
            "The processor the handler is built for.",
        ),
        log_retention: s.value(
            step("log_retention", RETENTIONS, "days").or(14),
            "How long CloudWatch keeps the function's log.",
        ),
        target: s.get(
            text("target", &TARGET, TARGETS),
            "Rust target of the build; without it, musl of the architecture.",
        ),
        crate_dir: s.get(
            text(
                "crate_dir",
                &FOLDER,
                "a folder, relative to gatewayq.toml",
            ),
            "The handler's crate; without it, `lambda-handler` where there is such a folder, \
             else the handler that gatewayq has on board.",
        ),
    };
    let processor = match function.architecture {
        Architecture::X86_64 => "x86_64-",
        Architecture::Arm64 => "aarch64-",
    };
    if let Some(target) = &function.target
        && !target.starts_with(processor)
    {
        let message = format!("`target` is \"{target}\", which is not for `architecture`");
        s.report("target", message);
    }
    function
}

fn configuration(s: &mut Section<'_, '_>, app: &str, stage: &str) -> FunctionConfiguration {
    let seconds = "seconds; API Gateway waits no longer than 29";
    FunctionConfiguration {
        memory: s.value(
            int("memory", 128..=10_240, "MB").or(256),
            "Memory; Lambda gives processor time in proportion.",
        ),
        timeout: s.value(
            int("timeout", 1..=29, seconds).or(10),
            "Longest run of a request.",
        ),
        ephemeral_storage: s.value(
            int("ephemeral_storage", 512..=10_240, "MB").or(512),
            "Size of the function's `/tmp`; what is above 512 costs.",
        ),
        environment: environment(s, app, stage),
        vpc: s
            .get(
                vpc_field(),
                "The VPC that the function is in; without it, none.",
            )
            .unwrap_or_default(),
    }
}

/// `[function.vpc]` as a key of `[function]`.
fn vpc_field() -> Field<Vpc> {
    let mut field = table("vpc", "a section: [function.vpc]", vpc);
    field.row.allowed = "the keys of `[function.vpc]`, below".to_owned();
    field
}

/// `[function.vpc]`: as many as Lambda takes (Lambda API reference, "VpcConfig").
pub(super) fn vpc(s: &mut Section<'_, '_>) -> Option<Vpc> {
    let subnets: Option<Vec<String>> = s.require(
        list(text("subnets", &shapes::SUBNET, "a subnet's id"), 1..=16),
        "The subnets, of different zones best: private ones, with a way to SQS and, with `[results]`, to DynamoDB.",
    );
    let group = "a security group's id";
    let groups: Option<Vec<String>> = s.require(
        list(
            text("security_groups", &shapes::SECURITY_GROUP, group),
            1..=5,
        ),
        "The security groups; they have to let HTTPS out.",
    );
    Some(Vpc {
        subnets: subnets?.into_iter().collect(),
        security_groups: groups?.into_iter().collect(),
    })
}

fn environment(s: &mut Section<'_, '_>, app: &str, stage: &str) -> BTreeMap<String, String> {
    let allowed = "at most 4096 bytes as JSON, `QUEUE_URL` included; no `QUEUE_URL`, nothing with \
                   `AWS_`, `LAMBDA_` or `_` in front";
    let (name, value) = (&shapes::VARIABLE_NAME, &shapes::VARIABLE_VALUE);
    let field = entries("environment", name, value, ENVIRONMENT_MAX, allowed);
    let about = "Further environment variables. Not for secrets: whoever may read the function's \
                 configuration can read them.";
    let environment = plain(s.merged(field, None, about));
    let mut sent = environment.clone();
    sent.insert("QUEUE_URL".to_owned(), longest_queue_url(app, stage));
    let size = json!(sent).to_string().len();
    if size > ENVIRONMENT_MAX {
        let message = format!(
            "`environment` has {size} bytes as the JSON that Lambda counts, gatewayq's QUEUE_URL \
             included; allowed: at most {ENVIRONMENT_MAX}"
        );
        s.report("environment", message);
    }
    environment
}

/// As long as the queue's URL can be in any Region, so that a file is right or wrong everywhere.
fn longest_queue_url(app: &str, stage: &str) -> String {
    let (region, account) = ("r".repeat(REGION_MAX), "0".repeat(12));
    format!("https://sqs.{region}.amazonaws.com.cn/{account}/{app}-{stage}.fifo")
}

/// `[queue]`: the FIFO queue and its dead-letter queue.
pub(super) fn queue(s: &mut Section<'_, '_>) -> Queue {
    let sender = "the ARN of an IAM role, user or account root";
    // SQS allows 50 principals in a queue's policy.
    let senders = list(text("senders", &shapes::SENDER, sender), 0..=40);
    let kms_key = "a KMS key's id, its ARN, alias/NAME or an alias's ARN";
    let seconds = "seconds; not below `retention`";
    let queue = Queue {
        visibility_timeout: s.value(
            int("visibility_timeout", 0..=43_200, "seconds").or(300),
            "How long a received task stays hidden; longer than a task may run, or it runs twice.",
        ),
        retention: s.value(
            int("retention", 60..=1_209_600, "seconds").or(345_600),
            "How long a task waits for a worker before SQS drops it.",
        ),
        max_receives: s.value(
            int("max_receives", 1..=1000, "receives").or(5),
            "Receives before a task goes to the dead-letter queue.",
        ),
        dead_letter_retention: s.value(
            int("dead_letter_retention", 60..=1_209_600, seconds).or(1_209_600),
            "How long the dead-letter queue keeps a task.",
        ),
        kms_key: s.get(
            text("kms_key", &shapes::KMS_KEY, kms_key),
            "Encrypts both queues with this key; without it, with keys of SQS's own.",
        ),
        senders: s.value(
            senders.or(Vec::new()),
            "Who may send to the queue besides the function, of this account or another; a root \
             stands for its whole account.",
        ),
    };
    // A message keeps the age it had in the first queue (SQS developer guide, dead-letter queues).
    if queue.dead_letter_retention < queue.retention {
        let message = format!(
            "`dead_letter_retention` is {}; allowed: `retention` ({}) or more, as a message's age \
             goes on counting in the dead-letter queue",
            queue.dead_letter_retention, queue.retention
        );
        s.report("dead_letter_retention", message);
    }
    queue
}

/// `[api]`: the stage of the REST API. Without its default endpoint only a domain leads to it.
pub(super) fn api(s: &mut Section<'_, '_>, has_domain: bool) -> Api {
    let levels = &[LogLevel::Off, LogLevel::Error, LogLevel::Info];
    let api = Api {
        log_level: s.value(
            choice("log_level", levels).or(LogLevel::Error),
            "What API Gateway writes to CloudWatch: nothing, failed requests, or all (which costs \
             by volume).",
        ),
        metrics: s.value(
            flag("metrics").or(true),
            "CloudWatch metrics for each method; they cost by number.",
        ),
        rate: s.value(
            number("rate", RATE_MAX, "requests a second").or(100.0),
            "What each method takes in the long run, with or without a key.",
        ),
        burst: s.value(
            int("burst", 1..=BURST_MAX, "requests").or(200),
            "What each method takes at once.",
        ),
        log_retention: s.value(
            step("log_retention", RETENTIONS, "days").or(14),
            "How long CloudWatch keeps the API's log.",
        ),
        cors: s.get(
            cors::field(),
            "What pages of other origins may do; without it, nothing.",
        ),
        access: access::read(s),
        access_log: s
            .get(
                access_log::field(),
                "A line for each request, in a log group of its own.",
            )
            .flatten(),
        tracing: s.value(
            flag("tracing").or(false),
            "X-Ray traces requests through API Gateway and the function; it costs by number.",
        ),
        disable_default_endpoint: s.value(
            flag("disable_default_endpoint").or(false),
            "Switches the API's execute-api URL off, so that only [domain] leads to it. What somebody \
             else switched off is left as it is.",
        ),
    };
    if api.disable_default_endpoint && !has_domain {
        let message = "`disable_default_endpoint` is true without [domain], and nothing would lead to the \
                       stage; allowed: false, or a [domain]";
        s.report("disable_default_endpoint", message);
    }
    api
}

/// `[role]`: the function's execution role.
pub(super) fn role(s: &mut Section<'_, '_>) -> Role {
    let policy = "the ARN of an IAM policy, or \"\" for none; not with `arn`";
    let own = "the ARN of an IAM role; not with `boundary`";
    let role = Role {
        boundary: s.value(
            text("boundary", &shapes::BOUNDARY, policy).or(Boundary::Unmanaged),
            "Permission boundary of the role that gatewayq makes; \"\" removes one. Without the \
             key, one that the role has is left alone.",
        ),
        arn: s.get(
            text("arn", &shapes::ROLE, own),
            "A role of yours; gatewayq then makes none. It has to let Lambda assume it, write the \
             function's log and send to the queue.",
        ),
    };
    if role.boundary != Boundary::Unmanaged && role.arn.is_some() {
        let message = "`boundary` is for the role that gatewayq makes, and `arn` says to make \
                       none; allowed: one of the two";
        s.report("boundary", message);
    }
    role
}
