//! What AWS's manuals say and its models do not: limits of documents, tags, names and values.
use serde_json::Value;

use super::shape::matches;
use super::{Input, openapi, patches, rules_sqs};

/// IAM and AWS STS quotas, "IAM object quotas": characters without white space.
pub(crate) const TRUST_POLICY: usize = 2048;
/// The same for all inline policies of a role together; a role here has one.
pub(crate) const ROLE_POLICY: usize = 10_240;
/// General reference, "Tag naming limits and requirements".
pub(crate) const TAGS: usize = 50;
const TAG_CHARACTERS: &str = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*";
/// Lambda quotas, "Function environment variables": 4 KB for all of them.
pub(crate) const ENVIRONMENT: usize = 4096;
/// CloudWatch Logs API reference, PutRetentionPolicy, "retentionInDays".
const RETENTION: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// What breaks a rule of the manuals.
pub(crate) fn problems(input: &Input) -> Vec<String> {
    let mut problems = tags(input);
    let members = &input.members;
    problems.extend(match (input.service, input.operation.as_str()) {
        ("iam", "CreateRole") => document(&members["AssumeRolePolicyDocument"], TRUST_POLICY),
        ("iam", "UpdateAssumeRolePolicy") => document(&members["PolicyDocument"], TRUST_POLICY),
        ("iam", "PutRolePolicy") => document(&members["PolicyDocument"], ROLE_POLICY),
        ("lambda", "CreateFunction" | "UpdateFunctionConfiguration") => environment(members),
        ("logs", "PutRetentionPolicy") => retention(&members["retentionInDays"]),
        ("sqs", _) => rules_sqs::problems(input),
        ("apigateway", operation) => api_gateway(operation, members),
        _ => vec![],
    });
    problems
}

fn document(text: &Value, limit: usize) -> Vec<String> {
    let text = text.as_str().unwrap_or_default();
    let mut problems = vec![];
    let size = text.chars().filter(|c| !c.is_whitespace()).count();
    if size > limit {
        problems.push(format!("the document has {size} characters, {limit} fit"));
    }
    let parsed: Value = serde_json::from_str(text).unwrap_or_default();
    if parsed["Version"] != "2012-10-17" || parsed["Statement"].is_null() {
        problems.push(format!("this is no policy: {text}"));
    }
    problems
}

fn tags(input: &Input) -> Vec<String> {
    let both = ["tags", "Tags"].map(|name| &input.members[name]);
    let pairs: Vec<(String, String)> = both.into_iter().flat_map(pairs).collect();
    let mut problems = vec![];
    if pairs.len() > TAGS {
        problems.push(format!("{} tags, {TAGS} are allowed", pairs.len()));
    }
    for (key, value) in &pairs {
        let (long, longer) = (key.chars().count(), value.chars().count());
        if !(1..=128).contains(&long) || longer > 256 {
            problems.push(format!("tag {key:?}: {long} and {longer} characters"));
        }
        if key.to_lowercase().starts_with("aws:") {
            problems.push(format!("tag {key:?}: the prefix is AWS's own"));
        }
        if ![key, value]
            .iter()
            .all(|text| matches(TAG_CHARACTERS, text))
        {
            problems.push(format!("tag {key:?}: characters of {value:?}"));
        }
    }
    if input.service == "iam" && twice(&pairs) {
        problems.push("tag keys of IAM are the same in any case".to_owned());
    }
    problems
}

fn pairs(tags: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match tags {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), text(value)))
            .collect(),
        Value::Array(list) => list
            .iter()
            .map(|tag| (text(&tag["Key"]), text(&tag["Value"])))
            .collect(),
        _ => vec![],
    }
}

fn twice(pairs: &[(String, String)]) -> bool {
    let mut keys: Vec<String> = pairs.iter().map(|(key, _)| key.to_lowercase()).collect();
    keys.sort();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

fn environment(members: &Value) -> Vec<String> {
    let variables = &members["Environment"]["Variables"];
    let size = match variables {
        Value::Null => 0,
        other => other.to_string().len(),
    };
    let problem = format!("the environment has {size} bytes, {ENVIRONMENT} fit");
    (size > ENVIRONMENT)
        .then_some(problem)
        .into_iter()
        .collect()
}

fn retention(days: &Value) -> Vec<String> {
    let known = days.as_i64().is_some_and(|days| RETENTION.contains(&days));
    let problem = format!("{days} days are no retention that there is");
    (!known).then_some(problem).into_iter().collect()
}

/// API Gateway's developer guide: quotas; API reference: stages, resources, keys.
fn api_gateway(operation: &str, members: &Value) -> Vec<String> {
    if operation == "PutRestApi" {
        return openapi::problems(&members["body"]);
    }
    let mut problems = patches::problems(operation, &members["patchOperations"]);
    let mut texts = |name: &str, pattern: &str| {
        let text = members[name].as_str();
        if text.is_some_and(|text| !matches(pattern, text)) {
            problems.push(format!("{name} {} does not match {pattern}", members[name]));
        }
    };
    match operation {
        "CreateStage" => texts("stageName", "[A-Za-z0-9_-]{1,128}"),
        "CreateResource" => texts("pathPart", r"[A-Za-z0-9._:-]+|\{[A-Za-z0-9._:-]+\+?\}"),
        "CreateApiKey" => texts("value", ".{20,128}"),
        "PutMethod" => {
            texts(
                "authorizationType",
                "NONE|AWS_IAM|CUSTOM|COGNITO_USER_POOLS",
            );
            texts("httpMethod", "GET|PUT|POST|DELETE|PATCH|OPTIONS|HEAD|ANY");
        }
        _ => {}
    }
    let timeout = members["timeoutInMillis"].as_i64();
    if timeout.is_some_and(|timeout| !(50..=29_000).contains(&timeout)) {
        problems.push(format!("timeoutInMillis {timeout:?}"));
    }
    problems
}
