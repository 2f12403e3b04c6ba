//! A task put on the queue.

use super::StageQueue;
use crate::cli::Send;
use crate::commands::Failure;
use crate::queue;
use gatewayq_routes::message::{Call, Delivery, Message, SIZE_LIMIT, encode};
use gatewayq_routes::options::{self, Fields};
use gatewayq_routes::{OptionName, arguments};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// The sender in the message, which worker events show.
const ORIGIN: &str = "gatewayq queue send";

/// What `queue send --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The task's name.
    task: &'a str,
    /// The task's id.
    id: &'a str,
    /// The ordering key.
    group: &'a str,
    /// SQS's id of the message.
    message_id: &'a str,
    /// The queue's name.
    queue: &'a str,
}

/// Holds the arguments to what a worker can run: the rules that the function has for its callers.
///
/// # Errors
/// Exit code 2 with what is wrong.
pub(super) fn check(arguments: &Send) -> Result<(), Failure> {
    if arguments.task.trim().is_empty() {
        return Err(Failure::usage("the task's name is empty"));
    }
    for (flag, text) in [("--args", &arguments.args), ("--kwargs", &arguments.kwargs)] {
        let json = serde_json::from_str::<Box<RawValue>>(text);
        json.map_err(|error| Failure::usage(format!("{flag} is not JSON: {error}")))?;
    }
    let checked = arguments::check(arguments.args.trim(), arguments.kwargs.trim());
    checked.map_err(|why| Failure::usage(why.replacen('`', "--", 1).replacen('`', "", 1)))
}

impl StageQueue {
    pub(super) async fn send(&self, arguments: &Send) -> Result<(), Failure> {
        let message = self.message(arguments)?;
        let end = &self.queue;
        let sent = queue::send(&self.cx, &end.state.url, &message).await;
        let sent = sent.map_err(|error| self.failed(end, "the task could not be sent", &error))?;
        let report = Report {
            task: &arguments.task,
            id: &message.task_id,
            group: &message.group_id,
            message_id: &sent,
            queue: &end.name,
        };
        let text = format!("sent {} to {}, id {}", report.task, report.queue, report.id);
        self.session.printer.result(&report, &text);
        Ok(())
    }

    /// The message as the function would write it.
    fn message(&self, arguments: &Send) -> Result<Message, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = i64::try_from(now.unwrap_or_default().as_micros()).unwrap_or(i64::MAX);
        let visibility = self.queue.count("VisibilityTimeout");
        let options =
            options::read(&fields(arguments)?, now, visibility).map_err(Failure::usage)?;
        let new_id = || Uuid::new_v4().to_string();
        let id = options.task_id.clone().unwrap_or_else(new_id);
        let call = Call {
            id: &id,
            name: &arguments.task,
            args: arguments.args.trim(),
            kwargs: arguments.kwargs.trim(),
            options: &options,
            // As the function says it of a route that does not.
            ignore_result: self.session.settings.results.as_ref().map(|_| false),
            ids: arguments.group.as_deref().map(|group| (group, id.as_str())),
        };
        let delivery = Delivery {
            queue_name: &self.queue.name,
            origin: ORIGIN,
            delivery_tag: &new_id(),
        };
        let message = encode(&call, delivery);
        match message.body.len() {
            length if length > SIZE_LIMIT => Err(Failure::usage(format!(
                "the message has {length} bytes; the queue takes {SIZE_LIMIT}"
            ))),
            _ => Ok(message),
        }
    }
}

/// The options as a request's body has them.
fn fields(arguments: &Send) -> Result<Fields, Failure> {
    let text = |text: &Option<String>| text.as_ref().map(to_raw_value);
    let all = [
        (OptionName::TaskId, text(&arguments.id)),
        (OptionName::Eta, text(&arguments.eta)),
        (
            OptionName::Countdown,
            arguments.countdown.as_ref().map(to_raw_value),
        ),
    ];
    let mut fields = Fields::new();
    for (option, value) in all {
        if let Some(value) = value {
            let value =
                value.map_err(|error| Failure::usage(format!("{}: {error}", option.key())))?;
            fields.insert(option.key().to_owned(), value);
        }
    }
    Ok(fields)
}
