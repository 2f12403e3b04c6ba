//! What routes cannot be beside each other.

use std::collections::{BTreeMap, BTreeSet};

use super::Placed;
use super::path::variable;
use crate::config::problems::Problems;

/// Tells of routes that are there twice, of path variables in each other's way, and of too many
/// resources. `ANY` beside a method on the same path is fine: the method goes first.
pub(super) fn check(routes: &[Placed], resources_max: usize, problems: &mut Problems) {
    check_twice(routes, problems);
    check_variables(routes, problems);
    check_count(routes, resources_max, problems);
}

fn check_twice(routes: &[Placed], problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    for placed in routes {
        let key = (&placed.route.method, &placed.route.path);
        if let Some(first) = seen.get(&key) {
            let message = format!(
                "{} {} is already in line {}; allowed: each method once on a path",
                key.0,
                key.1,
                problems.line(*first)
            );
            problems.report(placed.span.clone(), message);
        } else {
            seen.insert(key, placed.span.start);
        }
    }
}

/// API Gateway has one variable child below a resource: beside `/a/{x}` there is no `/a/{y}`.
fn check_variables(routes: &[Placed], problems: &mut Problems) {
    let mut seen: BTreeMap<&[String], (&str, usize)> = BTreeMap::new();
    for placed in routes {
        for (depth, part) in placed.path.parts.iter().enumerate() {
            let Some(parent) = placed.path.parts.get(..depth) else {
                continue;
            };
            if variable(part).is_none() {
                continue;
            }
            let (first, line) = *seen
                .entry(parent)
                .or_insert((part.as_str(), problems.line(placed.span.start)));
            if first != part {
                let message = format!(
                    "`{part}` stands where line {line} has `{first}`; API Gateway allows one \
                     variable at a place"
                );
                problems.report(placed.span.clone(), message);
            }
        }
    }
}

/// Each distinct beginning of a path is a resource of its own, the root included.
fn check_count(routes: &[Placed], max: usize, problems: &mut Problems) {
    let mut resources: BTreeSet<&[String]> = BTreeSet::from([[].as_slice()]);
    for placed in routes {
        let parts = &placed.path.parts;
        resources.extend((0..=parts.len()).filter_map(|depth| parts.get(..depth)));
        if resources.len() > max {
            let message = format!(
                "the paths up to this one need more than {max} resources; API Gateway allows \
                 {max} for an API, and each part of a path is one"
            );
            problems.report(placed.span.clone(), message);
            return;
        }
    }
}
