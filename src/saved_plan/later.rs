//! The later rounds of a deploy that has a plan: after a conflict all is looked at and planned again.

use super::{Planned, words};
use crate::engine::{Action, Change};

/// The steps of `now` that would do something that `planned` does not have, a paragraph each.
pub(super) fn unplanned(planned: &[Planned], now: &[Planned]) -> Vec<String> {
    let has_work = planned.iter().any(|step| step.action.is_work());
    let work = now.iter().filter(|step| step.action.is_work());
    let other = work.filter_map(|step| {
        let before = words::of(planned, step);
        let is_part = before.is_some_and(|before| completes(before, &step.action))
            || (has_work && publishes(step));
        (!is_part).then(|| words::paragraph(step, before, Some(&step.action)))
    });
    other.collect()
}

/// Whether `now` is what is left of `planned`. What was made a moment ago may have to be completed, and an update may be
/// half made; but a field that has another value than both planned and wanted was set by somebody else.
fn completes(planned: &Action, now: &Action) -> bool {
    match (planned, now) {
        (Action::Create, Action::Create | Action::Update { .. })
        | (Action::Replace { .. }, Action::Create | Action::Update { .. })
        | (Action::Delete, Action::Delete) => true,
        (Action::Update { changes: planned }, Action::Update { changes: now })
        | (
            Action::Replace {
                changes: planned, ..
            },
            Action::Replace { changes: now, .. },
        ) => now.iter().all(|change| planned.contains(change)),
        _ => false,
    }
}

/// Whether it makes the stage serve the API as it is: that follows from any other step. A default endpoint that was
/// switched counts with the next deployment, so the first plan has none for it.
fn publishes(step: &Planned) -> bool {
    let only = |changes: &[Change], fields: &[&str]| {
        let mut changes = changes.iter();
        changes.all(|change| fields.contains(&change.field.as_str()))
    };
    match (step.kind.as_str(), &step.action) {
        ("deployment", Action::Create) => true,
        ("deployment", Action::Update { changes }) => only(changes, &["definition"]),
        ("served deployment", Action::Update { changes }) => {
            only(changes, &["deploymentId", "old deployment"])
        }
        _ => false,
    }
}
