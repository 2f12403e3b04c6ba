//! `gatewayq plan`

use super::converge::{permitted, survey};
use super::session::{Session, settings};
use super::{Failure, code};
use crate::cli::{self, Global};
use crate::engine::Goal;
use crate::output::{Printer, plan_text};
use serde_json::json;

pub async fn run(global: &Global, printer: &Printer, arguments: &cli::Plan) -> Result<(), Failure> {
    let session = Session::with(global, printer, settings(global)?).await?;
    let prepared = code::prepare(global, &session, &arguments.code).await?;
    let (_, plan) = survey(
        &session,
        &prepared.purpose,
        Goal::Present { replace: false },
    )
    .await?;
    let work = plan
        .steps
        .iter()
        .filter(|step| step.action.is_work())
        .count();
    let text = match work {
        0 => format!(
            "{} is as {} says: nothing to do",
            session.names().base(),
            super::session::FILE
        ),
        _ => format!(
            "{}\n\n{work} to do, {} to keep",
            plan_text(&plan),
            plan.steps.len() - work
        ),
    };
    let json = json!({
        "stage": session.settings.stage,
        "empty": plan.is_empty(),
        "handler": prepared.handler_json(),
        "steps": plan.steps,
    });
    let text = format!("{text}\nhandler: {}", prepared.handler_text());
    printer.result(&json, &text);
    if plan.foreign().next().is_some() {
        permitted(&plan)?;
    }
    if arguments.check && work > 0 {
        Err(Failure::Differs)
    } else {
        Ok(())
    }
}
