//! The calls to CloudWatch.

use super::{Alarm, Alarms, Found, State};
use crate::aws::JsonService::CloudWatch;
use crate::engine::{Cx, Error};
use crate::names::Names;
use crate::resources::support::{found, gone, tags_of};
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// CloudWatch takes three puts a second of an account (CloudWatch quotas, "PutMetricAlarm").
const PUTS_AT_ONCE: usize = 3;

/// The alarms of these names that there are, at most 100. A list shows no tags: each is asked for its own.
pub(super) async fn find(
    cx: &Cx,
    names: &Names,
    known: &BTreeSet<String>,
) -> Result<BTreeMap<String, Found>, Error> {
    let input = json!({"AlarmNames": known, "AlarmTypes": ["MetricAlarm"]});
    let answer = cx.json_call(CloudWatch, "DescribeAlarms", input).await?;
    let alarms = answer["MetricAlarms"].as_array().into_iter().flatten();
    let asked = alarms.map(async |alarm| {
        let name = alarm["AlarmName"].as_str().unwrap_or_default();
        let asked = json!({"ResourceARN": arn(names, name)});
        let tags = found(cx.json_call(CloudWatch, "ListTagsForResource", asked).await)?;
        // Without an answer it was deleted in between.
        Ok::<_, Error>(tags.map(|tags| {
            let one = Found {
                alarm: Alarm::read(alarm),
                tags: tags_of(&tags),
                rings: ringing(alarm),
            };
            (name.to_owned(), one)
        }))
    });
    Ok(try_join_all(asked).await?.into_iter().flatten().collect())
}

/// At most 100 in one call; those that are gone are no error.
pub(super) async fn delete(cx: &Cx, names: &[String]) -> Result<(), Error> {
    if names.is_empty() {
        return Ok(());
    }
    gone(
        cx.json_call(CloudWatch, "DeleteAlarms", json!({"AlarmNames": names}))
            .await,
    )
}

impl Alarms {
    /// Puts those that differ, and takes away those that are not wanted.
    pub(super) async fn put(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        let differs = |name: &String, one: &Found| {
            let before = found.found.get(name);
            before.is_none_or(|before| before.alarm != one.alarm)
        };
        let puts = wanted.found.iter();
        let puts = puts.filter(|(name, one)| differs(name, one));
        let puts: Vec<_> = puts
            .map(|(name, one)| self.put_one(cx, name, &one.alarm))
            .collect();
        let puts = stream::iter(puts).buffer_unordered(PUTS_AT_ONCE);
        puts.try_collect::<()>().await?;
        let surplus = found.found.keys();
        let surplus = surplus.filter(|name| !wanted.found.contains_key(*name));
        let surplus: Vec<String> = surplus.cloned().collect();
        delete(cx, &surplus).await
    }

    async fn put_one(&self, cx: &Cx, name: &str, alarm: &Alarm) -> Result<(), Error> {
        let mut input = alarm.input();
        input["AlarmName"] = json!(name);
        // They count where the alarm is new.
        input["Tags"] = self.tags.to_json();
        cx.json_call(CloudWatch, "PutMetricAlarm", input).await?;
        Ok(())
    }

    /// Puts the tags on those that lack some.
    pub(super) async fn tag(&self, cx: &Cx, found: &State) -> Result<(), Error> {
        let lacks = |one: &Found| {
            let mut tags = self.tags.iter();
            tags.any(|(key, value)| one.tags.get(key) != Some(value))
        };
        let lacking = found.found.iter().filter(|(_, one)| lacks(one));
        let tagged = lacking.map(async |(name, _)| {
            let input = json!({"ResourceARN": arn(&self.names, name), "Tags": self.tags.to_json()});
            cx.json_call(CloudWatch, "TagResource", input).await
        });
        try_join_all(tagged).await?;
        Ok(())
    }
}

fn arn(names: &Names, alarm: &str) -> String {
    names.arn("cloudwatch", &format!("alarm:{alarm}"))
}

/// Why it rings, where it does.
fn ringing(alarm: &Value) -> Option<String> {
    let reason = alarm["StateReason"]
        .as_str()
        .unwrap_or("CloudWatch does not say why");
    (alarm["StateValue"] == "ALARM").then(|| reason.to_owned())
}
