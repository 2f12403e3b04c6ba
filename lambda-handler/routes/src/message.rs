//! The Celery message: protocol version 2 as kombu writes it for SQS.
//!
//! Source: Celery's manual, "Message Protocol", and messages that Celery 5.7 itself produced
//! (tests/golden). Two things differ on purpose: the outside is plain JSON where kombu wraps it
//! in base64 once more (workers read both; SQS bills by size), and `reply_to` is empty as nobody
//! waits here for a reply.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::options::Options;

/// The most bytes of one message, and of one batch (SQS quotas, "Message size").
pub const SIZE_LIMIT: usize = 1_048_576;

/// A message, ready for SQS.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The task's id.
    pub task_id: String,
    /// The MessageBody.
    pub body: String,
    /// The MessageGroupId.
    pub group_id: String,
    /// The MessageDeduplicationId.
    pub deduplication_id: String,
}

/// One call of a task, everything checked.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The task's id.
    pub id: &'a str,
    /// The task's name, as the worker has registered it.
    pub name: &'a str,
    /// The text of a JSON array.
    pub args: &'a str,
    /// The text of a JSON object.
    pub kwargs: &'a str,
    /// When and how long; its `task_id` is ignored.
    pub options: &'a Options,
    /// Whether the worker throws the result away; `None` leaves it to the task's own configuration.
    pub ignore_result: Option<bool>,
    /// The FIFO ids, where they are not the task's id. kombu puts them into the properties.
    pub ids: Option<(&'a str, &'a str)>,
}

/// Where a message goes and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The queue's name.
    pub queue_name: &'a str,
    /// The sender, for the `origin` header.
    pub origin: &'a str,
    /// A fresh id, for kombu's `delivery_tag`.
    pub delivery_tag: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Envelope<'a> {
    body: String,
    content_encoding: &'static str,
    content_type: &'static str,
    headers: Headers<'a>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Headers<'a> {
    lang: &'static str,
    task: &'a str,
    id: &'a str,
    shadow: Option<()>,
    eta: Option<&'a str>,
    expires: Option<&'a str>,
    group: Option<()>,
    group_index: Option<()>,
    retries: u32,
    /// Hard, then soft: the order that Celery's code has, not that of its manual.
    timelimit: [Option<u64>; 2],
    root_id: &'a str,
    parent_id: Option<()>,
    argsrepr: String,
    kwargsrepr: String,
    origin: &'a str,
    ignore_result: Option<bool>,
    replaced_task_nesting: u32,
    stamped_headers: Option<()>,
    stamps: Empty,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Properties<'a> {
    correlation_id: &'a str,
    reply_to: &'static str,
    #[serde(rename = "MessageGroupId", skip_serializing_if = "Option::is_none")]
    group_id: Option<&'a str>,
    #[serde(
        rename = "MessageDeduplicationId",
        skip_serializing_if = "Option::is_none"
    )]
    deduplication_id: Option<&'a str>,
    delivery_mode: u32,
    delivery_info: DeliveryInfo<'a>,
    priority: u32,
    body_encoding: &'static str,
    delivery_tag: &'a str,
}

#[derive(Serialize)]
struct DeliveryInfo<'a> {
    exchange: &'static str,
    routing_key: &'a str,
}

/// Writes the message of one call.
#[must_use]
pub fn encode(call: &Call<'_>, delivery: Delivery<'_>) -> Message {
    let envelope = Envelope {
        body: STANDARD.encode(inner(call)),
        content_encoding: "utf-8",
        content_type: "application/json",
        headers: headers(call, delivery.origin),
        properties: properties(call, delivery),
    };
    let (group_id, deduplication_id) = call.ids.unwrap_or((call.id, call.id));
    Message {
        task_id: call.id.to_owned(),
        body: to_json(&envelope),
        group_id: group_id.to_owned(),
        deduplication_id: deduplication_id.to_owned(),
    }
}

#[expect(
    clippy::expect_used,
    reason = "text and numbers always have a JSON form"
)]
fn to_json(envelope: &Envelope<'_>) -> String {
    serde_json::to_string(envelope).expect("text and numbers always have a JSON form")
}

fn inner(call: &Call<'_>) -> String {
    const EMBED: &str = r#"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#;
    format!("[{}, {}, {EMBED}]", call.args, call.kwargs)
}

fn headers<'a>(call: &Call<'a>, origin: &'a str) -> Headers<'a> {
    Headers {
        lang: "py",
        task: call.name,
        id: call.id,
        shadow: None,
        eta: call.options.eta.as_deref(),
        expires: call.options.expires.as_deref(),
        group: None,
        group_index: None,
        retries: 0,
        timelimit: [call.options.time_limit, call.options.soft_time_limit],
        root_id: call.id,
        parent_id: None,
        argsrepr: for_log(call.args),
        kwargsrepr: for_log(call.kwargs),
        origin,
        ignore_result: call.ignore_result,
        replaced_task_nesting: 0,
        stamped_headers: None,
        stamps: Empty {},
    }
}

fn properties<'a>(call: &Call<'a>, delivery: Delivery<'a>) -> Properties<'a> {
    Properties {
        correlation_id: call.id,
        reply_to: "",
        group_id: call.ids.map(|(group, _)| group),
        deduplication_id: call.ids.map(|(_, deduplication)| deduplication),
        delivery_mode: 2,
        delivery_info: DeliveryInfo {
            exchange: "",
            routing_key: delivery.queue_name,
        },
        priority: 0,
        body_encoding: "base64",
        delivery_tag: delivery.delivery_tag,
    }
}

/// What workers write into their logs and events for the arguments: the start of the JSON text,
/// on one line, without the characters that SQS does not carry.
fn for_log(raw: &str) -> String {
    const LENGTH: usize = 256;
    let is_bad =
        |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}');
    let mut text: String = raw
        .chars()
        .take(LENGTH)
        .map(|c| if is_bad(c) { ' ' } else { c })
        .collect();
    if raw.chars().nth(LENGTH).is_some() {
        text.push_str("...");
    }
    text
}
