//! `gatewayq delete`

use super::Failure;
use super::confirm::confirm;
use super::converge::{converge, retained};
use super::session::Session;
use crate::cli::{Delete, Global};
use crate::engine::{Goal, Plan};
use crate::output::{Printer, elapsed, plan_text};
use crate::stack::Purpose;
use serde_json::json;
use std::cell::Cell;

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
    let kept: Vec<(String, &str)> = retained(&converged.plan).collect();
    let deleted = converged.count("deleted");
    let result = json!({
        "app": session.settings.app,
        "stage": session.settings.stage,
        "account": session.runtime.aws.identity.account,
        "region": session.runtime.aws.region,
        "deleted": deleted,
        "kept": kept.iter().map(|(what, reason)| json!({"resource": what, "reason": reason})).collect::<Vec<_>>(),
    });
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
    for (what, reason) in &kept {
        text += &format!("\nkept on purpose: {what}: {reason}");
    }
    printer.result(&result, &text);
    Ok(())
}
