//! The keys of a route that sends a task.

use crate::config::keys::{Choice, Json, List, Shape, Text};
use crate::config::settings::TaskOption;

pub(super) const TASK: Text = Text {
    name: "task",
    allowed: "the task's name: words of letters, digits, `_` and `-` with dots between them, at \
              most 255 characters",
    check: is_task_name,
    about: "Send this task.",
};
pub(super) const TASKS: List<Text> = List {
    name: "tasks",
    item: Text {
        name: "tasks[]",
        allowed: "names as for `task`",
        check: is_task_name,
        about: "Send the one of these tasks that the request names in the path's `{task}`.",
    },
    min: 1,
    max: 200,
};
pub(super) const ARGS: Json = Json {
    name: "args",
    shape: Shape::Args,
    about: "Fixed positional arguments. With neither `args` nor `kwargs`, the request's JSON body \
            gives both.",
};
pub(super) const KWARGS: Json = Json {
    name: "kwargs",
    shape: Shape::Kwargs,
    about: "Fixed keyword arguments.",
};
pub(super) const OPTIONS: List<Choice<TaskOption>> = List {
    name: "options",
    item: Choice {
        name: "options[]",
        options: &TaskOption::NAMED,
        about: "What the request's body may set besides the arguments. Not with fixed arguments.",
    },
    min: 0,
    max: TaskOption::NAMED.len(),
};
pub(super) const GROUP: Text = Text {
    name: "group",
    allowed: "body.FIELD (not with fixed arguments), header.NAME, path.VARIABLE",
    check: is_group,
    about: "Tasks with the same value there run in the order they came; without it, each task is \
            on its own.",
};

fn is_task_name(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.len() <= 255
        && text
            .split('.')
            .all(|part| part.starts_with(first) && part.chars().all(word))
}

fn is_group(text: &str) -> bool {
    let Some((source, name)) = text.split_once('.') else {
        return false;
    };
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let good = match source {
        "body" => name.split('.').all(|part| !part.is_empty()) && !name.contains(char::is_control),
        "header" => name.chars().all(token),
        "path" => true,
        _ => false,
    };
    good && !name.is_empty() && text.len() <= 255
}
