//! The part of a route that sends a task.

use serde_json::{Map, Value};

use super::path::Path;
use super::task_keys::{ARGS, GROUP, KWARGS, OPTIONS, TASK, TASKS};
use crate::config::section::Section;
use crate::config::settings::Task;

/// Bytes of JSON. As a message they grow by half, and a message of SQS has 1 MiB.
const FIXED_MAX: usize = 512 * 1024;

/// The task of a route that has `task` or `tasks`. Method and path are `None` where they are wrong.
pub(super) fn read(
    section: &mut Section<'_, '_>,
    method: Option<&str>,
    path: Option<&Path>,
) -> Option<Task> {
    let names = match section.get(&TASK) {
        Some(name) => vec![name],
        None => section.get(&TASKS)?,
    };
    let task = Task {
        names,
        args: section.get(&ARGS).and_then(list),
        kwargs: section.get(&KWARGS).and_then(object),
        options: section.get(&OPTIONS).unwrap_or_default(),
        group: section.get(&GROUP),
    };
    if let Some(path) = path {
        check_names(section, path);
        check_group(section, task.group.as_deref(), path);
    }
    if section.has(ARGS.name) || section.has(KWARGS.name) {
        check_fixed(section, &task);
    } else {
        check_body(section, method);
    }
    Some(task)
}

/// Tells of keys that only a task has.
pub(super) fn refuse_strays(section: &mut Section<'_, '_>) {
    for name in [ARGS.name, KWARGS.name, OPTIONS.name, GROUP.name] {
        if section.has(name) {
            section.report(name, format!("`{name}` only goes with `task` or `tasks`"));
        }
    }
}

fn check_names(section: &mut Section<'_, '_>, path: &Path) {
    let listed = section.has(TASKS.name);
    let chosen = path.variables().any(|name| name == "task");
    if listed && !path.has_part("{task}") {
        section.report(
            TASKS.name,
            "`tasks` needs a `{task}` in the path to choose by",
        );
    }
    if chosen && !listed {
        section.report(
            "path",
            "`{task}` in the path chooses a name, so `tasks` has to list them",
        );
    }
}

fn check_body(section: &mut Section<'_, '_>, method: Option<&str>) {
    if let Some(method @ ("GET" | "HEAD")) = method {
        let message = format!(
            "a {method} request has no body to take arguments from; allowed: fixed ones \
             (`args = []` for none), or another method"
        );
        section.report("method", message);
    }
}

fn check_fixed(section: &mut Section<'_, '_>, task: &Task) {
    if section.has(OPTIONS.name) {
        let message = "`options` come from the body, and fixed arguments leave it unread";
        section.report(OPTIONS.name, message);
    }
    if task
        .group
        .as_deref()
        .is_some_and(|group| group.starts_with("body."))
    {
        let message = "`group` is in the body, and fixed arguments leave it unread; allowed: \
                       header.NAME, path.VARIABLE";
        section.report(GROUP.name, message);
    }
    check_size(section, task);
}

fn check_size(section: &mut Section<'_, '_>, task: &Task) {
    let json = serde_json::to_string(&(&task.args, &task.kwargs));
    let size = json.map_or(0, |json| json.len());
    if size > FIXED_MAX {
        let message = format!("the fixed arguments have {size} bytes; allowed: {FIXED_MAX}");
        section.report(ARGS.name, message);
    }
}

fn check_group(section: &mut Section<'_, '_>, group: Option<&str>, path: &Path) {
    let variable = group.and_then(|group| group.strip_prefix("path."));
    if let Some(wanted) = variable
        && !path.variables().any(|name| name == wanted)
    {
        let message = format!("`group` is \"path.{wanted}\", and the path has no `{{{wanted}}}`");
        section.report(GROUP.name, message);
    }
}

fn list(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(entries) => Some(entries),
        _ => None,
    }
}
