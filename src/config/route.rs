//! One `[[route]]`: its keys, and the rules between them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};
use toml::Spanned;

use gatewayq_routes::path::parameters;
use gatewayq_routes::{ACCEPTED_FIELDS, ACCEPTED_STATUSES, Accepted, Reply};
use gatewayq_routes::{ANY, GroupSource, METHODS, REPLY_STATUSES, TASK_ID, WAIT_MAX};

use super::field::{Field, choice, entries, flag, int, list, plain, text};
use super::section::Section;
use super::settings::{Action, Auth, Route, Task, TaskOption};
use super::shapes::{self, PATH_PATTERN};
use super::{authorizers, json, path};

/// What a route does: one of these.
const ACTIONS: [&str; 4] = ["reply", "task", "tasks", "result"];
/// What only a task has.
const TASK_ONLY: [&str; 8] = [
    "args",
    "kwargs",
    "options",
    "group",
    "body",
    "answer",
    "ignore_result",
    "wait",
];
/// Of a reply; each may have a value of some 2 KB, and API Gateway passes 10 KB of them all.
const HEADERS_MAX: usize = 20;
/// Bytes of JSON. The answer for 1000 tasks has it a thousand times, and one of Lambda has 6 MB.
const ANSWER_MAX: usize = 4096;
/// Bytes of JSON. As a message they grow by half, and a message of SQS has 1 MiB.
const FIXED_MAX: usize = 512 * 1024;

/// A route that was read, and where its path, its `auth` and its `scopes` stand.
pub(super) struct Placed {
    pub(super) route: Route,
    pub(super) span: Range<usize>,
    /// The file that `body` names, and where.
    pub(super) body: Option<Spanned<String>>,
    pub(super) auth: Range<usize>,
    pub(super) scopes: Range<usize>,
    /// Where it says that it answers results, or waits for one.
    pub(super) result: Range<usize>,
}

/// Reads a route; `None` when it is too broken to be compared with others.
pub(super) fn read(s: &mut Section<'_, '_>) -> Option<Placed> {
    let method = s.require(
        choice("method", &[METHODS.as_slice(), &[ANY]].concat()),
        "The HTTP method; `ANY` stands for all that have no route of their own.",
    );
    let path = s.require(path(), "The path below the stage.");
    let names = "\"iam\", \"none\", the NAME of an `[authorizers.NAME]`";
    let auth: Auth = s.value(
        text("auth", &shapes::NAME, names).or(Auth::Iam),
        "Who may call: with `iam` somebody who may invoke the route and has signed the request \
         (SigV4), with `none` everybody, otherwise whom the authorizer lets in.",
    );
    let scopes = s.get(
        authorizers::scopes(),
        "Scopes in the place of those of the authorizer, which has to be `cognito`.",
    );
    let api_key = s.value(
        flag("api_key").or(true),
        "Whether a request has to bring an API key.",
    );
    let cors = s.value(
        flag("cors").or(true),
        "Whether `[api.cors]` counts for the route.",
    );
    let action = action(s, method, path.as_deref(), &auth);
    let file = "a file beside gatewayq.toml or in a folder there: letters, digits and `. _ -`, no part \
                with a dot first; not with fixed arguments";
    let body: Option<String> = s.get(
        text("body", &shapes::FILE, file),
        "A JSON Schema (draft 2020-12) that the request's body has to fit; one that does not is \
         refused with 400.",
    );
    let body = body.map(|file| Spanned::new(s.place("body"), file));
    let route = Route {
        method: method?.to_owned(),
        path: path?,
        auth,
        scopes,
        api_key,
        action: action?,
        cors,
    };
    Some(Placed {
        route,
        body,
        span: s.place("path"),
        auth: s.place("auth"),
        scopes: s.place("scopes"),
        result: s.place(if s.has("wait") { "wait" } else { "result" }),
    })
}

fn path() -> Field<String> {
    let allowed = "parts of letters, digits and `. _ - :`, or a variable `{name}`; the last may \
                   be `{name+}`; no path twice with one method, one variable at a place";
    let schema = json!({"type": "string", "pattern": PATH_PATTERN, "maxLength": 1024});
    Field::new("path", "string", allowed, schema, |row, node, problems| {
        let Some(text) = node.get_ref().as_str() else {
            let allowed = format!("a string, {}", row.allowed);
            problems.refuse(&row.name, node.span(), &allowed);
            return None;
        };
        path::check(text)
            .inspect_err(|wrong| problems.report(node.span(), format!("`path`: {wrong}")))
            .is_ok()
            .then(|| text.to_owned())
    })
}

fn action(
    s: &mut Section<'_, '_>,
    method: Option<&str>,
    path: Option<&str>,
    auth: &Auth,
) -> Option<Action> {
    let reply = s.get(
        json::reply("reply"),
        "Answer this. One of `reply`, `task`, `tasks` and `result` is required.",
    );
    let task = task(s);
    let status = status(s);
    let headers = headers(s);
    let answer = s.get(
        json::answer("answer"),
        "Further fields of the answer for an accepted task.",
    );
    let result = s.get(
        flag("result"),
        "With `true`: answer the result of the task that the request names in the path's `{task_id}`.",
    );
    let given: Vec<&str> = ACTIONS.into_iter().filter(|name| s.has(name)).collect();
    match given.as_slice() {
        [] => {
            s.report_all(
                "the route does nothing; allowed: one of `reply`, `task`, `tasks`, `result`",
            );
            None
        }
        ["result"] => {
            refuse_task_only(s);
            if status.is_some() {
                s.report(
                    "status",
                    "`status` does not go with `result`, which has its own",
                );
            }
            check_result(s, result, method, path);
            Some(Action::Result)
        }
        ["reply"] => {
            refuse_task_only(s);
            Some(Action::Reply(Reply {
                body: reply?,
                status: status.unwrap_or(Reply::STATUS),
                headers,
            }))
        }
        // Its names were refused.
        [_] if task.names.is_empty() => None,
        [_] => {
            check(s, &task, method, path);
            check_authorizers_group(s, &task, auth);
            let accepted = Accepted {
                status: status.unwrap_or(Accepted::STATUS),
                fields: answer.unwrap_or_default(),
            };
            check_accepted(s, &accepted);
            Some(Action::Task(Task { accepted, ..task }))
        }
        [first, second, ..] => {
            let message = format!(
                "`{second}` besides `{first}`; allowed: one of `reply`, `task`, `tasks`, `result`"
            );
            s.report(second, message);
            None
        }
    }
}

