//! What SQS does with all messages of a queue at once: moves of dead letters, and the pause between two purges.
use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Request;
use super::world::{Event, World, queue};

/// When the task of a test began, in milliseconds since 1970.
const STARTED: i64 = 1_767_225_600_000;

/// One task for one dead-letter queue (API reference, StartMessageMoveTask; its words as they were recorded).
pub(super) fn task(request: &Request, world: &World, looks: u64, ends: &str) -> Option<Answer> {
    if request.about.service != "sqs" {
        return None;
    }
    let began = world.age(Event::MoveStarted, "").is_some();
    let answer = match request.operation() {
        "StartMessageMoveTask" if began => {
            let message = "There is already a task running. Only one active task is allowed for a source queue \
                           arn at a given time.";
            return Some(Answer::error(
                &request.about,
                400,
                "InvalidParameterValue",
                message,
            ));
        }
        "StartMessageMoveTask" => {
            world.note(Event::MoveStarted, "");
            json!({"TaskHandle": "handle"})
        }
        "CancelMessageMoveTask" => {
            world.note(Event::MoveCancelled, "");
            json!({"ApproximateNumberOfMessagesMoved": 1})
        }
        "ListMessageMoveTasks" if !began => json!({"Results": []}),
        "ListMessageMoveTasks" => json!({"Results": [listed(world, looks, ends)]}),
        _ => return None,
    };
    Some(Answer::new(200, answer.to_string()))
}

fn listed(world: &World, looks: u64, ends: &str) -> Value {
    let runs = world.count("looks at a move") < looks;
    let status = match world.age(Event::MoveCancelled, "") {
        Some(_) => "CANCELLED",
        None if runs => "RUNNING",
        None => ends,
    };
    let mut task = json!({
        "Status": status,
        "ApproximateNumberOfMessagesMoved": if status == "COMPLETED" { 3 } else { 1 },
        "ApproximateNumberOfMessagesToMove": 3,
        "StartedTimestamp": STARTED,
    });
    match status {
        "RUNNING" => task["TaskHandle"] = json!("handle"),
        "FAILED" => task["FailureReason"] = json!("AWS.SimpleQueueService.AccessDenied"),
        _ => {}
    }
    task
}

/// A second purge within the time (API reference, PurgeQueue).
pub(super) fn purging(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let asked = request.is("sqs", "PurgeQueue");
    let recent = asked && world.within(Event::QueuePurged, &queue(request), seconds);
    recent.then(|| {
        let message = "Only one PurgeQueue operation on the queue is allowed every 60 seconds.";
        Answer::error(&request.about, 403, "PurgeQueueInProgress", message)
    })
}
