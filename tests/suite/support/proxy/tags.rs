//! Tags that are not shown where one looks first.
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::request::Request;
use super::upstream::Upstream;
use super::world::{self, Event, World};

const LISTS: [&str; 4] = ["GetApiKeys", "GetRestApis", "GetStages", "GetUsagePlans"];

/// Takes the tags out of API Gateway's lists.
pub(super) fn hide(request: &Request, answer: &mut Answer) {
    if request.about.service != "apigateway"
        || !LISTS.contains(&request.operation())
        || !answer.ok()
    {
        return;
    }
    let mut body = answer.json();
    let lists = body.as_object_mut().into_iter().flatten();
    for items in lists.filter_map(|(_, value)| value.as_array_mut()) {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.remove("tags");
        }
    }
    answer.replace_body(body.to_string());
}

/// GetTags of a thing as AWS answers it: the tags of its creation with those that came later. The emulator knows the
/// two apart.
pub(super) async fn all(request: &Request, upstream: Upstream) -> Option<Answer> {
    if !request.is("apigateway", "GetTags") {
        return None;
    }
    let region = &request.about.region;
    let arn = request.segment(1);
    let thing = arn.split("::").nth(1)?;
    let made = upstream.api_gateway(region, thing).await?;
    let later = upstream.api_gateway(region, request.parts.uri.path()).await;
    let mut tags: Map<String, Value> = made["tags"].as_object().cloned().unwrap_or_default();
    tags.extend(
        later.unwrap_or_default()["tags"]
            .as_object()
            .cloned()
            .unwrap_or_default(),
    );
    Some(Answer::new(200, json!({"tags": tags}).to_string()))
}

/// Shows no tags of a queue that was made less than so long ago.
pub(super) fn late(request: &Request, answer: &mut Answer, world: &World, seconds: f64) {
    let asked = request.is("sqs", "ListQueueTags") && answer.ok();
    if asked && world.within(Event::QueueCreated, &world::queue(request), seconds) {
        answer.replace_body("{}");
    }
}
