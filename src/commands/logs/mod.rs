//! `gatewayq logs`: what the function and the API wrote to CloudWatch.

mod group;
mod line;

use super::Failure;
use super::session::Session;
use crate::cli::{Global, LogSource, Logs};
use crate::engine::{Error, Runtime};
use crate::output::Printer;
use crate::stack::Stack;
use crate::tags::ACCESS_LOG_TAG;
use group::Group;
use line::Line;
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often `--follow` looks.
const INTERVAL: Duration = Duration::from_secs(2);

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Logs,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let stack = session.inspect(|stack| vec![stack.api.id()]).await?;
    let back = i64::try_from(arguments.since.as_millis()).unwrap_or(i64::MAX);
    let since = now_ms().saturating_sub(back).max(0);
    let mut groups = groups(&stack, &arguments.source, since);
    let runtime = &session.runtime;
    let read = match (arguments.follow, printer.json) {
        (true, _) => follow(runtime, &mut groups, printer).await,
        (false, true) => document(runtime, &mut groups, printer).await,
        (false, false) => once(runtime, &mut groups, printer).await,
    };
    match read {
        Err(Error::Cancelled) if arguments.follow => Ok(()),
        read => read.map_err(|error| Failure::reading("the log", error)),
    }
}

/// The logs of these sources, of all where none is named, as far as the stage has them.
fn groups(stack: &Stack, sources: &[LogSource], since: i64) -> Vec<Group> {
    let (names, api) = (&stack.names, stack.api.current());
    let execution = api.as_ref().map(|api| names.execution_log_group(&api.id));
    let access = api.filter(|api| api.is_marked(ACCESS_LOG_TAG));
    let all = [
        (
            LogSource::Function,
            "function",
            Some(names.function_log_group()),
        ),
        (LogSource::Api, "api", execution),
        (
            LogSource::Access,
            "access",
            access.map(|_| names.access_log_group()),
        ),
    ];
    let named = all.into_iter();
    let named = named.filter(|(source, ..)| sources.is_empty() || sources.contains(source));
    let groups = named.filter_map(|(_, label, name)| Some(Group::new(label, name?, since)));
    groups.collect()
}

async fn follow(runtime: &Runtime, groups: &mut [Group], printer: &Printer) -> Result<(), Error> {
    loop {
        let began = now_ms();
        while let Some(line) = earliest(runtime, groups).await? {
            printer.line(&printer.foreign(&line.text()));
            if !printer.is_open() {
                return Ok(());
            }
        }
        pause(runtime, INTERVAL).await?;
        groups.iter_mut().for_each(|group| group.again(began));
    }
}

async fn once(runtime: &Runtime, groups: &mut [Group], printer: &Printer) -> Result<(), Error> {
    let mut any = false;
    while let Some(line) = earliest(runtime, groups).await? {
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

async fn document(runtime: &Runtime, groups: &mut [Group], printer: &Printer) -> Result<(), Error> {
    let mut lines: Vec<Value> = Vec::new();
    while let Some(line) = earliest(runtime, groups).await? {
        lines.push(line.json());
    }
    printer.result(&lines, "");
    Ok(())
}

/// The next event of all groups by its time; each group is in order by itself. No more than a
/// page of each is held.
async fn earliest(runtime: &Runtime, groups: &mut [Group]) -> Result<Option<Line>, Error> {
    let mut first: Option<(i64, usize)> = None;
    for (index, group) in groups.iter_mut().enumerate() {
        if let Some(time) = group.peek(runtime).await? {
            first = first.into_iter().chain([(time, index)]).min();
        }
    }
    Ok(first.and_then(|(_, index)| groups.get_mut(index)?.pop()))
}

/// Sleeps, but not through a Ctrl-C.
async fn pause(runtime: &Runtime, time: Duration) -> Result<(), Error> {
    tokio::select! {
        () = tokio::time::sleep(time) => Ok(()),
        () = runtime.cancel.cancelled() => Err(Error::Cancelled),
    }
}

fn now_ms() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
