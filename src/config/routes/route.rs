//! One `[[route]]`.

use super::path::Path;
use super::{Placed, task, task_keys as keys};
use crate::config::keys::{Choice, Describe, Flag, Json, Node, Or, Shape, Text};
use crate::config::problems::Problems;
use crate::config::section::Section;
use crate::config::settings::{Action, Auth, Route};

const METHOD: Choice<&str> = Choice {
    name: "method",
    options: &[
        ("GET", "GET"),
        ("POST", "POST"),
        ("PUT", "PUT"),
        ("PATCH", "PATCH"),
        ("DELETE", "DELETE"),
        ("HEAD", "HEAD"),
        ("OPTIONS", "OPTIONS"),
        ("ANY", "ANY"),
    ],
    about: "The HTTP method; `ANY` stands for all that have no route of their own. Required.",
};
const PATH: Text = Text {
    name: "path",
    allowed: "parts of letters, digits and `. _ - :`, or a variable `{name}`; the last may be \
              `{name+}`; no path twice with one method, one variable at a place",
    check: |_| true,
    about: "The path below the stage. Required.",
};
const AUTH: Or<Choice<Auth>> = Or(
    Choice {
        name: "auth",
        options: &[("iam", Auth::Iam), ("none", Auth::None)],
        about: "Whether a request has to be signed (SigV4) by somebody who may invoke the route.",
    },
    || Auth::Iam,
);
const API_KEY: Or<Flag> = Or(
    Flag {
        name: "api_key",
        about: "Whether a request has to bring an API key.",
    },
    || true,
);
const REPLY: Json = Json {
    name: "reply",
    shape: Shape::Reply,
    about: "Answer this. Either `reply`, `task` or `tasks` is required.",
};

pub(in crate::config) const KEYS: &[&dyn Describe] = &[
    &METHOD,
    &PATH,
    &AUTH,
    &API_KEY,
    &REPLY,
    &keys::TASK,
    &keys::TASKS,
    &keys::ARGS,
    &keys::KWARGS,
    &keys::OPTIONS,
    &keys::GROUP,
];

/// Reads a route; `None` when it is too broken to be compared with others.
pub(super) fn read<'i>(node: &Node<'i>, problems: &mut Problems) -> Option<Placed> {
    if !node.get_ref().is_table() {
        problems.refuse("route", node.span(), "sections of their own: [[route]]");
        return None;
    }
    let mut section = Section::open("[[route]]", KEYS, vec![node], problems);
    let method = section.require(&METHOD);
    let path = path(&mut section);
    let auth = section.value(&AUTH);
    let api_key = section.value(&API_KEY);
    // Read even where method or path are wrong, so that all mistakes are told at once.
    let action = action(&mut section, method, path.as_ref().map(|(_, path)| path));
    let (method, (text, path), action) = (method?, path?, action?);
    let span = section.place(PATH.name);
    let route = Route {
        method: method.to_owned(),
        path: text,
        auth,
        api_key,
        action,
    };
    Some(Placed { route, path, span })
}

fn path(section: &mut Section<'_, '_>) -> Option<(String, Path)> {
    let text = section.require(&PATH)?;
    match Path::parse(&text) {
        Ok(path) => Some((text, path)),
        Err(wrong) => {
            section.report(PATH.name, format!("`path`: {wrong}"));
            None
        }
    }
}

fn action(
    section: &mut Section<'_, '_>,
    method: Option<&str>,
    path: Option<&Path>,
) -> Option<Action> {
    let actions = [REPLY.name, keys::TASK.name, keys::TASKS.name];
    let given: Vec<&str> = actions
        .into_iter()
        .filter(|name| section.has(name))
        .collect();
    match given.as_slice() {
        [] => {
            let message = "the route does nothing; allowed: one of `reply`, `task`, `tasks`";
            section.report("", message);
            None
        }
        [name] if *name == REPLY.name => {
            task::refuse_strays(section);
            section.get(&REPLY).map(Action::Reply)
        }
        [_] => task::read(section, method, path).map(Action::Task),
        [_, second, ..] => {
            let message = format!(
                "`{second}` besides `{}`; allowed: one of `reply`, `task`, `tasks`",
                given.first().unwrap_or(second)
            );
            section.report(second, message);
            None
        }
    }
}
