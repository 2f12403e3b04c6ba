//! The one decision: what is done with a request.

use std::collections::HashSet;

use gatewayq_routes::{Action, Routes, Task};
use serde_json::value::RawValue;

use crate::answer::{Answer, Refusal};
use crate::body::{self, Fields};
use crate::context::Context;
use crate::custom;
use crate::decision::{Decision, Entry};
use crate::event::ApiEvent;
use crate::request::ApiRequest;
use crate::result::Lookup;
use crate::schema;
use crate::task::TaskRequest;

/// Decides on one event.
#[must_use]
pub fn decide(routes: &Routes, event: ApiEvent, context: &Context<'_>) -> Decision {
    decide_with(custom::route, routes, event, context)
}

/// Decides on one event, with `custom` in the place of [`custom::route`].
#[must_use]
pub fn decide_with(
    custom: impl Fn(&ApiRequest, &Context<'_>) -> Option<Decision>,
    routes: &Routes,
    event: ApiEvent,
    context: &Context<'_>,
) -> Decision {
    let (route, request) = match event.open(routes) {
        Ok(opened) => opened,
        Err(refusal) => return refusal.into(),
    };
    let context = &context.of(&request.request_context);
    let checked = match &route.action {
        Action::Task(task) => schema::check(task, &request),
        Action::Reply(_) | Action::Result => Ok(None),
    };
    let checked = match checked {
        Ok(checked) => checked,
        Err(refusal) => return refusal.into(),
    };
    if let Some(decision) = custom(&request, context) {
        return decision;
    }
    match &route.action {
        Action::Reply(reply) => Decision::Answer(Answer::reply(reply)),
        Action::Result => result_route(&request, context).unwrap_or_else(Decision::from),
        Action::Task(task) => {
            let visibility = routes.queue_visibility_timeout;
            let decision = task_route(task, &request, checked, context, visibility);
            decision.unwrap_or_else(Decision::from)
        }
    }
}

fn result_route(request: &ApiRequest, context: &Context<'_>) -> Result<Decision, Refusal> {
    let lookup = Lookup::of(request)?;
    context.may_read(&lookup.task_id)?;
    Ok(Decision::Result(lookup))
}

fn task_route(
    task: &Task,
    request: &ApiRequest,
    checked: Option<Fields>,
    context: &Context<'_>,
    visibility: u64,
) -> Result<Decision, Refusal> {
    let mut outer = match checked {
        Some(fields) => fields,
        None => read_body(task, request)?,
    };
    let tasks = if task.is_fixed() {
        None
    } else {
        outer.remove("tasks")
    };
    let request = TaskRequest {
        task,
        request,
        context,
        visibility,
        outer: &outer,
    };
    match tasks {
        Some(tasks) => many(&request, &tasks).map(Decision::Many),
        None => request
            .message(&outer, None)
            .map(|message| match task.wait {
                Some(wait) => Decision::OneAndWait(message, wait),
                None => Decision::One(message),
            }),
    }
}

/// A fixed message needs no body, so on such a route any body will do.
fn read_body(task: &Task, request: &ApiRequest) -> Result<Fields, Refusal> {
    let reads_group = task
        .group
        .as_ref()
        .is_some_and(|group| group.body_key().is_some());
    if task.is_fixed() && task.options.is_empty() && !reads_group {
        return Ok(Fields::new());
    }
    body::parse(&request.body_text()?)
}

fn many(request: &TaskRequest<'_>, tasks: &RawValue) -> Result<Vec<Entry>, Refusal> {
    schema::check_beside_tasks(request.task, request.outer)?;
    let tasks = body::tasks(tasks)?;
    let mut seen = HashSet::new();
    let entries = tasks.iter().enumerate().map(|(index, raw)| {
        let message = one_of_many(request, raw, index)?;
        // SQS would take the second for a repeat of the first and drop it.
        match seen.insert(message.task_id.clone()) {
            true => Ok(message),
            false => Err(Refusal::bad("`task_id` comes twice in this request")),
        }
    });
    Ok(entries.collect())
}

fn one_of_many(request: &TaskRequest<'_>, raw: &RawValue, index: usize) -> Entry {
    let fields =
        body::object(raw.get()).map_err(|_| Refusal::bad("each of `tasks` must be an object"))?;
    request.message(&fields, Some(index))
}
