//! What was planned beside what would be done now, in words.

use super::Planned;
use crate::engine::{Action, Change};
use std::collections::BTreeSet;

/// A paragraph for each resource whose step is another, in the order of the plan.
pub(super) fn differences(planned: &[Planned], now: &[Planned]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let both = planned.iter().chain(now);
    let resources = both.filter(|step| seen.insert((&step.kind, &step.name)));
    let different = resources.filter_map(|step| {
        let (before, after) = (of(planned, step), of(now, step));
        (before != after).then(|| paragraph(step, before, after))
    });
    different.collect()
}

pub(super) fn of<'a>(steps: &'a [Planned], like: &Planned) -> Option<&'a Action> {
    let mut steps = steps.iter();
    let same = steps.find(|step| step.kind == like.kind && step.name == like.name);
    same.map(|step| &step.action)
}

/// `planned` and `now` are `None` where the resource has no part in that plan.
pub(super) fn paragraph(step: &Planned, planned: Option<&Action>, now: Option<&Action>) -> String {
    let (planned, now) = (words(planned), words(now));
    format!(
        "{} {}\n    planned: {planned}\n    now:     {now}",
        step.kind, step.name
    )
}

fn words(action: Option<&Action>) -> String {
    match action {
        None => "nothing, it is not in the plan".to_owned(),
        Some(Action::Create) => "create".to_owned(),
        Some(Action::Delete) => "delete".to_owned(),
        Some(Action::Keep) => "keep".to_owned(),
        Some(Action::Update { changes }) => format!("update {}", list(changes)),
        Some(Action::Replace { changes, .. }) => format!("replace {}", list(changes)),
        Some(Action::Retain { reason, .. }) => format!("retain, {reason}"),
        Some(Action::Foreign { reason, .. }) => format!("not this stage's, {reason}"),
    }
}

fn list(changes: &[Change]) -> String {
    let change = |change: &Change| {
        let value = |value: &Option<String>| {
            let text = value.as_deref().unwrap_or("nothing");
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        format!(
            "{}: {} → {}",
            change.field,
            value(&change.before),
            value(&change.after)
        )
    };
    let changes: Vec<String> = changes.iter().map(change).collect();
    changes.join(", ")
}