fn refuse_task_only(s: &mut Section<'_, '_>) {
    for name in TASK_ONLY {
        if s.has(name) {
            s.report(name, format!("`{name}` only goes with `task` or `tasks`"));
        }
    }
}

/// The rules between the keys of a route that answers results.
fn check_result(
    s: &mut Section<'_, '_>,
    result: Option<bool>,
    method: Option<&str>,
    path: Option<&str>,
) {
    if result == Some(false) {
        s.report(
            "result",
            "`result` is false; allowed: true, or leave it out",
        );
    }
    if method.is_some_and(|method| method != "GET") {
        s.report(
            "method",
            "a result is looked at; allowed with `result`: GET",
        );
    }
    if path.is_some_and(|path| !path.split('/').any(|part| part == format!("{{{TASK_ID}}}"))) {
        let message = format!("`result` needs a `{{{TASK_ID}}}` in the path to find it by");
        s.report("path", message);
    }
}

fn status(s: &mut Section<'_, '_>) -> Option<u16> {
    let (first, last) = (REPLY_STATUSES.start(), REPLY_STATUSES.end());
    let limits = i32::from(*first)..=i32::from(*last);
    let status = s.get(
        int("status", limits, "200 to 299 with `task` or `tasks`"),
        "The HTTP status of a reply, or of the answer for an accepted task; without it 200 and \
         202. With 204, 205 and 304 no body is sent.",
    );
    status.and_then(|status| u16::try_from(status).ok())
}

fn headers(s: &mut Section<'_, '_>) -> BTreeMap<String, String> {
    let allowed = "at most 20, only with `reply`; names as HTTP has them, without those that API \
                   Gateway writes; values of at most 2048 ASCII characters";
    let (name, value) = (&shapes::HEADER_NAME, &shapes::HEADER_VALUE);
    let field = entries("headers", name, value, HEADERS_MAX, allowed);
    let about = "Headers of the reply besides `content-type`, or in its place.";
    let headers = s.merged(field, None, about);
    if headers.len() > HEADERS_MAX {
        let message = format!(
            "`headers` has {}; allowed: at most {HEADERS_MAX}",
            headers.len()
        );
        s.report("headers", message);
    }
    let mut seen = BTreeMap::new();
    for (name, value) in &headers {
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), name) {
            let message = format!("`headers` has `{other}` and `{name}`; HTTP takes them for one");
            s.report_at(value.span(), message);
        }
    }
    if s.has("headers") && !s.has("reply") {
        s.report("headers", "`headers` only goes with `reply`");
    }
    plain(headers)
}

/// The task as far as it is given; without names where there is none.
fn task(s: &mut Section<'_, '_>) -> Task {
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

fn check_accepted(s: &mut Section<'_, '_>, accepted: &Accepted) {
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
fn check(s: &mut Section<'_, '_>, task: &Task, method: Option<&str>, path: Option<&str>) {
    if let Some(path) = path {
        check_names(s, path);
        check_group(s, task, path);
    }
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

/// The rules between the keys, as far as JSON Schema can say them.
pub(super) fn rules() -> Value {
    let has = |names: &[&str]| -> Vec<Value> {
        let names = names.iter();
        names.map(|name| json!({"required": [name]})).collect()
    };
    let (fixed, task_only) = (has(&["args", "kwargs"]), has(&TASK_ONLY));
    let not_of_results = [task_only.clone(), has(&["headers", "status"])].concat();
    json!([
        {"oneOf": [
            {"required": ["reply"], "not": {"anyOf": task_only}},
            {"required": ["task"], "not": {"required": ["headers"]}},
            {"required": ["tasks"], "not": {"required": ["headers"]}},
            {
                "required": ["result"],
                "not": {"anyOf": not_of_results},
                "properties": {
                    "result": {"const": true},
                    "method": {"const": "GET"},
                    "path": {"pattern": r"/\{task_id\}(?:/|$)"},
                },
            },
        ]},
        {
            "if": {"not": {"required": ["reply"]}},
            "then": {"properties": {"status": {"maximum": ACCEPTED_STATUSES.end()}}},
        },
        {
            "if": {"required": ["tasks"]},
            "then": {"properties": {"path": {"pattern": r"/\{task\}(?:/|$)"}}},
        },
        {
            "if": {"required": ["task"]},
            "then": {"properties": {"path": {"not": {"pattern": r"/\{task\+?\}(?:/|$)"}}}},
        },
        {
            "if": {
                "properties": {"method": {"enum": ["GET", "HEAD"]}},
                "required": ["method"],
                "not": {"anyOf": has(&["reply", "result"])},
            },
            "then": {"anyOf": fixed},
        },
        {
            "if": {"anyOf": fixed},
            "then": {
                "not": {"anyOf": has(&["options", "body"])},
                "properties": {"group": {"not": {"pattern": r"^body\."}}},
            },
        },
    ])
}
