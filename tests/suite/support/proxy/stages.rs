//! API Gateway's rules about APIs that are being changed, and about stages that are new or gone.
use serde_json::Value;

use super::answer::Answer;
use super::request::Request;
use super::upstream::Upstream;
use super::world::{self, Event, World};

/// No deployment while the API is UPDATING, as it is after it was made and after a change of its endpoint.
pub(super) fn updating(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let busy = world.within(Event::ApiChanged, &request.segment(1), seconds);
    let message = "You cannot deploy an API while the apiStatus is UPDATING.";
    (busy && request.is("apigateway", "CreateDeployment")).then(|| bad_request(request, message))
}

/// A usage plan that names a stage which was made less than so long ago.
pub(super) fn not_seen(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let fresh = |stage: &(String, String)| {
        let name = format!("{}/{}", stage.0, stage.1);
        world.within(Event::StageCreated, &name, seconds)
    };
    let (api, stage) = named(request, "add").into_iter().find(fresh)?;
    Some(bad_request(
        request,
        &format!("API Stage not found: {api}:{stage}"),
    ))
}

/// A usage plan that lets go of a stage which is gone: the whole patch is refused.
pub(super) async fn invalid(request: &Request, upstream: Upstream) -> Option<Answer> {
    if !request.is("apigateway", "UpdateUsagePlan") {
        return None;
    }
    for (api, stage) in named(request, "remove") {
        let path = format!("/restapis/{api}/stages/{stage}");
        if upstream
            .api_gateway(&request.about.region, &path)
            .await
            .is_none()
        {
            let plan = request.segment(1);
            let message = format!(
                "Invalid API Stage {{api: {api}, stage: {stage}}} specified for usageplan {plan}"
            );
            return Some(Answer::error(
                &request.about,
                404,
                "NotFoundException",
                &message,
            ));
        }
    }
    None
}

/// The data plane does not know a stage that was made or switched less than so long ago.
pub(super) fn forbidden(request: &Request, world: &World, seconds: f64) -> Option<Answer> {
    let (api, stage) = world::invoked(request)?;
    let fresh = world.within(Event::StageSwitched, &format!("{api}/{stage}"), seconds);
    fresh.then(Answer::forbidden)
}

/// The stages that a usage plan is given (`add`, or when it is made) or is to let go (`remove`).
fn named(request: &Request, verb: &str) -> Vec<(String, String)> {
    let body = request.json();
    let pair = |text: &str| {
        let (api, stage) = text.split_once(':')?;
        Some((api.to_owned(), stage.to_owned()))
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match request.operation() {
        "CreateUsagePlan" if verb == "add" => {
            let stages = body["apiStages"].as_array().into_iter().flatten();
            stages
                .map(|stage| (text(&stage["apiId"]), text(&stage["stage"])))
                .collect()
        }
        "UpdateUsagePlan" => {
            let patches = body["patchOperations"].as_array().into_iter().flatten();
            let ours = patches.filter(|patch| patch["path"] == "/apiStages" && patch["op"] == verb);
            ours.filter_map(|patch| pair(patch["value"].as_str()?))
                .collect()
        }
        _ => vec![],
    }
}

fn bad_request(request: &Request, message: &str) -> Answer {
    Answer::error(&request.about, 400, "BadRequestException", message)
}
