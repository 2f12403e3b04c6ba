//! What a message says of its task, as far as it is Celery's.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// A task as a Celery message has it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Task {
    pub name: String,
    pub id: String,
    /// The text of a JSON array; empty where the message's inside cannot be read.
    pub args: String,
    /// The text of a JSON object; empty where the message's inside cannot be read.
    pub kwargs: String,
}

#[derive(Deserialize)]
struct Envelope {
    body: String,
    headers: Headers,
    #[serde(default)]
    properties: Properties,
}

#[derive(Deserialize)]
struct Headers {
    task: String,
    id: String,
}

#[derive(Default, Deserialize)]
struct Properties {
    body_encoding: Option<String>,
}

/// Reads a message of protocol version 2: as the function writes it, and as kombu does, which wraps
/// the whole in base64 once more.
pub(super) fn read(body: &str) -> Option<Task> {
    let envelope: Envelope = match serde_json::from_str(body) {
        Ok(envelope) => envelope,
        Err(_) => serde_json::from_slice(&STANDARD.decode(body).ok()?).ok()?,
    };
    let (args, kwargs) = arguments(&envelope).unwrap_or_default();
    Some(Task {
        name: envelope.headers.task,
        id: envelope.headers.id,
        args,
        kwargs,
    })
}

fn arguments(envelope: &Envelope) -> Option<(String, String)> {
    let inner = match envelope.properties.body_encoding.as_deref() {
        Some("base64") => STANDARD.decode(&envelope.body).ok()?,
        _ => envelope.body.clone().into_bytes(),
    };
    type Inner = (Box<RawValue>, Box<RawValue>, IgnoredAny);
    let (args, kwargs, _): Inner = serde_json::from_slice(&inner).ok()?;
    Some((args.get().to_owned(), kwargs.get().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatewayq_routes::message::{Call, Delivery, encode};
    use gatewayq_routes::options::Options;

    fn message() -> String {
        let call = Call {
            id: "1",
            name: "tasks.add",
            args: "[2, 18446744073709551617]",
            kwargs: "{\"a\": 1}",
            options: &Options::default(),
            ignore_result: None,
            ids: None,
        };
        let delivery = Delivery {
            queue_name: "q.fifo",
            origin: "o",
            delivery_tag: "t",
        };
        encode(&call, delivery).body
    }

    #[test]
    fn what_is_written_is_read_again() {
        let wanted = Task {
            name: "tasks.add".to_owned(),
            id: "1".to_owned(),
            args: "[2, 18446744073709551617]".to_owned(),
            kwargs: "{\"a\": 1}".to_owned(),
        };
        assert_eq!(read(&message()), Some(wanted));
    }

    #[test]
    fn kombus_own_wrapping_is_read() {
        let wrapped = STANDARD.encode(message());
        assert_eq!(read(&wrapped), read(&message()));
    }

    #[test]
    fn what_is_not_celerys_is_foreign() {
        for body in [
            "",
            "hello",
            "{}",
            "[]",
            "aGVsbG8=",
            r#"{"headers": {}, "body": ""}"#,
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }

    #[test]
    fn an_inside_that_cannot_be_read_leaves_name_and_id() {
        let body = r#"{"body": "?", "headers": {"task": "t", "id": "1"}, "properties": {"body_encoding": "base64"}}"#;
        let task = read(body).unwrap();
        assert_eq!((task.name.as_str(), task.args.as_str()), ("t", ""));
    }
}
