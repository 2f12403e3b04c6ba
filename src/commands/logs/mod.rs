//! `gatewayq logs`: what the function and the API wrote to CloudWatch.

mod group;
mod line;

use super::Failure;
use super::session::Session;
use crate::cli::{Global, Logs};
use crate::engine::{Cx, Error};
use crate::output::Printer;
use group::Group;
use line::Line;
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often `--follow` looks.
const INTERVAL: Duration = Duration::from_secs(2);

pub async fn run(global: &Global, printer: &Printer, arguments: &Logs) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let stack = session.look(|stack| vec![stack.api.id()]).await?;
    let back = i64::try_from(arguments.since.as_millis()).unwrap_or(i64::MAX);
    let since = now_ms().saturating_sub(back).max(0);
    let function = stack.names.function_log_group();
    let mut groups = vec![Group::new("function", function, since)];
    if let Some(api) = stack.api.current() {
        let name = stack.names.execution_log_group(&api.id);
        groups.push(Group::new("api", name, since));
    }
    let cx = session
        .runtime
        .at(stack.function_log.id(), "logs".to_owned());
    let read = match (arguments.follow, printer.json) {
        (true, _) => follow(&cx, &mut groups, printer).await,
        (false, true) => document(&cx, &mut groups, printer).await,
        (false, false) => once(&cx, &mut groups, printer).await,
    };
    match read {
        Err(Error::Cancelled) if arguments.follow => Ok(()),
        read => read.map_err(|error| Failure::reading("the log", error)),
    }
}

async fn follow(cx: &Cx, groups: &mut [Group], printer: &Printer) -> Result<(), Error> {
    loop {
        let began = now_ms();
        while let Some(line) = earliest(cx, groups).await? {
            printer.line(&printer.foreign(&line.text()));
            if !printer.is_open() {
                return Ok(());
            }
        }
        cx.pause(INTERVAL).await?;
        groups.iter_mut().for_each(|group| group.again(began));
    }
}

async fn once(cx: &Cx, groups: &mut [Group], printer: &Printer) -> Result<(), Error> {
    let mut any = false;
    while let Some(line) = earliest(cx, groups).await? {
        printer.line(&printer.foreign(&line.text()));
        any = true;
        if !printer.is_open() {
            return Ok(());
        }
    }
    if !any {
        printer.line("nothing was written in this time");
    }
    Ok(())
}

async fn document(cx: &Cx, groups: &mut [Group], printer: &Printer) -> Result<(), Error> {
    let mut lines: Vec<Value> = Vec::new();
    while let Some(line) = earliest(cx, groups).await? {
        lines.push(line.json());
    }
    printer.result(&lines, "");
    Ok(())
}

/// The next event of all groups by its time; each group is in order by itself. No more than a
/// page of each is held.
async fn earliest(cx: &Cx, groups: &mut [Group]) -> Result<Option<Line>, Error> {
    let mut first: Option<(i64, usize)> = None;
    for (index, group) in groups.iter_mut().enumerate() {
        if let Some(time) = group.peek(cx).await? {
            first = first.into_iter().chain([(time, index)]).min();
        }
    }
    Ok(first.and_then(|(_, index)| groups.get_mut(index)?.pop()))
}

fn now_ms() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
