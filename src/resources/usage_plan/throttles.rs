//! The limits that a usage plan has for single routes of a stage.
//!
//! AWS keeps them by `path/METHOD` (API Gateway API reference, "ApiStage"), `/tasks/POST`; here a
//! route is `POST /tasks`, as in gatewayq.toml, and each limit a line: `POST /tasks rateLimit`.

use super::super::control_plane::patch_operation;
use super::state::State;
use crate::config::settings::Throttle;
use aws_sdk_apigateway::types::{ApiStage, Op, PatchOperation};
use std::collections::{BTreeMap, BTreeSet};

const RATE: &str = "rateLimit";
const BURST: &str = "burstLimit";

/// `POST /tasks` as AWS's key, `/tasks/POST`.
pub(super) fn key(route: &str) -> String {
    let (method, path) = route.split_once(' ').unwrap_or((route, ""));
    format!("{path}/{method}")
}

/// AWS's key as a route. The slashes of the path may be written `~1` (RFC 6901).
fn route(key: &str) -> String {
    let key = key.replace("~1", "/");
    let (path, method) = key.rsplit_once('/').unwrap_or(("", &key));
    let path = path.trim_start_matches('/');
    format!("{method} /{path}")
}

fn lines(route: &str, rate: f64, burst: i32) -> [(String, String); 2] {
    [
        (format!("{route} {RATE}"), rate.to_string()),
        (format!("{route} {BURST}"), burst.to_string()),
    ]
}

/// The limits that a stage of the plan has.
pub(super) fn found(stage: &ApiStage) -> BTreeMap<String, String> {
    let limits = stage.throttle().into_iter().flatten();
    let limits = limits
        .flat_map(|(key, limits)| lines(&route(key), limits.rate_limit(), limits.burst_limit()));
    limits.collect()
}

/// The limits that gatewayq.toml says.
pub(super) fn wanted(routes: &BTreeMap<String, Throttle>) -> BTreeMap<String, String> {
    let limits = routes.iter();
    let limits = limits.flat_map(|(route, limits)| lines(route, limits.rate, limits.burst));
    limits.collect()
}

/// What leads from the limits found to those wanted, for the stage `API id:stage name`. A route's go
/// as one; they are set by `replace` alone, whether there were any or not.
pub(super) fn patches(stage: &str, found: &State, wanted: &State) -> Vec<PatchOperation> {
    let routes = |state: &State| -> BTreeSet<String> {
        let lines = state.routes.keys();
        let routes = lines.filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned()));
        routes.collect()
    };
    let differing = wanted.routes.iter();
    let differing = differing.filter(|(line, limit)| found.routes.get(*line) != Some(*limit));
    let set = differing.filter_map(|(line, limit)| {
        let (route, name) = line.rsplit_once(' ')?;
        let path = format!("{}/{name}", pointer(stage, route));
        Some(patch_operation(Op::Replace, &path, Some(limit.clone())))
    });
    let (before, after) = (routes(found), routes(wanted));
    let gone = before.difference(&after);
    let gone = gone.map(|route| patch_operation(Op::Remove, &pointer(stage, route), None));
    set.chain(gone).collect()
}

/// The path of a route's limits in a patch: the slashes of its own path are escaped (API Gateway API
/// reference, "UpdateUsagePlan").
fn pointer(stage: &str, route: &str) -> String {
    let (method, path) = route.split_once(' ').unwrap_or((route, ""));
    let path = path.replace('/', "~1");
    format!("/apiStages/{stage}/throttle/{path}/{method}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_found_again_by_its_key() {
        for (name, aws) in [
            ("POST /tasks", "/tasks/POST"),
            ("GET /orders/{id}", "/orders/{id}/GET"),
            ("ANY /", "//ANY"),
        ] {
            assert_eq!(key(name), aws);
            assert_eq!(route(aws), name);
        }
        assert_eq!(route("~1orders~1{id}/GET"), "GET /orders/{id}");
        assert_eq!(route("~1/GET"), "GET /");
    }

    #[test]
    fn a_patch_names_the_route_in_one_segment_and_its_method() {
        assert_eq!(
            pointer("a1:dev", "GET /orders/{id}"),
            "/apiStages/a1:dev/throttle/~1orders~1{id}/GET"
        );
    }
}
