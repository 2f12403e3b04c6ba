//! What a deploy may not do while two versions are live at once, or to have them.

use super::Failure;
use crate::engine::{Action, Change, Plan};
use crate::output::Printer;
use crate::resources::ROLLED_BACK;

/// # Errors
/// A canary is in flight that the plan would end; or one is wanted where that cannot be.
pub(crate) fn permitted(
    plan: &Plan,
    canary: Option<u8>,
    printer: &Printer,
    flags: &str,
) -> Result<(), Failure> {
    if let Some(canary) = in_flight(plan) {
        return Err(Failure::failed(format!(
            "{canary}. Nothing was changed\n  \
             help: `gatewayq promote{flags}` makes it live for all, `gatewayq rollback{flags}` ends it; then deploy again"
        )));
    }
    if canary.is_some() {
        beside(plan, flags)?;
    }
    let back = changes(plan, "alias")
        .filter_map(|change| change.before.as_ref()?.strip_suffix(ROLLED_BACK));
    for version in back {
        printer.note(&format!(
            "a rollback made version {version} live; this deploy goes forward again"
        ));
    }
    Ok(())
}

/// The canary that the plan would end, in words.
pub(crate) fn in_flight(plan: &Plan) -> Option<String> {
    let mut ended = changes(plan, "alias").filter(|change| change.after.is_none());
    ended.find_map(|change| {
        let version = change.field.strip_prefix("RoutingConfig ")?;
        let share = change.before.as_deref()?;
        Some(format!(
            "a canary is in flight: version {version} takes {share} of the requests"
        ))
    })
}

/// Whether the new version can be live beside the one that is.
fn beside(plan: &Plan, flags: &str) -> Result<(), Failure> {
    let mut steps = plan.steps.iter();
    if steps.any(|step| step.kind == "alias" && step.action == Action::Create) {
        return Err(Failure::failed(format!(
            "there is no live version that a canary could stand beside. Nothing was changed\n  \
             help: `gatewayq deploy{flags}` makes the first one"
        )));
    }
    let gone = changes(plan, "routes").find(|change| change.after.is_none());
    match gone {
        Some(route) => Err(Failure::failed(format!(
            "the new version does not have {}, which stays until the canary is promoted: some requests for it would fail. \
             Nothing was changed\n  help: deploy it without --canary, or keep the route for now",
            route.field
        ))),
        None => Ok(()),
    }
}

/// The changes of the resources of this kind.
fn changes<'a>(plan: &'a Plan, kind: &'static str) -> impl Iterator<Item = &'a Change> {
    let steps = plan.steps.iter().filter(move |step| step.kind == kind);
    let changes = steps.filter_map(|step| match &step.action {
        Action::Update { changes } | Action::Replace { changes, .. } => Some(changes),
        _ => None,
    });
    changes.flatten()
}
