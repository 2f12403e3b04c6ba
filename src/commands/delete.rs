//! `gatewayq delete`

use super::Failure;
use super::confirm::confirm;
use super::converge::{converge, retained};
use super::session::Session;
use crate::cli::{Delete, Global};
use crate::engine::{Goal, Plan};
use crate::output::{Printer, elapsed, plan_text};
use crate::stack::Purpose;
use serde::Serialize;
use std::cell::Cell;

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
    kept: Vec<Kept<'a>>,
}

/// A resource that stays on purpose.
#[derive(Serialize)]
struct Kept<'a> {
    /// Kind and name.
    resource: String,
    reason: &'a str,
}

pub async fn run(global: &Global, printer: &Printer, arguments: &Delete) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let name = session.names().base();
    let asked = Cell::new(arguments.yes);
    let ask = async |plan: &Plan| {
        if asked.replace(true) || plan.is_empty() {
            return Ok(());
        }
        let question = format!(
            "Delete all of {name} in {}, with what is in its queues?",
            session.runtime.aws.region
        );
        confirm(printer, &plan_text(plan), &question)
    };
    let converged = converge(&session, &Purpose::Delete, Goal::Absent, ask).await?;
    let kept = retained(&converged.plan);
    let kept: Vec<Kept> = kept
        .map(|(resource, reason)| Kept { resource, reason })
        .collect();
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
