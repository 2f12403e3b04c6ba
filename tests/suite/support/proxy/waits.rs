//! Rules that ask a client to wait: for a role, a function, a queue's name.
use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Request;
use super::world::{self, Event, World};

/// Lambda cannot assume the role yet.
pub(super) fn role(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let arn = match request.operation() {
        "CreateFunction" | "UpdateFunctionConfiguration" => request.json()["Role"].clone(),
        _ => return None,
    };
    let name = arn.as_str()?.rsplit('/').next()?;
    let fresh = seconds.is_infinite() || world.within(Event::RoleCreated, name, seconds);
    fresh.then(|| {
        let message = "The role defined for the function cannot be assumed by Lambda.";
        Answer::error(
            &request.about,
            400,
            "InvalidParameterValueException",
            message,
        )
    })
}

/// The function is not made yet.
pub(super) fn pending(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let name = world::function(request);
    let refused = is_change(request) && world.within(Event::FunctionCreated, &name, seconds);
    refused.then(|| {
        let message = "The operation cannot be performed at this time. \
                       The function is currently in the following state: Pending";
        Answer::error(&request.about, 409, "ResourceConflictException", message)
    })
}

/// The function's last update is not done yet.
pub(super) fn updating(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let name = world::function(request);
    let refused = is_change(request) && world.within(Event::FunctionUpdated, &name, seconds);
    refused.then(|| {
        let message = "The operation cannot be performed at this time. \
                       An update is in progress for resource";
        Answer::error(&request.about, 409, "ResourceConflictException", message)
    })
}

/// The queue's name was given up a short while ago.
pub(super) fn queue(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let asked = request.is("sqs", "CreateQueue");
    let recent = asked && world.within(Event::QueueDeleted, &world::queue(request), seconds);
    recent.then(|| {
        let message = "You must wait 60 seconds after deleting a queue before you can create \
                       another with the same name.";
        Answer::error(&request.about, 400, "QueueDeletedRecently", message)
    })
}

/// Shows a new function as Pending.
pub(super) fn show_pending(request: &Request, answer: &mut Answer, world: &World, seconds: f64) {
    if world.within(Event::FunctionCreated, &world::function(request), seconds) {
        let state = json!({
            "State": "Pending",
            "StateReason": "The function is being created.",
            "StateReasonCode": "Creating",
        });
        overlay(request, answer, &state);
    }
}

/// Shows a function as Failed, unless it was made through the proxy.
pub(super) fn show_failed(request: &Request, answer: &mut Answer, world: &World) {
    if world
        .age(Event::FunctionCreated, &world::function(request))
        .is_none()
    {
        let state = json!({
            "State": "Failed",
            "StateReason": "The function could not be set up.",
            "StateReasonCode": "InternalError",
        });
        overlay(request, answer, &state);
    }
}

/// Shows a function's update as InProgress.
pub(super) fn show_updating(request: &Request, answer: &mut Answer, world: &World, seconds: f64) {
    if world.within(Event::FunctionUpdated, &world::function(request), seconds) {
        let state = json!({
            "LastUpdateStatus": "InProgress",
            "LastUpdateStatusReason": "The function is being updated.",
            "LastUpdateStatusReasonCode": "Creating",
        });
        overlay(request, answer, &state);
    }
}

/// What a function has to be ready for.
fn is_change(request: &Request) -> bool {
    is_update(request) || request.operation() == "PublishVersion"
}

fn is_update(request: &Request) -> bool {
    let updates = ["UpdateFunctionCode", "UpdateFunctionConfiguration"];
    updates.contains(&request.operation())
}

/// Sets fields of the function's configuration in an answer that has it.
fn overlay(request: &Request, answer: &mut Answer, fields: &Value) {
    let whole = ["CreateFunction", "GetFunctionConfiguration"];
    let within = request.operation() == "GetFunction";
    let shown = within || whole.contains(&request.operation()) || is_update(request);
    if !shown || !answer.ok() {
        return;
    }
    let mut body = answer.json();
    let configuration = match within {
        true => &mut body["Configuration"],
        false => &mut body,
    };
    for (name, value) in fields.as_object().into_iter().flatten() {
        configuration[name] = value.clone();
    }
    answer.replace_body(body.to_string());
}
