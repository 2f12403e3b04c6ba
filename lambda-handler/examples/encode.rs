//! The pure half as a filter, for trying routes out and for tests with real workers.
//!
//! `encode ROUTES.json QUEUE_NAME`: each line of stdin is one request, `{"method", "resource",
//! "body", "headers", "path_parameters"}` (`body` as text); each line of stdout is
//! `{"messages": [{"task_id", "body", "group_id", "deduplication_id"}], "refused": [reason]}`, or
//! `{"answer": {"status", "body"}}` where nothing goes to the queue.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use lambda_handler::{ApiRequest, Context, Decision, Message, Routes, decide};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

type Error = Box<dyn std::error::Error>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    method: String,
    resource: String,
    body: Option<String>,
    #[serde(default)]
    headers: HashMap<String, String>,
    #[serde(default)]
    path_parameters: HashMap<String, String>,
}

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(queue)) = (arguments.next(), arguments.next()) else {
        return Err("usage: encode ROUTES.json QUEUE_NAME".into());
    };
    let routes = Routes::parse(&std::fs::read_to_string(file)?)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        writeln!(
            out,
            "{}",
            run(&routes, &queue, serde_json::from_str(&line?)?)?
        )?;
        out.flush()?;
    }
    Ok(())
}

fn run(routes: &Routes, queue_name: &str, line: Line) -> Result<Value, Error> {
    let request = ApiRequest {
        http_method: line.method,
        resource: line.resource,
        body: line.body,
        headers: line.headers,
        path_parameters: line.path_parameters,
        ..ApiRequest::default()
    };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)?
        .as_micros()
        .try_into()?;
    let context = Context {
        queue_name,
        origin: "gatewayq@encode",
        keeps_results: false,
        owner: None,
        now,
        new_id: &Uuid::new_v4,
    };
    Ok(show(decide(routes, request.into(), &context)))
}

fn show(decision: Decision) -> Value {
    let (messages, refused) = match decision {
        Decision::Answer(answer) => {
            return json!({"answer": {"status": answer.status, "body": answer.body}});
        }
        Decision::Result(lookup) => return json!({"result": lookup.task_id}),
        Decision::One(message) | Decision::OneAndWait(message, _) => {
            (vec![show_message(&message)], Vec::new())
        }
        Decision::Many(entries) => (
            entries.iter().flatten().map(show_message).collect(),
            entries
                .iter()
                .filter_map(|entry| Some(entry.as_ref().err()?.reason.clone()))
                .collect(),
        ),
    };
    json!({"messages": messages, "refused": refused})
}

fn show_message(message: &Message) -> Value {
    json!({
        "task_id": message.task_id,
        "body": message.body,
        "group_id": message.group_id,
        "deduplication_id": message.deduplication_id,
    })
}
