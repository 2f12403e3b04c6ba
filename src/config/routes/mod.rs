//! `[[route]]`: the routes, one by one and all together.

mod conflicts;
mod path;
pub(super) mod route;
mod task;
mod task_keys;

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::keys::Node;
use super::problems::Problems;
use super::settings::Route;
use path::Path;

/// Resources of one REST API (API Gateway quotas). Routes are held to the same number, which
/// keeps a deploy within API Gateway's slow control plane.
const ROUTES_MAX: usize = 300;

/// A route that was read, with what only the checks need.
struct Placed {
    route: Route,
    path: Path,
    /// Where the path stands.
    span: Range<usize>,
}

/// The stage's routes if it has any, or else the base's. Both are checked.
pub(super) fn read<'i>(
    root: &DeTable<'i>,
    stage: Option<&DeTable<'i>>,
    problems: &mut Problems,
) -> Vec<Route> {
    let lists = stage.into_iter().chain([root]);
    let nodes: Vec<&Node<'i>> = lists.filter_map(|table| table.get("route")).collect();
    if nodes.is_empty() {
        problems.report(0..0, "there is no route; write at least one [[route]]");
    }
    let read: Vec<Vec<Route>> = nodes
        .into_iter()
        .map(|node| read_list(node, problems))
        .collect();
    read.into_iter().next().unwrap_or_default()
}

fn read_list<'i>(node: &Node<'i>, problems: &mut Problems) -> Vec<Route> {
    let DeValue::Array(list) = node.get_ref() else {
        problems.refuse("route", node.span(), "sections of their own: [[route]]");
        return Vec::new();
    };
    if list.is_empty() || list.len() > ROUTES_MAX {
        let message = format!("{} routes; allowed: 1 to {ROUTES_MAX}", list.len());
        problems.report(node.span(), message);
        return Vec::new();
    }
    let placed: Vec<Placed> = list
        .iter()
        .filter_map(|node| route::read(node, problems))
        .collect();
    conflicts::check(&placed, ROUTES_MAX, problems);
    placed.into_iter().map(|placed| placed.route).collect()
}
