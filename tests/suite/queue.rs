//! `gatewayq queue`: messages counted, looked at, purged, moved back and sent.
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::cli::Output;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::wait;

mod moves;
mod peek;
mod redrive;
mod send;

const APP: &str = "gatewayq-example";

/// The two queues of a stage, without the rest of it: `gatewayq queue` looks at nothing else.
struct Queues<'a> {
    ms: &'a Ministack,
    project: &'a Project,
    stage: String,
    queue: String,
    dead_letters: String,
}

impl<'a> Queues<'a> {
    fn new(ms: &'a Ministack, project: &'a Project, stage: &str, max_receives: u32) -> Self {
        let tags = json!({"gatewayq:app": APP, "gatewayq:stage": stage});
        let create = |name: String, more: Value| {
            let mut attributes = json!({
                "FifoQueue": "true", "DeduplicationScope": "messageGroup",
                "FifoThroughputLimit": "perMessageGroupId", "VisibilityTimeout": "60",
            });
            let more = more.as_object().unwrap().clone();
            attributes.as_object_mut().unwrap().extend(more);
            let queue = json!({"QueueName": name, "Attributes": attributes, "tags": tags});
            let made = ms.call("sqs", "CreateQueue", queue);
            made["QueueUrl"].as_str().unwrap().to_owned()
        };
        let name = format!("{APP}-{stage}");
        let dead_letters = create(format!("{name}-dlq.fifo"), json!({}));
        let arn = format!("arn:aws:sqs:eu-west-1:111122223333:{name}-dlq.fifo");
        let redrive = json!({"deadLetterTargetArn": arn, "maxReceiveCount": max_receives});
        let redrive = json!({"RedrivePolicy": redrive.to_string()});
        Self {
            queue: create(format!("{name}.fifo"), redrive),
            ms,
            project,
            stage: stage.to_owned(),
            dead_letters,
        }
    }

    fn args<'b>(&'b self, args: &[&'b str]) -> Vec<&'b str> {
        [&["queue"], args, &["--stage", self.stage.as_str()]].concat()
    }

    fn run(&self, args: &[&str]) -> Output {
        self.project.on(self.ms, self.args(args)).run()
    }

    #[track_caller]
    fn json(&self, args: &[&str]) -> Value {
        let args = [args, &["--json"]].concat();
        self.project.on(self.ms, self.args(&args)).ok().json()
    }

    /// Puts a message on one of the two.
    fn put(&self, url: &str, body: &str, group: &str, id: &str) {
        let send = json!({
            "QueueUrl": url, "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": id,
        });
        self.ms.call("sqs", "SendMessage", send);
    }

    /// The body of a Celery message, as little of it as there must be.
    fn celery(task: &str, id: &str) -> String {
        json!({"body": "W1tdLCB7fSwge31d", "headers": {"task": task, "id": id},
            "properties": {"body_encoding": "base64"}})
        .to_string()
    }

    /// Takes everything off a queue: the bodies, in order.
    fn drain(&self, url: &str) -> Vec<String> {
        let mut bodies = vec![];
        loop {
            let receive = json!({"QueueUrl": url, "MaxNumberOfMessages": 10});
            let got = self.ms.call("sqs", "ReceiveMessage", receive);
            let messages = got["Messages"].as_array().cloned().unwrap_or_default();
            if messages.is_empty() {
                return bodies;
            }
            for message in messages {
                bodies.push(message["Body"].as_str().unwrap().to_owned());
                let done = json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]});
                self.ms.call("sqs", "DeleteMessage", done);
            }
        }
    }

    /// Visible messages and those in flight.
    fn counts(&self, url: &str) -> (u64, u64) {
        let all = json!({"QueueUrl": url, "AttributeNames": ["All"]});
        let found = self.ms.call("sqs", "GetQueueAttributes", all);
        let count = |name: &str| {
            let text = found["Attributes"][name].as_str().unwrap();
            text.parse().unwrap()
        };
        (
            count("ApproximateNumberOfMessages"),
            count("ApproximateNumberOfMessagesNotVisible"),
        )
    }
}

