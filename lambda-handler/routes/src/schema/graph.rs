//! Schemas that are applied to the same value, one within the other.

use super::Id;
use super::rule::Rule;

/// A schema that leads back to itself without a step into the value, so that a check would never end.
pub(super) fn endless(schemas: &[Vec<Rule>]) -> Option<Id> {
    let beside: Vec<Vec<Id>> = schemas
        .iter()
        .map(|rules| rules.iter().flat_map(on_same_value).collect())
        .collect();
    let mut ends = vec![false; schemas.len()];
    // One that leads only to those that end, ends. In most schemas that is found in the first rounds.
    loop {
        let is_new = |id: &Id| !ends[*id] && beside[*id].iter().all(|other| ends[*other]);
        let found: Vec<Id> = (0..schemas.len()).filter(is_new).collect();
        if found.is_empty() {
            return ends.iter().position(|ends| !ends);
        }
        found.into_iter().for_each(|id| ends[id] = true);
    }
}

/// The schemas that a rule applies to the value that it was applied to.
fn on_same_value(rule: &Rule) -> Vec<Id> {
    match rule {
        Rule::Ref(id) | Rule::Not(id) | Rule::DependentSchema(_, id) => vec![*id],
        Rule::AllOf(ids) | Rule::AnyOf(ids) | Rule::OneOf(ids) => ids.clone(),
        Rule::If {
            test,
            then,
            or_else,
        } => [Some(*test), *then, *or_else]
            .into_iter()
            .flatten()
            .collect(),
        _ => Vec::new(),
    }
}
