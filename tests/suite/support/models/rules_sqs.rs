//! SQS's attributes: which there are, and what they may be (API reference, CreateQueue and SetQueueAttributes).
use serde_json::Value;

use super::Input;
use super::shape::matches;

const NUMBERS: [(&str, i64, i64); 6] = [
    ("DelaySeconds", 0, 900),
    ("KmsDataKeyReusePeriodSeconds", 60, 86_400),
    ("MaximumMessageSize", 1024, 1_048_576),
    ("MessageRetentionPeriod", 60, 1_209_600),
    ("ReceiveMessageWaitTimeSeconds", 0, 20),
    ("VisibilityTimeout", 0, 43_200),
];

const TEXTS: [(&str, &str); 6] = [
    ("ContentBasedDeduplication", "true|false"),
    ("DeduplicationScope", "messageGroup|queue"),
    ("FifoQueue", "true"),
    ("FifoThroughputLimit", "perQueue|perMessageGroupId"),
    ("KmsMasterKeyId", ".{0,2048}"),
    ("SqsManagedSseEnabled", "true|false"),
];

pub(super) fn problems(input: &Input) -> Vec<String> {
    let members = &input.members;
    let creates = input.operation == "CreateQueue";
    let mut problems = vec![];
    if let Some(name) = members["QueueName"].as_str().filter(|_| creates)
        && !(matches(r"[A-Za-z0-9_-]+(\.fifo)?", name) && name.len() <= 80)
    {
        problems.push(format!("{name:?} is no name of a queue"));
    }
    if !creates && input.operation != "SetQueueAttributes" {
        return problems;
    }
    let attributes = &members["Attributes"];
    for (name, value) in attributes.as_object().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        if !attribute(name, text, creates) {
            problems.push(format!("attribute {name} cannot be {text:?}"));
        }
    }
    let per_group = attributes["FifoThroughputLimit"] == "perMessageGroupId";
    if creates && per_group && attributes["DeduplicationScope"] != "messageGroup" {
        problems.push("perMessageGroupId goes only with the scope messageGroup".to_owned());
    }
    let fifo = members["QueueName"]
        .as_str()
        .map(|name| name.ends_with(".fifo"));
    if creates && fifo != Some(attributes["FifoQueue"] == "true") {
        problems.push("a FIFO queue's name ends in .fifo, and no other's".to_owned());
    }
    if attributes["KmsMasterKeyId"]
        .as_str()
        .is_some_and(|key| !key.is_empty())
        && attributes["SqsManagedSseEnabled"] == "true"
    {
        problems.push("one type of encryption at a time".to_owned());
    }
    problems
}

fn attribute(name: &str, text: &str, creates: bool) -> bool {
    if let Some((_, least, most)) = NUMBERS.iter().find(|(known, _, _)| *known == name) {
        let number = text.parse::<i64>();
        return number.is_ok_and(|number| (*least..=*most).contains(&number));
    }
    if let Some((_, pattern)) = TEXTS.iter().find(|(known, _)| *known == name) {
        return matches(pattern, text) && (creates || name != "FifoQueue");
    }
    match name {
        "Policy" => text.is_empty() || json(text)["Statement"].is_array(),
        "RedrivePolicy" => text.is_empty() || redrive(&json(text)),
        "RedriveAllowPolicy" => json(text)["redrivePermission"].is_string(),
        _ => false,
    }
}

fn redrive(policy: &Value) -> bool {
    let count = &policy["maxReceiveCount"];
    let number = count.as_i64().or_else(|| count.as_str()?.parse().ok());
    number.is_some_and(|count| (1..=1000).contains(&count))
        && policy["deadLetterTargetArn"]
            .as_str()
            .is_some_and(|arn| arn.starts_with("arn:"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
