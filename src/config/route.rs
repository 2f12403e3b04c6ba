//! One `[[route]]`: its keys, and the rules between them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};
use toml::Spanned;

use gatewayq_routes::{ACCEPTED_STATUSES, Accepted, Reply};
use gatewayq_routes::{ANY, METHODS, REPLY_STATUSES, TASK_ID};

use super::field::{Field, choice, entries, flag, int, plain, text};
use super::section::Section;
use super::settings::{Action, Auth, Route, Task};
use super::shapes::{self, PATH_PATTERN};
use super::{authorizers, json, path, task};

/// What a route does: one of these.
const ACTIONS: [&str; 4] = ["reply", "task", "tasks", "result"];

/// Of a reply; each may have a value of some 2 KB, and API Gateway passes 10 KB of them all.
const HEADERS_MAX: usize = 20;

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
    let task = task::read(s);
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
            task::refuse(s);
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
            task::refuse(s);
            Some(Action::Reply(Reply {
                body: reply?,
                status: status.unwrap_or(Reply::STATUS),
                headers,
            }))
        }
        // Its names were refused.
        [_] if task.names.is_empty() => None,
        [_] => {
            task::check(s, &task, auth, method, path);
            let accepted = Accepted {
                status: status.unwrap_or(Accepted::STATUS),
                fields: answer.unwrap_or_default(),
            };
            task::check_accepted(s, &accepted);
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

/// The rules between the keys, as far as JSON Schema can say them.
pub(super) fn rules() -> Value {
    let has = |names: &[&str]| -> Vec<Value> {
        let names = names.iter();
        names.map(|name| json!({"required": [name]})).collect()
    };
    let (fixed, task_only) = (has(&["args", "kwargs"]), has(&task::ONLY));
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
