//! Alarms.

use super::super::fixtures::body;
use super::super::http::Reply;
use super::{ACCOUNT, Account, Request, empty};
use serde_json::{Value, json};

const MISSING: &str = "ResourceNotFoundException";

impl Account {
    pub(super) fn cloudwatch(&mut self, request: &Request) -> Reply {
        match request.operation.as_str() {
            "DescribeAlarms" => Ok(self.describe_alarms(request)),
            "PutMetricAlarm" => {
                self.put_alarm(request);
                empty()
            }
            // Names that are not there are no error.
            "DeleteAlarms" => {
                let alarms = self.world["alarms"].as_object_mut().unwrap();
                for name in request.input["AlarmNames"].as_array().unwrap() {
                    alarms.remove(name.as_str().unwrap());
                }
                empty()
            }
            "ListTagsForResource" => Ok(json!({"Tags": self.tags_of_alarm(request)?.clone()})),
            "TagResource" => {
                let given = request.input["Tags"].as_array().unwrap();
                let tags = self.tags_of_alarm(request)?.as_array_mut().unwrap();
                tags.retain(|tag| given.iter().all(|one| one["Key"] != tag["Key"]));
                tags.extend(given.iter().cloned());
                empty()
            }
            other => panic!("monitoring {other}"),
        }
    }

    fn describe_alarms(&self, request: &Request) -> Value {
        let wanted = request.input["AlarmNames"].as_array().unwrap();
        let alarms = self.world["alarms"].as_object().unwrap().iter();
        let alarms = alarms.filter(|(name, _)| wanted.contains(&json!(name)));
        let alarms: Vec<&Value> = alarms.map(|(_, alarm)| &alarm["alarm"]).collect();
        json!({"MetricAlarms": alarms, "CompositeAlarms": []})
    }

    /// Replaces all but the tags, which count for a new alarm alone.
    fn put_alarm(&mut self, request: &Request) {
        let name = request.text("AlarmName");
        let mut alarm = body("monitoring", "DescribeAlarms")["MetricAlarms"][0].take();
        let mut input = request.input.clone();
        let tags = input.remove("Tags").unwrap_or(json!([]));
        super::add(&mut alarm, &input.into());
        alarm["AlarmArn"] = format!("arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:{name}").into();
        let known = &mut self.world["alarms"][name];
        let tags = known.get("tags").cloned().unwrap_or(tags);
        *known = json!({"alarm": alarm, "tags": tags});
    }

    fn tags_of_alarm(&mut self, request: &Request) -> Result<&mut Value, &'static str> {
        let name = request.text("ResourceARN").rsplit(':').next().unwrap();
        Ok(&mut self.find("alarms", name, MISSING)?["tags"])
    }
}
