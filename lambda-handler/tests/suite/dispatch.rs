//! A request gets what API Gateway has authorised it for: beside the function's choice of a route
//! stands a model of API Gateway's.

use crate::support::{NOW, envelope, inner};
use lambda_handler::{Answer, ApiEvent, ApiRequest, Context, Decision, Routes, decide_with};
use serde_json::{Value, json};
use uuid::Uuid;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// What a route does.
const KINDS: [&str; 4] = ["reply", "task", "fixed", "custom"];

/// Method, path and kind of a route. Its place in the list is what it answers, or sends, as.
type Api = Vec<(&'static str, &'static str, &'static str)>;

/// The segments of a path.
fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// How well a template fits a path: 0 for a literal segment, 1 for a variable, 2 for a greedy one,
/// segment by segment; the least is API Gateway's choice. `None` where it does not fit.
fn fit(template: &str, path: &str) -> Option<Vec<u8>> {
    let (template, path) = (segments(template), segments(path));
    let is_greedy = template.last().is_some_and(|last| last.ends_with("+}"));
    let is_long_enough = path.len() >= template.len();
    if !is_long_enough || (!is_greedy && path.len() != template.len()) {
        return None;
    }
    let ranks = template.iter().zip(&path).map(|(part, found)| match part {
        part if part.ends_with("+}") => Some(2),
        part if part.starts_with('{') => Some(1),
        part => (part == found).then_some(0),
    });
    ranks.collect()
}

/// The route whose authorisation API Gateway checks: the resource that fits best, on it the
/// request's own method and else ANY; a resource that has neither leaves it to a greedy one.
fn authorised(api: &Api, method: &str, path: &str) -> Option<usize> {
    let mut fits: Vec<_> = api
        .iter()
        .filter_map(|(_, template, _)| Some((fit(template, path)?, *template)))
        .collect();
    fits.sort();
    let best = fits.first()?.1;
    let fallbacks = fits
        .iter()
        .map(|(_, template)| *template)
        .filter(|template| template.ends_with("+}"));
    std::iter::once(best).chain(fallbacks).find_map(|resource| {
        let with = |wanted: &str| {
            api.iter()
                .position(|(method, template, _)| *method == wanted && *template == resource)
        };
        with(method).or_else(|| with("ANY"))
    })
}

fn routes_file(api: &Api) -> String {
    let routes: Vec<Value> = api
        .iter()
        .enumerate()
        .map(|(place, (method, path, kind))| match *kind {
            "reply" => json!({"method": method, "path": path, "reply": place}),
            "task" => json!({"method": method, "path": path, "task": {"names": [place.to_string()]}}),
            "fixed" => json!({"method": method, "path": path, "task": {"names": ["fixed"], "args": [place]}}),
            _ => json!({"method": method, "path": path, "reply": "custom code was not asked"}),
        })
        .collect();
    json!({"version": 1, "queue_visibility_timeout": 30, "routes": routes}).to_string()
}

/// The place of the route that the function runs.
fn served(api: &Api, method: &str, resource: &str) -> Option<usize> {
    let custom = |request: &ApiRequest, _: &Context<'_>| {
        let is_it = |(method, path, kind): &(&str, &str, &str)| {
            *kind == "custom" && request.route_key == format!("{method} {path}")
        };
        let place = api.iter().position(is_it)?;
        Some(Decision::Answer(Answer::json(200, &json!(place))))
    };
    let context = Context {
        queue_name: "q.fifo",
        origin: "test",
        keeps_results: false,
        owner: None,
        now: NOW,
        new_id: &Uuid::new_v4,
    };
    let parameters: serde_json::Map<_, _> = segments(resource)
        .iter()
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| (name.trim_end_matches('+').to_owned(), json!("7")))
        .collect();
    let event = json!({"httpMethod": method, "resource": resource, "pathParameters": parameters});
    let event: ApiEvent = serde_json::from_value(event).unwrap();
    match decide_with(
        custom,
        &Routes::parse(&routes_file(api)).unwrap(),
        event,
        &context,
    ) {
        Decision::Answer(answer) if answer.status == 404 => None,
        Decision::Answer(answer) => Some(answer.body.parse().unwrap()),
        Decision::OneAndWait(..) | Decision::Result(_) => panic!("there is no such route"),
        Decision::One(message) => {
            let task = envelope(&message)["headers"]["task"]
                .as_str()
                .unwrap()
                .to_owned();
            let inner: Value = serde_json::from_str(&inner(&message)).unwrap();
            let place = if task == "fixed" {
                inner[0][0].to_string()
            } else {
                task
            };
            Some(place.parse().unwrap())
        }
        Decision::Many(_) => panic!("nothing asked for several"),
    }
}

