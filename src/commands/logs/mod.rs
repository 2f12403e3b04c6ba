//! `gatewayq logs`: what the function and the API wrote to CloudWatch.

mod array;
mod group;
mod line;
mod nothing;
mod request;
mod shown;
mod tail;

pub(super) use tail::Tail;

use super::Failure;
use super::session::{Session, not_deployed};
use crate::cli::{Global, LogSource, Logs};
use crate::engine::{Error, Runtime};
use crate::output::{Printer, Zone};
use crate::stack::Stack;
use crate::tags::ACCESS_LOG_TAG;
use group::Group;
use line::Line;
use shown::Shown;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often `--follow` looks.
const INTERVAL: Duration = Duration::from_secs(2);

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Logs,
) -> Result<(), Failure> {
    if arguments.follow {
        printer.print_in_lines();
    }
    let session = Session::open(global, printer).await?;
    let stack = session.inspect(|stack| vec![stack.api.id()]).await?;
    let of_api = |source: &LogSource| *source != LogSource::Function;
    if arguments.source.iter().any(of_api) && stack.api.current().is_none() {
        return Err(not_deployed(&stack, global));
    }
    let back = i64::try_from(arguments.since.as_millis()).unwrap_or(i64::MAX);
    let since = now_ms().saturating_sub(back).max(0);
    let fitting = |pattern: Option<&str>| groups(&stack, &arguments.source, since, pattern);
    let mut groups = fitting(arguments.filter.as_deref());
    if arguments.follow
        && let Some(lacks) = nothing::ever(&session.settings, &groups)
    {
        return Err(Failure::failed(format!(
            "{} has no {lacks}, then gatewayq deploy{}",
            stack.names.base(),
            session.flags
        )));
    }
    let zone = Zone::of_people(arguments.utc);
    let (runtime, mut shown) = (
        &session.runtime,
        Shown::new(printer, arguments.follow, zone),
    );
    let read = match &arguments.request {
        Some(id) => {
            let lines = request::lines(runtime, id, &|pattern| fitting(Some(pattern))).await;
            lines.map(|lines| lines.iter().for_each(|line| shown.show(line)))
        }
        None if arguments.follow => {
            let empty = |groups: &[Group]| {
                let why = nothing::of_groups(&session.settings, groups);
                why.iter().for_each(|reason| printer.note(reason));
            };
            follow(runtime, &mut groups, &mut shown, empty).await
        }
        None => once(runtime, &mut groups, &mut shown).await,
    };
    match read {
        Err(Error::Cancelled) if arguments.follow => Ok(()),
        Err(error) => Err(shown.failed(unread(arguments, error, &session.flags))),
        Ok(()) => {
            if shown.is_empty() && printer.is_open() {
                let why = nothing::reasons(&session.settings, arguments, &groups, &session.flags);
                why.iter().for_each(|reason| printer.note(reason));
            }
            shown.end();
            Ok(())
        }
    }
}

fn unread(arguments: &Logs, error: Error, flags: &str) -> Failure {
    let refused = matches!(&error, Error::Aws(error) if error.code.starts_with("InvalidParameter"));
    match (&arguments.filter, refused) {
        (Some(filter), true) => Failure::usage(format!(
            "--filter {filter:?} is not a filter pattern of CloudWatch: {error}\n  help: a word, \"a phrase\" in quotation \
             marks, ?one ?another for either, -word for lines without it, {{ $.level = \"ERROR\" }} for JSON"
        )),
        _ => Failure::reading("the log", error, flags),
    }
}

/// The logs of these sources, of all where none is named, as far as the stage has them.
fn groups(stack: &Stack, sources: &[LogSource], since: i64, pattern: Option<&str>) -> Vec<Group> {
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
    let group = |label, name| Group::new(label, name, since).fitting(pattern);
    let groups = named.filter_map(|(_, label, name)| Some(group(label, name?)));
    groups.collect()
}

/// Goes on until Ctrl-C. Where the first look shows nothing, `empty` may know why.
async fn follow(
    runtime: &Runtime,
    groups: &mut [Group],
    shown: &mut Shown<'_>,
    empty: impl FnOnce(&[Group]),
) -> Result<(), Error> {
    let mut empty = Some(empty);
    loop {
        let began = now_ms();
        once(runtime, groups, shown).await?;
        if let Some(empty) = empty.take()
            && shown.is_empty()
        {
            empty(groups);
        }
        if !shown.is_open() {
            return Ok(());
        }
        pause(runtime, INTERVAL).await?;
        groups.iter_mut().for_each(|group| group.again(began));
    }
}

/// One look, whose lines are shown as their pages come.
async fn once(runtime: &Runtime, groups: &mut [Group], shown: &mut Shown<'_>) -> Result<(), Error> {
    while let Some(line) = earliest(runtime, groups).await? {
        shown.show(&line);
        if !shown.is_open() {
            return Ok(());
        }
    }
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
