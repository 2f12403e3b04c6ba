//! `gatewayq delete`

use super::Failure;
use super::confirm::confirm;
use super::converge::{Converged, converge};
use super::session::Session;
use crate::cli::{Delete, Global};
use crate::engine::{Action, Goal, Plan};
use crate::output::{Printer, elapsed, plan_text};
use crate::stack::Purpose;
use serde::Serialize;

/// What `delete --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    app: &'a str,
    stage: &'a str,
    /// The account's number, 12 digits.
    account: &'a str,
    region: &'a str,
    /// How many resources were deleted; 0 where the stage was not deployed.
    deleted: usize,
    kept: Vec<Kept>,
}

/// A resource that stays on purpose.
#[derive(Serialize)]
struct Kept {
    /// Kind and name.
    resource: String,
    reason: String,
}

pub async fn run(global: &Global, printer: &Printer, arguments: &Delete) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let name = session.names().base();
    let ask = async |plan: &Plan| {
        if arguments.yes || plan.is_empty() {
            return Ok(());
        }
        let question = format!(
            "Delete all of {name} in {}, with what is in its queues?",
            session.runtime.aws.region
        );
        confirm(printer, &plan_text(plan), &question)
    };
    let converged = converge(&session, &Purpose::Delete, Goal::Absent, ask).await?;
    let kept = kept(&converged);
    let deleted = converged.count("deleted");
    let mut text = match deleted {
        0 => format!(
            "{name} is not deployed in {}: nothing to delete",
            session.runtime.aws.region
        ),
        _ => format!(
            "{name} is deleted: {deleted} resources ({})",
            elapsed(converged.took)
        ),
    };
    for Kept { resource, reason } in &kept {
        text += &format!("\nkept on purpose: {resource}: {reason}");
    }
    let report = Report {
        app: &session.settings.app,
        stage: &session.settings.stage,
        account: &session.runtime.aws.identity.account,
        region: &session.runtime.aws.region,
        deleted,
        kept,
    };
    printer.result(&report, &text);
    Ok(())
}

fn kept(converged: &Converged) -> Vec<Kept> {
    let retained = converged
        .plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Retain { reason } => Some(Kept {
                resource: format!("{} {}", step.kind, step.name),
                reason: reason.clone(),
            }),
            _ => None,
        });
    retained.collect()
}
