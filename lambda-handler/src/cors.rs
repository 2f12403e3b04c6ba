//! Answers for pages of other origins: the preflight, and the headers of every other answer.

use gatewayq_routes::path::same_shape;
use gatewayq_routes::{ANY, Cors, METHODS, Route, Routes};

use crate::answer::{Answer, Refusal};
use crate::request::ApiRequest;

const OPTIONS: &str = "OPTIONS";

/// The answer to a preflight, where the request is one. A path's own `OPTIONS` route comes first,
/// and an `ANY` route gets what does not ask for a method.
#[must_use]
pub fn preflight(routes: &Routes, request: &ApiRequest) -> Option<Answer> {
    let cors = routes.cors.as_ref()?;
    if request.http_method != OPTIONS {
        return None;
    }
    let all = routes.routes.iter();
    let beside: Vec<&Route> = all
        .filter(|route| same_shape(&route.path, &request.resource))
        .collect();
    let has = |method: &str| beside.iter().any(|route| route.method == method);
    let asks = request.header("access-control-request-method").is_some();
    let open: Vec<&Route> = beside.iter().copied().filter(|route| route.cors).collect();
    if open.is_empty() || has(OPTIONS) || (has(ANY) && !asks) {
        return None;
    }
    let origin = request.header("origin");
    let answer = match origin.and_then(|origin| cors.allowed(origin)) {
        Some(_) => allowed(cors, &open),
        None => Refusal::new(403, "the origin is not one that [api.cors] allows").into(),
    };
    Some(with_headers(answer, cors, origin))
}

fn allowed(cors: &Cors, open: &[&Route]) -> Answer {
    let answer = Answer::json(204, &serde_json::Value::Null)
        .with(
            "access-control-allow-methods",
            &methods(cors, open).join(", "),
        )
        .with("access-control-max-age", &cors.max_age.to_string());
    match cors.headers.as_slice() {
        [] => answer,
        headers => answer.with("access-control-allow-headers", &headers.join(", ")),
    }
}

fn methods<'a>(cors: &'a Cors, open: &[&'a Route]) -> Vec<&'a str> {
    if let Some(methods) = &cors.methods {
        return methods.iter().map(String::as_str).collect();
    }
    match open.iter().any(|route| route.method == ANY) {
        true => METHODS.to_vec(),
        false => open.iter().map(|route| route.method.as_str()).collect(),
    }
}

/// The rules for a request, where its route is open to other origins.
#[must_use]
pub fn rules<'a>(routes: &'a Routes, route: Option<&Route>) -> Option<&'a Cors> {
    routes
        .cors
        .as_ref()
        .filter(|_| route.is_some_and(|route| route.cors))
}

/// The answer as a page of `origin` may read it, or may not.
#[must_use]
pub fn with_headers(answer: Answer, cors: &Cors, origin: Option<&str>) -> Answer {
    let answer = match cors.allows_all() {
        true => answer,
        // What is answered to one origin is not to be taken from a cache for another.
        false => vary(answer),
    };
    let Some(allowed) = origin.and_then(|origin| cors.allowed(origin)) else {
        return answer;
    };
    let mut answer = answer.with("access-control-allow-origin", allowed);
    if cors.credentials {
        answer = answer.with("access-control-allow-credentials", "true");
    }
    match cors.expose.as_slice() {
        [] => answer,
        expose => answer.with("access-control-expose-headers", &expose.join(", ")),
    }
}

fn vary(answer: Answer) -> Answer {
    match answer.headers.get("vary").cloned() {
        Some(own) => answer.with("vary", &format!("{own}, origin")),
        None => answer.with("vary", "origin"),
    }
}