#[test]
fn status_counts_what_is_there_and_takes_nothing() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    let empty = queues.json(&["status"]);
    assert_eq!(empty["oldest_unknown"], "the queue is empty");
    queues.put(&queues.queue, "one", "g", "1");
    queues.put(&queues.queue, "two", "h", "2");
    queues.put(&queues.dead_letters, "dead", "g", "3");
    let receive = json!({"QueueUrl": queues.queue, "MaxNumberOfMessages": 1});
    ms.call("sqs", "ReceiveMessage", receive);
    let status = queues.json(&["status"]);
    let told = [
        "waiting",
        "in_flight",
        "delayed",
        "dead_letters",
        "max_receives",
    ];
    assert_eq!(told.map(|name| status[name].clone()), [1, 1, 0, 1, 5]);
    let text = queues.run(&["status"]);
    assert!(text.says("dead letters"), "{text}");
    assert!(text.says("gatewayq queue redrive"), "{text}");
    assert_eq!(queues.counts(&queues.queue), (1, 1));
}

/// CloudWatch has the figure, refuses, or has none: none of it fails the command.
#[test]
fn the_age_of_the_oldest_is_cloudwatchs_or_said_to_be_unknown() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    queues.put(&queues.queue, "one", "g", "1");
    let none = queues.json(&["status"]);
    let why = none["oldest_unknown"].as_str().unwrap();
    assert!(why.contains("some minutes late"), "{none}");
    let figure = json!({"Namespace": "AWS/SQS", "MetricData": [{
        "MetricName": "ApproximateAgeOfOldestMessage", "Value": 42.0, "Unit": "Seconds",
        "Dimensions": [{"Name": "QueueName", "Value": "gatewayq-example-dev.fifo"}]}]});
    ms.call("cloudwatch", "PutMetricData", figure);
    let proxy = Proxy::start(&ms);
    let told = project.on(&ms, queues.args(&["status", "--json"]));
    assert_eq!(told.through(&proxy).ok().json()["oldest_seconds"], 42);
    let may = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]});
    let poor = ms.aws().acting_as(&ms.create_user("poor", &may));
    let denied = project.command(queues.args(&["status", "--json"]));
    let denied = denied.at(&poor).ok().json();
    let why = denied["oldest_unknown"].as_str().unwrap();
    assert!(why.contains("cloudwatch:GetMetricStatistics"), "{denied}");
}

#[test]
fn queues_of_others_and_stages_that_are_not_there_are_left_alone() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let missing = project.on(&ms, ["queue", "status"]).exits(1);
    assert!(
        missing.says("is not deployed here: gatewayq deploy"),
        "{missing}"
    );
    let queues = Queues::new(&ms, &project, "dev", 5);
    queues.put(&queues.queue, "one", "g", "1");
    let other = json!({"QueueUrl": queues.queue, "Tags": {"gatewayq:app": "other"}});
    ms.call("sqs", "TagQueue", other);
    for command in [
        &["purge", "--yes"][..],
        &["redrive"],
        &["peek"],
        &["send", "t"],
    ] {
        let refused = queues.run(command);
        assert_eq!(refused.code, Some(1), "{refused}");
        assert!(refused.says("is not this stage's"), "{refused}");
    }
    assert_eq!(queues.counts(&queues.queue), (1, 0));
}

#[test]
fn a_purge_asks_first_and_says_how_many() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    let queues = Queues::new(&ms, &project, "dev", 5);
    queues.put(&queues.queue, "one", "g", "1");
    queues.put(&queues.dead_letters, "dead", "g", "2");
    let asked = queues.run(&["purge"]);
    assert_eq!(asked.code, Some(2), "{asked}");
    assert!(asked.says("pass --yes"), "{asked}");
    let purged = queues.json(&["purge", "--yes"]);
    assert_eq!(
        purged,
        json!({"queue": "gatewayq-example-dev.fifo", "purged": 1})
    );
    assert_eq!(queues.counts(&queues.queue), (0, 0));
    assert_eq!(queues.counts(&queues.dead_letters), (1, 0));
    let dead = queues.json(&["purge", "--dead-letters", "--yes"]);
    assert_eq!(dead["purged"], 1);
    assert_eq!(queues.counts(&queues.dead_letters), (0, 0));
}

/// Until a message is visible.
fn visible(queues: &Queues, url: &str, count: u64) {
    wait::until("the messages to come back", Duration::from_secs(40), || {
        (queues.counts(url) == (count, 0)).then_some(())
    });
}
