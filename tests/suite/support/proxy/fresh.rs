//! Reads that miss what was just made.
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use serde_json::Value;

use super::answer::Answer;
use super::request::Request;

/// When things were made: service and the name or id that reads ask for.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    made: Mutex<HashMap<(String, String), Instant>>,
}

impl Fresh {
    /// Takes in a create that succeeded.
    pub(crate) fn learn(&self, request: &Request, answer: &Answer) {
        if !answer.ok() || !request.operation().starts_with("Create") {
            return;
        }
        if let Some(name) = made(request, answer) {
            let key = (request.about.service.clone(), name);
            self.made.lock().unwrap().insert(key, Instant::now());
        }
    }

    fn names(&self, service: &str, seconds: f64) -> Vec<String> {
        let made = self.made.lock().unwrap();
        let young = made
            .iter()
            .filter(|((of, _), at)| of == service && at.elapsed().as_secs_f64() < seconds);
        young.map(|((_, name), _)| name.clone()).collect()
    }
}

/// The name or id under which the new thing will be read. A stage's is only unique within its API.
fn made(request: &Request, answer: &Answer) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match request.operation() {
        "CreateRole" => Some(request.field("RoleName")),
        "CreateQueue" | "CreateLogGroup" => Some(request.about.resource.clone()),
        "CreateFunction" => text(&request.json()["FunctionName"]),
        "CreateStage" => {
            let name = text(&request.json()["stageName"])?;
            Some(format!("{}/{name}", request.segment(1)))
        }
        _ if request.about.service == "apigateway" => text(&answer.json()["id"]),
        _ => None,
    }
}

/// Not found, where the read asks for a thing that is too young to be seen.
pub(super) fn missed(
    request: &Request,
    fresh: &Fresh,
    seconds: f64,
    services: &[&str],
) -> Option<Answer> {
    if request.about.is_write() || !covers(services, request) {
        return None;
    }
    let names = fresh.names(&request.about.service, seconds);
    let asked = asked(request);
    let young = names.iter().any(|name| asked.contains(name));
    young.then(|| not_found(request))
}

/// Takes young things out of a list.
pub(super) fn filter(
    request: &Request,
    answer: &mut Answer,
    fresh: &Fresh,
    seconds: f64,
    services: &[&str],
) {
    if request.about.is_write() || !covers(services, request) || !answer.ok() {
        return;
    }
    let names = fresh.names(&request.about.service, seconds);
    if names.is_empty() {
        return;
    }
    if request.about.service == "iam" {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let left = names
            .iter()
            .fold(text, |text, name| without_role(&text, name));
        return answer.replace_body(left);
    }
    let mut body = answer.json();
    let api = request.segment(1);
    for list in body.as_object_mut().into_iter().flatten() {
        if let Some(items) = list.1.as_array_mut() {
            items.retain(|item| !names.iter().any(|name| is(item, &api, name)));
        }
    }
    answer.replace_body(body.to_string());
}

/// Takes the mark of a FIFO queue from one that was not made through the proxy.
pub(super) fn show_standard(request: &Request, answer: &mut Answer, fresh: &Fresh) {
    let known = fresh.names("sqs", f64::INFINITY);
    if !request.is("sqs", "GetQueueAttributes") || known.contains(&request.about.resource) {
        return;
    }
    let mut body = answer.json();
    if let Some(attributes) = body["Attributes"].as_object_mut() {
        attributes.remove("FifoQueue");
        answer.replace_body(body.to_string());
    }
}

fn covers(services: &[&str], request: &Request) -> bool {
    services.is_empty() || services.contains(&request.about.service.as_str())
}

/// The names and ids that a read asks for: of an API Gateway path each segment, and stages with their API.
fn asked(request: &Request) -> Vec<String> {
    if request.about.service != "apigateway" {
        return vec![request.about.resource.clone()];
    }
    let mut asked: Vec<_> = (0..8).map(|index| request.segment(index)).collect();
    if asked[2] == "stages" {
        asked.push(format!("{}/{}", asked[1], asked[3]));
    }
    asked.retain(|segment| !segment.is_empty());
    asked
}

fn not_found(request: &Request) -> Answer {
    let (status, code) = match request.about.service.as_str() {
        "iam" => (404, "NoSuchEntity"),
        "sqs" => (400, "QueueDoesNotExist"),
        "logs" | "dynamodb" => (400, "ResourceNotFoundException"),
        "lambda" | "monitoring" => (404, "ResourceNotFoundException"),
        _ => (404, "NotFoundException"),
    };
    Answer::error(&request.about, status, code, "It does not exist (yet).")
}

fn is(item: &Value, api: &str, name: &str) -> bool {
    let fields = ["id", "FunctionName", "logGroupName"];
    let url = item.as_str().and_then(|url| url.rsplit('/').next());
    let stage = item["stageName"].as_str();
    url == Some(name)
        || fields.iter().any(|field| item[field] == *name)
        || stage.is_some_and(|stage| format!("{api}/{stage}") == name)
}

/// A list of roles without one of them. Its members can have members (tags) themselves.
fn without_role(text: &str, name: &str) -> String {
    let named = format!("<RoleName>{name}</RoleName>");
    let Some(at) = text.find(&named) else {
        return text.to_owned();
    };
    let (Some(start), Some(end)) = (text[..at].rfind("<member>"), end_of_member(text, at)) else {
        return text.to_owned();
    };
    [&text[..start], &text[end..]].concat()
}

fn end_of_member(text: &str, from: usize) -> Option<usize> {
    const CLOSE: &str = "</member>";
    let (mut at, mut open) = (from, 1);
    while open > 0 {
        let close = at + text[at..].find(CLOSE)?;
        open += text[at..close].matches("<member>").count();
        open -= 1;
        at = close + CLOSE.len();
    }
    Some(at)
}
