//! Log groups.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{ACCOUNT, Account, Request, add, empty};
use serde_json::{Value, json};

const MISSING: &str = "ResourceNotFoundException";

impl Account {
    pub(super) fn logs(&mut self, request: &Request) -> Reply {
        match request.operation.as_str() {
            "CreateLogGroup" => {
                let (name, tags) = (request.text("logGroupName"), request.input.get("tags"));
                let tags = tags.cloned().unwrap_or(json!({}));
                self.world["groups"][name] = json!({"tags": tags});
                return empty();
            }
            "DescribeLogGroups" => {
                let groups = self.world["groups"].as_object().unwrap().iter();
                let prefix = request.text("logGroupNamePrefix");
                let groups = groups.filter(|(name, _)| name.starts_with(prefix));
                let groups: Vec<Value> = groups.map(|(name, group)| shown(name, group)).collect();
                return Ok(json!({"logGroups": groups}));
            }
            _ => {}
        }
        let name = match request.input.get("resourceArn") {
            Some(arn) => arn.as_str().unwrap().split(":log-group:").nth(1).unwrap(),
            None => request.text("logGroupName"),
        };
        let group = self.find("groups", name, MISSING)?;
        match request.operation.as_str() {
            "ListTagsForResource" => return Ok(json!({"tags": group["tags"]})),
            "TagResource" => add(&mut group["tags"], &request.input["tags"]),
            "PutRetentionPolicy" => {
                group["retentionInDays"] = request.input["retentionInDays"].clone()
            }
            "DeleteLogGroup" => return self.delete("groups", name, MISSING),
            other => panic!("logs {other}"),
        }
        empty()
    }
}

/// As the list has it: `arn` ends in `:*`, and no retention is no field.
fn shown(name: &str, group: &Value) -> Value {
    let mut shown = body("logs", "DescribeLogGroups")["logGroups"][0].take();
    let arn = format!("arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{name}");
    add(
        &mut shown,
        &json!({"logGroupName": name, "arn": format!("{arn}:*"), "logGroupArn": arn}),
    );
    match group.get("retentionInDays") {
        Some(days) => shown["retentionInDays"] = days.clone(),
        None => drop(shown.as_object_mut().unwrap().remove("retentionInDays")),
    }
    shown
}
