//! `gatewayq delete`

use super::Failure;
use super::confirm::confirm;
use super::converge::{Converged, converge};
use super::session::Session;
use crate::cli::{Delete, Global};
use crate::engine::{Action, Goal, Plan};
use crate::output::{Printer, elapsed, plan_text};
use crate::stack::Purpose;
use serde_json::json;

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

fn kept(converged: &Converged) -> Vec<(String, String)> {
    let retained = converged
        .plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Retain { reason } => {
                Some((format!("{} {}", step.kind, step.name), reason.clone()))
            }
            _ => None,
        });
    retained.collect()
}
