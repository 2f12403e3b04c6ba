//! `[[route]]`: the routes all together, and what they cannot be beside each other.

use std::collections::{BTreeMap, BTreeSet};

use gatewayq_routes::ANY;
use toml::de::{DeTable, DeValue};

use super::authorizers::Authorizers;
use super::body::{self, Schemas};
use super::diagnostics::Problems;
use super::field::TomlNode;
use super::owners;
use super::path::resources;
use super::route::{self, Placed};
use super::section::Section;
use super::settings::{Action, Auth, Authorizer, Results, Route, TaskOption};

/// The method of a preflight.
const OPTIONS: &str = "OPTIONS";

/// Resources of one REST API (API Gateway quotas). Routes are held to the same number, which
/// keeps a deploy within API Gateway's slow control plane.
pub(super) const ROUTES_MAX: usize = 300;

/// All routes of a file by method and path, `POST /tasks`: whether one asks for an API key.
pub(super) type Named = BTreeMap<String, bool>;

/// The routes of these tables, of the base and of all stages. What is wrong with one is for [`read`]
/// to report.
pub(super) fn named<'a, 'i: 'a>(tables: impl Iterator<Item = &'a DeTable<'i>>) -> Named {
    let lists = tables.filter_map(|table| table.get("route")?.get_ref().as_array());
    let mut named = Named::new();
    for route in lists.flat_map(|list| list.iter()) {
        let Some(route) = route.get_ref().as_table() else {
            continue;
        };
        let text = |key| route.get(key).and_then(|node| node.get_ref().as_str());
        if let (Some(method), Some(path)) = (text("method"), text("path")) {
            let api_key = route.get("api_key");
            let has_key = api_key.and_then(|node| node.get_ref().as_bool()) != Some(false);
            *named.entry(format!("{method} {path}")).or_default() |= has_key;
        }
    }
    named
}

/// What of the rest of a stage routes are held to.
pub(super) struct Beside<'a> {
    pub(super) has_cors: bool,
    pub(super) authorizers: &'a Authorizers,
    /// How results are kept; `None` where they are not.
    pub(super) results: Option<&'a Results>,
    /// Seconds; the function's.
    pub(super) timeout: i32,
}

