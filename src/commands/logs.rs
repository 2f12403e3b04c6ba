//! `gatewayq logs`: what the function and the API wrote to CloudWatch.

use super::Failure;
use super::session::Session;
use crate::cli::{Global, Logs};
use crate::engine::{Cx, Error, retry};
use crate::output::Printer;
use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsOutput;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often `--follow` looks.
const INTERVAL: Duration = Duration::from_secs(2);
const BETWEEN_PAGES: Duration = Duration::from_millis(200);
/// CloudWatch shows an event some seconds after its time: a later look goes back this far.
const LATENESS_MS: i64 = 30_000;

struct Line {
    id: String,
    /// Milliseconds since 1970.
    time: i64,
    source: &'static str,
    message: String,
}

pub async fn run(global: &Global, printer: &Printer, arguments: &Logs) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let stack = session.inspect(|stack| vec![stack.api.id()]).await?;
    let mut groups = vec![("function", stack.names.function_log_group())];
    groups.extend(
        stack
            .api
            .current()
            .map(|api| ("api", stack.names.execution_log_group(&api.id))),
    );
    let cx = session.runtime.cx("logs");
    let back = i64::try_from(arguments.since.as_millis()).unwrap_or(i64::MAX);
    let mut since = now_ms().saturating_sub(back).max(0);
    let mut seen = HashSet::new();
    loop {
        let lines = read(&cx, &groups, since)
            .await
            .map_err(|error| Failure::reading("the log", error))?;
        let lines: Vec<Line> = lines
            .into_iter()
            .filter(|line| seen.insert(line.id.clone()))
            .collect();
        show(printer, &lines, arguments);
        if !arguments.follow || session.runtime.cancel.is_cancelled() {
            return Ok(());
        }
        since = since.max(now_ms() - LATENESS_MS);
        tokio::time::sleep(INTERVAL).await;
    }
}

fn show(printer: &Printer, lines: &[Line], arguments: &Logs) {
    if arguments.follow {
        lines.iter().for_each(|line| printer.line(&line.text()));
        return;
    }
    let text: Vec<String> = lines.iter().map(Line::text).collect();
    let text = if lines.is_empty() {
        "nothing was written in this time".to_owned()
    } else {
        text.join("\n")
    };
    printer.result(&lines.iter().map(Line::json).collect::<Vec<Value>>(), &text);
}

impl Line {
    fn new(source: &'static str, event: FilteredLogEvent) -> Self {
        let time = event.timestamp.unwrap_or_default();
        let message = event.message.unwrap_or_default();
        // Emulators give events no id; stream, time and text tell them apart as well as can be.
        let stream = event.log_stream_name.unwrap_or_default();
        let id = event
            .event_id
            .unwrap_or_else(|| format!("{stream} {time} {message}"));
        Self {
            id,
            time,
            source,
            message,
        }
    }

    fn time(&self) -> String {
        DateTime::from_millis(self.time)
            .fmt(Format::DateTime)
            .unwrap_or_default()
    }

    fn text(&self) -> String {
        format!(
            "{} {:<8} {}",
            self.time(),
            self.source,
            self.message.trim_end()
        )
    }

    fn json(&self) -> Value {
        json!({"time": self.time(), "source": self.source, "message": self.message})
    }
}

async fn read(cx: &Cx, groups: &[(&'static str, String)], since: i64) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    for (source, group) in groups {
        let mut token = None;
        while let Some(page) = page(cx, group, since, token.take()).await? {
            let events = page.events.unwrap_or_default();
            lines.extend(events.into_iter().map(|event| Line::new(source, event)));
            token = page.next_token;
            if token.is_none() {
                break;
            }
            // Empty pages come with tokens too: asked back to back they run into the rate limit.
            tokio::time::sleep(BETWEEN_PAGES).await;
        }
    }
    lines.sort_by_key(|line| line.time);
    Ok(lines)
}

/// One page of a log group's events; `None` where there is no such group.
async fn page(
    cx: &Cx,
    group: &str,
    since: i64,
    token: Option<String>,
) -> Result<Option<FilterLogEventsOutput>, Error> {
    let request = cx
        .logs
        .filter_log_events()
        .log_group_name(group)
        .start_time(since)
        .set_next_token(token);
    let ask = async || match cx.call("FilterLogEvents", request.clone().send()).await {
        Ok(page) => Ok(Some(page)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    };
    retry(cx, ask).await
}

fn now_ms() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
