//! One alarm: a metric, and when its value is too much.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Seconds.
const MINUTE: i32 = 60;

/// What is managed of an alarm, by the names of PutMetricAlarm and DescribeAlarms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Alarm {
    namespace: String,
    metric_name: String,
    /// Whose metric it is.
    dimensions: Vec<Dimension>,
    statistic: String,
    /// Seconds.
    period: i32,
    /// Periods that are looked at.
    evaluation_periods: i32,
    /// In how many of those it has to be too much.
    datapoints_to_alarm: i32,
    threshold: f64,
    comparison_operator: String,
    treat_missing_data: String,
    actions_enabled: bool,
    /// ARNs of who is told that it rings.
    alarm_actions: Vec<String>,
    /// ARNs of who is told that it is over.
    #[serde(rename = "OKActions")]
    ok_actions: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

/// A metric: its namespace, its name, and whose it is.
pub(crate) type Metric<'a> = (&'a str, &'a str, &'a [(&'a str, String)]);

impl Alarm {
    /// Rings where the highest value of each of so many minutes is at the threshold or above.
    pub(crate) fn highest(metric: Metric<'_>, minutes: i32, threshold: i32) -> Self {
        Self::new(metric, ("Maximum", MINUTE), minutes, threshold)
    }

    /// Rings where the sum of five minutes is at the threshold or above.
    pub(crate) fn sum(metric: Metric<'_>, threshold: i32) -> Self {
        Self::new(metric, ("Sum", 5 * MINUTE), 1, threshold)
    }

    fn new(
        (namespace, metric_name, of): Metric<'_>,
        (statistic, period): (&str, i32),
        periods: i32,
        threshold: i32,
    ) -> Self {
        let dimension = |(name, value): &(&str, String)| Dimension {
            name: (*name).to_owned(),
            value: value.clone(),
        };
        let mut dimensions: Vec<Dimension> = of.iter().map(dimension).collect();
        dimensions.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            namespace: namespace.to_owned(),
            metric_name: metric_name.to_owned(),
            dimensions,
            statistic: statistic.to_owned(),
            period,
            evaluation_periods: periods,
            datapoints_to_alarm: periods,
            threshold: threshold.into(),
            comparison_operator: "GreaterThanOrEqualToThreshold".to_owned(),
            // AWS writes most of these metrics only while something happens.
            treat_missing_data: "notBreaching".to_owned(),
            actions_enabled: true,
            alarm_actions: Vec::new(),
            ok_actions: Vec::new(),
        }
    }

    /// The same, and this topic is told when it rings and when it is over.
    pub(crate) fn telling(mut self, topic: Option<&str>) -> Self {
        self.alarm_actions = topic.map(str::to_owned).into_iter().collect();
        self.ok_actions = self.alarm_actions.clone();
        self
    }

    /// One of an answer. What it leaves out, as of an alarm on several metrics, is empty.
    pub(super) fn read(answer: &Value) -> Self {
        let mut alarm = Self::deserialize(answer).unwrap_or_default();
        // Left out where it is as many as are looked at.
        if alarm.datapoints_to_alarm == 0 {
            alarm.datapoints_to_alarm = alarm.evaluation_periods;
        }
        alarm.dimensions.sort_by(|a, b| a.name.cmp(&b.name));
        alarm.alarm_actions.sort();
        alarm.ok_actions.sort();
        alarm
    }

    /// As PutMetricAlarm takes it, without its name.
    pub(super) fn input(&self) -> Value {
        json!(self)
    }

    /// By CloudWatch's names, as text.
    pub(super) fn fields(&self) -> BTreeMap<String, String> {
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let input = self.input();
        let fields = input.as_object().into_iter().flatten();
        fields
            .map(|(name, value)| (name.clone(), text(value)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_another_order_is_the_same_alarm() {
        let of = [
            ("Stage", "dev".to_owned()),
            ("ApiName", "orders-dev".to_owned()),
        ];
        let alarm = Alarm::sum(("AWS/ApiGateway", "5XXError", &of), 3).telling(Some("arn:t"));
        let mut answer = alarm.input();
        answer["Dimensions"].as_array_mut().unwrap().reverse();
        answer.as_object_mut().unwrap().remove("DatapointsToAlarm");
        answer["StateValue"] = json!("OK");
        assert_eq!(Alarm::read(&answer), alarm);
        assert_eq!(alarm.fields()["Threshold"], "3.0");
        // Of a metric that is reckoned from others there is no name.
        let other = json!({"AlarmName": "a", "EvaluationPeriods": 1, "Metrics": []});
        assert_ne!(Alarm::read(&other), alarm);
    }
}