/// The first layer's routes, the stage's before the base's. All are checked.
/// With `has_cors` those that count have to be open to preflights. The authorizers that they name
/// have to be among `authorizers`.
pub(super) fn read(
    layers: &[&DeTable<'_>],
    beside: &Beside<'_>,
    schemas: &mut Schemas,
    problems: &mut Problems,
) -> Vec<Route> {
    let nodes = layers.iter().filter_map(|table| table.get("route"));
    let read = nodes.enumerate().map(|(layer, node)| {
        let mut routes = read_list(node, problems);
        body::read(&mut routes, schemas, problems);
        check_authorizers(&routes, beside.authorizers, problems);
        if beside.has_cors && layer == 0 {
            check_preflights(&routes, problems);
        }
        if layer == 0 {
            check_results(&routes, beside, problems);
            if beside.results.is_some_and(|results| results.result_owner) {
                owners::check(&routes, beside.authorizers, problems);
            }
        }
        routes.into_iter().map(|placed| placed.route).collect()
    });
    let read: Vec<Vec<Route>> = read.collect();
    if read.is_empty() {
        problems.report(0..0, "there is no route; write at least one [[route]]");
    }
    read.into_iter().next().unwrap_or_default()
}

fn read_list(node: &TomlNode<'_>, problems: &mut Problems) -> Vec<Placed> {
    let DeValue::Array(list) = node.get_ref() else {
        problems.refuse("route", node.span(), "sections of their own: [[route]]");
        return Vec::new();
    };
    if list.is_empty() || list.len() > ROUTES_MAX {
        let message = format!("{} routes; allowed: 1 to {ROUTES_MAX}", list.len());
        problems.report(node.span(), message);
        return Vec::new();
    }
    let routes = list.iter().filter_map(|node| read_one(node, problems));
    let routes: Vec<Placed> = routes.collect();
    check_twice(&routes, problems);
    check_variables(&routes, problems);
    check_count(&routes, problems);
    routes
}

fn read_one(node: &TomlNode<'_>, problems: &mut Problems) -> Option<Placed> {
    if !node.get_ref().is_table() {
        problems.refuse("route", node.span(), "sections of their own: [[route]]");
        return None;
    }
    Section::read("[[route]]", vec![node], problems, route::read)
}

/// `ANY` beside a method on the same path is fine: the method goes first.
fn check_twice(routes: &[Placed], problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    for Placed { route, span, .. } in routes {
        let (method, path) = (&route.method, &route.path);
        let first = *seen.entry((method, path)).or_insert(span.start);
        if first != span.start {
            let message = format!(
                "{method} {path} is already in line {}; allowed: each method once on a path",
                problems.line(first)
            );
            problems.report(span.clone(), message);
        }
    }
}

/// API Gateway has one variable child below a resource: beside `/a/{x}` there is no `/a/{y}`.
fn check_variables(routes: &[Placed], problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    for Placed { route, span, .. } in routes {
        let children = resources(&route.path).filter_map(|child| child.rsplit_once('/'));
        for (parent, part) in children.filter(|(_, part)| part.starts_with('{')) {
            let (first, start) = *seen.entry(parent).or_insert((part, span.start));
            if first != part {
                let message = format!(
                    "`{part}` stands where line {} has `{first}`; API Gateway allows one variable \
                     at a place",
                    problems.line(start)
                );
                problems.report(span.clone(), message);
            }
        }
    }
}

/// A browser sends a preflight without signature and key. A method for it beside `ANY` would be a way
/// around what `ANY` asks for, should the function take the request for one of `ANY`.
fn check_preflights(routes: &[Placed], problems: &mut Problems) {
    for Placed { route, span, .. } in routes {
        let is_open = route.auth == Auth::None && !route.api_key;
        if route.method != ANY || is_open {
            continue;
        }
        let beside = routes.iter().map(|placed| &placed.route);
        let mut beside = beside.filter(|other| other.path == route.path);
        if beside.clone().any(|other| other.cors) && beside.all(|other| other.method != OPTIONS) {
            let message = format!(
                "ANY {} asks preflights for a signature or a key, which browsers do not send; \
                 allowed with [api.cors]: single methods, an OPTIONS route beside it, or \
                 `cors = false` for all routes of the path",
                route.path
            );
            problems.report(span.clone(), message);
        }
    }
}

/// A route's authorizer has a section, and scopes are Cognito's.
fn check_authorizers(routes: &[Placed], authorizers: &Authorizers, problems: &mut Problems) {
    for placed in routes {
        let name = placed.route.auth.authorizer();
        let found = name.map(|name| authorizers.get(name));
        if let (Some(name), Some(None)) = (name, found) {
            let message = format!(
                "`auth` is \"{name}\", and there is no section [authorizers.{name}]; allowed: \
                 \"iam\", \"none\", the name of such a section"
            );
            problems.report(placed.auth.clone(), message);
        }
        let may_have_scopes = match found {
            None => false,
            Some(Some(Some(authorizer))) => matches!(authorizer, Authorizer::Cognito { .. }),
            // What is wrong with it is told elsewhere.
            Some(_) => true,
        };
        if placed.route.scopes.is_some() && !may_have_scopes {
            let message = "`scopes` only goes with an authorizer of `type = \"cognito\"`";
            problems.report(placed.scopes.clone(), message);
        }
    }
}

/// Results have to be kept, and the function has to outlive the wait for one.
fn check_results(routes: &[Placed], beside: &Beside<'_>, problems: &mut Problems) {
    for Placed { route, result, .. } in routes {
        let (key, wait) = match &route.action {
            Action::Result => ("result", None),
            Action::Task(task) if task.wait.is_some() => ("wait", task.wait),
            Action::Task(_) | Action::Reply(_) => continue,
        };
        if beside.results.is_none() {
            let message = format!(
                "`{key}` is about results, which the stage does not keep; write a section [results], or take \
                 `{key}` away"
            );
            problems.report(result.clone(), message);
        }
        if let Action::Task(task) = &route.action
            && task.options.contains(&TaskOption::TaskId)
            && beside.results.is_some_and(|results| !results.result_owner)
        {
            let message = "with `wait` and the option `task_id` a caller who names another's task is answered its \
                           result; allowed: `result_owner = true` in [results], or only one of the two";
            problems.report(result.clone(), message);
        }
        let timeout = beside.timeout;
        if let Some(wait) = wait.filter(|wait| *wait >= u64::from(timeout.unsigned_abs())) {
            let message = format!(
                "`wait` is {wait}, and `[function] timeout` is {timeout}; allowed: less, for the function to answer \
                 in time (`timeout = {}`)",
                wait + 2
            );
            problems.report(result.clone(), message);
        }
    }
}

fn check_count(routes: &[Placed], problems: &mut Problems) {
    let mut needed = BTreeSet::from([""]);
    for Placed { route, span, .. } in routes {
        needed.extend(resources(&route.path));
        if needed.len() > ROUTES_MAX {
            let message = format!(
                "the paths up to this one need more than {ROUTES_MAX} resources; API Gateway \
                 allows {ROUTES_MAX} for an API, and each part of a path is one"
            );
            problems.report(span.clone(), message);
            return;
        }
    }
}
