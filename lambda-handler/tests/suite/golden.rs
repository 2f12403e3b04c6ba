//! Field for field what Celery itself wrote: each file of `tests/golden` holds the messages that
//! Celery 5.7 / kombu 5.7 made of one input. `ignore_pointers` names what is random there.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_handler::message::{Call, Delivery, encode};
use lambda_handler::options::Options;
use serde_json::{Map, Value};

#[test]
fn messages_equal_celerys_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() >= 3);
    for file in files {
        let golden: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let differences = compare(&golden);
        assert!(
            differences.is_empty(),
            "{}: {differences:#?}",
            file.display()
        );
    }
}

fn compare(golden: &Value) -> Vec<String> {
    let (body, group_id, deduplication_id) = encoded(golden);
    let message = &golden["messages"][0];
    assert_eq!(golden["messages"].as_array().unwrap().len(), 1);
    let mut envelope: Map<String, Value> = serde_json::from_str(&body).unwrap();
    let mut wanted = message["envelope"].as_object().unwrap().clone();
    wanted.remove("body");
    let inner = STANDARD
        .decode(envelope.remove("body").unwrap().as_str().unwrap())
        .unwrap();

    let ignore = golden["ignore_pointers"].as_array().unwrap();
    let mut found = Vec::new();
    let inner = serde_json::from_slice(&inner).unwrap();
    diff(&message["task_body"], &inner, "/task_body", &[], &mut found);
    diff(&wanted.into(), &envelope.into(), "", ignore, &mut found);
    if golden["input"]["options"]["MessageGroupId"].is_string() {
        assert_eq!(message["sqs"]["MessageGroupId"], group_id);
        assert_eq!(message["sqs"]["MessageDeduplicationId"], deduplication_id);
    }
    found
}

fn encoded(golden: &Value) -> (String, String, String) {
    let input = &golden["input"];
    let option = |name: &str| input["options"][name].as_str();
    let options = Options {
        eta: option("eta").map(str::to_owned),
        expires: option("expires").map(str::to_owned),
        time_limit: input["options"]["time_limit"].as_u64(),
        soft_time_limit: input["options"]["soft_time_limit"].as_u64(),
        task_id: None,
    };
    let call = Call {
        id: input["task_id"].as_str().unwrap(),
        name: input["task"].as_str().unwrap(),
        args: &input["args"].to_string(),
        kwargs: &input["kwargs"].to_string(),
        options: &options,
        ignore_result: None,
        ids: option("MessageGroupId").zip(option("MessageDeduplicationId")),
    };
    let queue_name = golden["queue"].as_str().unwrap();
    let message = encode(
        &call,
        Delivery {
            queue_name,
            origin: "gen1@host",
            delivery_tag: "tag",
        },
    );
    (message.body, message.group_id, message.deduplication_id)
}

/// Missing and extra keys count, the order of keys does not; 2 and 2.0 differ.
fn diff(wanted: &Value, got: &Value, at: &str, ignore: &[Value], found: &mut Vec<String>) {
    if ignore.iter().any(|pointer| pointer == at) {
        return;
    }
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            for key in wanted
                .keys()
                .chain(got.keys().filter(|key| !wanted.contains_key(*key)))
            {
                let at = format!("{at}/{key}");
                match (wanted.get(key), got.get(key)) {
                    (Some(wanted), Some(got)) => diff(wanted, got, &at, ignore, found),
                    _ if ignore.iter().any(|pointer| *pointer == at) => {}
                    (wanted, got) => found.push(format!("{at}: wanted {wanted:?}, got {got:?}")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            for (index, (wanted, got)) in wanted.iter().zip(got).enumerate() {
                diff(wanted, got, &format!("{at}/{index}"), ignore, found);
            }
        }
        _ if wanted == got => {}
        _ => found.push(format!("{at}: wanted {wanted}, got {got}")),
    }
}
