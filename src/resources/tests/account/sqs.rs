//! Queues.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{ACCOUNT, Account, Request, add, empty};
use serde_json::{Value, json};

const MISSING: &str = "QueueDoesNotExist";

impl Account {
    pub(super) fn sqs(&mut self, request: &Request) -> Reply {
        if request.operation == "CreateQueue" {
            return self.create_queue(request);
        }
        let name = match request.input.get("QueueUrl") {
            Some(url) => url.as_str().unwrap().rsplit('/').next().unwrap().to_owned(),
            None => request.text("QueueName").to_owned(),
        };
        let queue = self.find("queues", &name, MISSING)?;
        match request.operation.as_str() {
            "GetQueueUrl" => Ok(json!({"QueueUrl": url(&name)})),
            "GetQueueAttributes" => Ok(json!({"Attributes": queue["attributes"]})),
            // No tags: no field.
            "ListQueueTags" if queue["tags"] == json!({}) => Ok(json!({})),
            "ListQueueTags" => Ok(json!({"Tags": queue["tags"]})),
            "TagQueue" => {
                add(&mut queue["tags"], &request.input["Tags"]);
                empty()
            }
            "SetQueueAttributes" => {
                set(&mut queue["attributes"], &request.input["Attributes"])?;
                empty()
            }
            "DeleteQueue" => self.delete("queues", &name, MISSING),
            other => panic!("sqs {other}"),
        }
    }

    fn create_queue(&mut self, request: &Request) -> Reply {
        let name = request.text("QueueName");
        // What a FIFO queue has that nothing was said about.
        let mut attributes = body("sqs", "GetQueueAttributes")["Attributes"].take();
        let defaults = json!({
            "QueueArn": format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"), "FifoQueue": "false",
            "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue", "VisibilityTimeout": "30",
        });
        add(&mut attributes, &defaults);
        let fields = attributes.as_object_mut().unwrap();
        fields.retain(|name, _| !["Policy", "RedrivePolicy"].contains(&name.as_str()));
        set(&mut attributes, &request.input["Attributes"])?;
        let tags = request.input.get("tags").cloned().unwrap_or(json!({}));
        self.world["queues"][name] = json!({"attributes": attributes, "tags": tags});
        Ok(json!({"QueueUrl": url(name)}))
    }
}

fn url(name: &str) -> String {
    format!("https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/{name}")
}

/// An empty value takes an attribute away; a key of KMS turns SQS's own encryption off.
fn set(attributes: &mut Value, wanted: &Value) -> Result<(), &'static str> {
    let has = |name: &str, value: fn(&str) -> bool| wanted[name].as_str().is_some_and(value);
    let by_kms = has("KmsMasterKeyId", |key| !key.is_empty());
    if by_kms && has("SqsManagedSseEnabled", |it| it == "true") {
        return Err("InvalidAttributeName");
    }
    if by_kms {
        attributes["SqsManagedSseEnabled"] = "false".into();
    }
    for (name, value) in wanted.as_object().unwrap() {
        match value.as_str() {
            Some("") => drop(attributes.as_object_mut().unwrap().remove(name)),
            _ => attributes[name] = value.clone(),
        }
    }
    Ok(())
}
