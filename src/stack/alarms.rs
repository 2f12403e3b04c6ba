//! What of the stage CloudWatch watches.

use super::{Builder, Purpose};
use crate::config::settings as config;
use crate::engine::Handle;
use crate::names::Names;
use crate::resources::{Alarm, Alarms, RestApi, Stage};
use std::collections::BTreeMap;

/// What the name of an alarm ends with, its threshold, and the alarm with that threshold.
type Kind = (
    &'static str,
    fn(&config::Alarms) -> i32,
    fn(&Names, i32) -> Alarm,
);

/// Every alarm that there can be; one with the threshold 0 is none.
const KINDS: [Kind; 5] = [
    (
        "oldest-message",
        |settings| settings.oldest_message,
        |names, seconds| {
            let of = [("QueueName", names.queue())];
            Alarm::highest(
                ("AWS/SQS", "ApproximateAgeOfOldestMessage", &of),
                5,
                seconds,
            )
        },
    ),
    (
        "dead-letters",
        |settings| settings.dead_letters,
        |names, messages| {
            let of = [("QueueName", names.dead_letter_queue())];
            Alarm::highest(
                ("AWS/SQS", "ApproximateNumberOfMessagesVisible", &of),
                1,
                messages,
            )
        },
    ),
    (
        "errors",
        |settings| settings.errors,
        |names, runs| Alarm::sum(("AWS/Lambda", "Errors", &function(names)), runs),
    ),
    (
        "throttles",
        |settings| settings.throttles,
        |names, runs| Alarm::sum(("AWS/Lambda", "Throttles", &function(names)), runs),
    ),
    (
        "server-errors",
        |settings| settings.server_errors,
        |names, answers| {
            let of = [("ApiName", names.base()), ("Stage", names.stage.clone())];
            Alarm::sum(("AWS/ApiGateway", "5XXError", &of), answers)
        },
    ),
];

fn function(names: &Names) -> [(&'static str, String); 1] {
    [("FunctionName", names.base())]
}

impl Builder<'_> {
    pub(super) fn alarms(
        &mut self,
        api: &Handle<RestApi>,
        stage: &Handle<Stage>,
        purpose: &Purpose,
    ) {
        let settings = self.settings.alarms.as_ref();
        let wanted = settings.map(|settings| wanted(&self.names, settings));
        let (names, tags) = (self.names.clone(), self.tags.clone());
        let deleting = matches!(purpose, Purpose::Delete);
        self.graph.add(|depends| Alarms {
            known: KINDS.map(|(kind, ..)| names.alarm(kind)).into(),
            names,
            tags,
            api: depends.on(api),
            stage: depends.on(stage),
            wanted: wanted.unwrap_or_default(),
            deleting,
        });
    }
}

/// The alarms by their names.
fn wanted(names: &Names, settings: &config::Alarms) -> BTreeMap<String, Alarm> {
    let topic = settings.topic_arn.as_deref();
    let alarms = KINDS.iter().filter_map(|(kind, threshold, alarm)| {
        let threshold = threshold(settings);
        let alarm = || alarm(names, threshold).telling(topic);
        (threshold > 0).then(|| (names.alarm(kind), alarm()))
    });
    alarms.collect()
}