#[test]
fn any_takes_only_what_no_other_method_of_the_path_has() {
    for method in METHODS {
        for (of_any, of_method) in KINDS
            .iter()
            .flat_map(|any| KINDS.map(|other| (*any, other)))
        {
            let any = ("ANY", "/x/{id}", of_any);
            let own = (method, "/x/{id}", of_method);
            for api in [vec![any, own], vec![own, any]] {
                for asked in METHODS {
                    let wanted = authorised(&api, asked, "/x/7");
                    assert_eq!(served(&api, asked, "/x/{id}"), wanted, "{asked} on {api:?}");
                    assert_eq!(api[wanted.unwrap()] == own, asked == method);
                }
            }
        }
    }
}

#[test]
fn every_order_of_the_file_serves_what_was_authorised() {
    let mut api: Api = vec![
        ("ANY", "/{proxy+}", "reply"),
        ("POST", "/a", "task"),
        ("GET", "/a/{id}", "custom"),
        ("ANY", "/a/{id}", "fixed"),
        ("POST", "/a/b", "task"),
        ("OPTIONS", "/a/{id}/{rest+}", "reply"),
    ];
    for turn in 0..api.len() * 2 {
        api.rotate_left(1);
        if turn == api.len() {
            api.reverse();
        }
        for path in [
            "/", "/a", "/a/b", "/a/c", "/a/c/d", "/a/c/d/e", "/z", "/z/a",
        ] {
            for method in METHODS {
                let Some(wanted) = authorised(&api, method, path) else {
                    continue;
                };
                let found = served(&api, method, api[wanted].1);
                assert_eq!(found, Some(wanted), "{method} {path} on {api:?}");
            }
        }
    }
}

#[test]
fn what_api_gateway_cannot_have_let_in_has_no_route() {
    let api: Api = KINDS
        .map(|kind| ("ANY", "/x", kind))
        .into_iter()
        .take(1)
        .collect();
    for kind in KINDS {
        let api: Api = api
            .iter()
            .map(|(method, path, _)| (*method, *path, kind))
            .collect();
        for method in [
            "get", "Post", "ANY", "any", "TRACE", "CONNECT", "PROPFIND", "",
        ] {
            assert_eq!(served(&api, method, "/x"), None, "{method} on {kind}");
        }
        for resource in ["/", "/x/", "x", "/X", "/{x}", ""] {
            assert_eq!(served(&api, "GET", resource), None, "{resource} on {kind}");
        }
    }
    // A HEAD is no GET.
    assert_eq!(served(&vec![("GET", "/x", "reply")], "HEAD", "/x"), None);
}

#[test]
fn a_file_that_leaves_the_choice_open_is_refused() {
    for (api, reason) in [
        (
            vec![("GET", "/x", "reply"), ("GET", "/x", "task")],
            "comes twice",
        ),
        (
            vec![("ANY", "/x", "fixed"), ("ANY", "/x", "fixed")],
            "comes twice",
        ),
        (
            vec![("GET", "/x/{a}", "reply"), ("POST", "/x/{b}", "reply")],
            "only the names differ from those of /x/{a}",
        ),
        (vec![("get", "/x", "reply")], "no such method"),
        (vec![("TRACE", "/x", "reply")], "no such method"),
    ] {
        let error = Routes::parse(&routes_file(&api)).unwrap_err().to_string();
        assert!(error.contains(reason), "{api:?}: {error}");
    }
}
