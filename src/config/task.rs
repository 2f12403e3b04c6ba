//! What a `[[route]]` that sends a task says of it, and the rules between these keys.

use serde_json::json;

use gatewayq_routes::path::parameters;
use gatewayq_routes::{ACCEPTED_FIELDS, ACCEPTED_STATUSES, Accepted, GroupSource, WAIT_MAX};

use super::field::{choice, flag, int, list, text};
use super::section::Section;
use super::settings::{Auth, Task, TaskOption};
use super::{json, shapes};

/// What only a task has.
pub(super) const ONLY: [&str; 8] = [
    "args",
    "kwargs",
    "options",
    "group",
    "body",
    "answer",
    "ignore_result",
    "wait",
];

/// Bytes of JSON. The answer for 1000 tasks has it a thousand times, and one of Lambda has 6 MB.
const ANSWER_MAX: usize = 4096;

/// Bytes of JSON. As a message they grow by half, and a message of SQS has 1 MiB.
const FIXED_MAX: usize = 512 * 1024;

/// Refuses them where the route sends none.
pub(super) fn refuse(s: &mut Section<'_, '_>) {
    for name in ONLY {
        if s.has(name) {
            s.report(name, format!("`{name}` only goes with `task` or `tasks`"));
        }
    }
}

/// The task as far as it is given; without names where there is none.
pub(super) fn read(s: &mut Section<'_, '_>) -> Task {
    let name = "the task's name: words of letters, digits, `_` and `-` with dots between them, at \
                most 255 characters";
    let one = s.get(text("task", &shapes::TASK, name), "Send this task.");
    let several = s.get(
        list(text("tasks", &shapes::TASK, "names as for `task`"), 1..=200),
        "Send the one of these tasks that the request names in the path's `{task}`.",
    );
    let optional =
        "What the request's body may set besides the arguments. Not with fixed arguments.";
    let all = &TaskOption::ALL;
    let options = list(choice("options", all), 0..=all.len());
    let group = "body.FIELD (not with fixed arguments), header.NAME, path.VARIABLE, auth.NAME (with \
                 an authorizer)";
    Task {
        names: one.map(|name| vec![name]).or(several).unwrap_or_default(),
        args: s.get(
            json::args("args"),
            "Fixed positional arguments. With neither `args` nor `kwargs`, the request's JSON \
             body gives both.",
        ),
        kwargs: s.get(json::kwargs("kwargs"), "Fixed keyword arguments."),
        options: s.get(options, optional).unwrap_or_default(),
        group: s.get(
            text("group", &shapes::GROUP, group),
            "Tasks with the same value there run in the order they came; without it, each task is \
             on its own.",
        ),
        body: None,
        accepted: Accepted::default(),
        ignore_result: s.get(
            flag("ignore_result"),
            "Whether the workers throw the task's result away; without it, they keep it with `[results]`, and do as \
             the task itself says without.",
        ),
        wait: wait(s),
    }
}

fn wait(s: &mut Section<'_, '_>) -> Option<u64> {
    let limits = 1..=i32::try_from(WAIT_MAX).unwrap_or(i32::MAX);
    let unit = "seconds; below `[function] timeout`; only with `[results]`";
    let wait = s.get(
        int("wait", limits, unit),
        "How long the answer is held back for the task's result, which is then answered with 200; when it takes \
         longer, the usual answer. The function runs, and costs, all that time.",
    );
    wait.and_then(|wait| u64::try_from(wait).ok())
}

pub(super) fn check_accepted(s: &mut Section<'_, '_>, accepted: &Accepted) {
    if !ACCEPTED_STATUSES.contains(&accepted.status) {
        let message = format!(
            "`status` is {}; allowed with a task: 200 to 299, as it has been accepted",
            accepted.status
        );
        s.report("status", message);
    }
    let size = json!(accepted.fields).to_string().len();
    if size > ANSWER_MAX {
        let message = format!("`answer` has {size} bytes as JSON; allowed: {ANSWER_MAX}");
        s.report("answer", message);
    }
    for name in ACCEPTED_FIELDS {
        if accepted.fields.contains_key(name) {
            let message = format!("`answer` has `{name}`, which each answer has by itself");
            s.report("answer", message);
        }
    }
}

/// The rules between the keys of a task. Method and path are `None` where they are wrong.
pub(super) fn check(
    s: &mut Section<'_, '_>,
    task: &Task,
    auth: &Auth,
    method: Option<&str>,
    path: Option<&str>,
) {
    if let Some(path) = path {
        check_names(s, path);
        check_group(s, task, path);
    }
    check_authorizers_group(s, task, auth);
    if task.wait.is_some() && task.ignore_result == Some(true) {
        let message = "`wait` waits for the result, which `ignore_result` has thrown away";
        s.report("wait", message);
    }
    if s.has("args") || s.has("kwargs") {
        check_fixed(s, task);
    } else if let Some(method @ ("GET" | "HEAD")) = method {
        let message = format!(
            "a {method} request has no body to take arguments from; allowed: fixed ones \
             (`args = []` for none), or another method"
        );
        s.report("method", message);
    }
}

fn check_names(s: &mut Section<'_, '_>, path: &str) {
    let chosen = parameters(path).any(|name| name == "task");
    if s.has("tasks") && !path.split('/').any(|part| part == "{task}") {
        let message = "`tasks` needs a `{task}` in the path to choose by";
        s.report("tasks", message);
    }
    if chosen && !s.has("tasks") {
        let message = "`{task}` in the path chooses a name, so `tasks` has to list them";
        s.report("path", message);
    }
}

fn check_group(s: &mut Section<'_, '_>, task: &Task, path: &str) {
    if let Some(Err(message)) = task.group.as_ref().map(GroupSource::check) {
        s.report("group", message);
    }
    if let Some(GroupSource::Path(wanted)) = &task.group
        && !parameters(path).any(|name| name == wanted)
    {
        let message = format!("`group` is \"path.{wanted}\", and the path has no `{{{wanted}}}`");
        s.report("group", message);
    }
}

fn check_authorizers_group(s: &mut Section<'_, '_>, task: &Task, auth: &Auth) {
    if let Some(GroupSource::Auth(name)) = &task.group
        && auth.authorizer().is_none()
    {
        let message = format!(
            "`group` is \"auth.{name}\", which an authorizer finds out, and `auth` names none"
        );
        s.report("group", message);
    }
}

fn check_fixed(s: &mut Section<'_, '_>, task: &Task) {
    if s.has("options") {
        let message = "`options` come from the body, and fixed arguments leave it unread";
        s.report("options", message);
    }
    if s.has("body") {
        let message =
            "`body` is for what a request's body says, and fixed arguments leave it unread";
        s.report("body", message);
    }
    if let Some(GroupSource::Body(_)) = task.group {
        let message = "`group` is in the body, and fixed arguments leave it unread; allowed: \
                       header.NAME, path.VARIABLE, auth.NAME";
        s.report("group", message);
    }
    let size = json!([task.args, task.kwargs]).to_string().len();
    if size > FIXED_MAX {
        let message = format!("the fixed arguments have {size} bytes; allowed: {FIXED_MAX}");
        s.report("args", message);
    }
}
