//! `gatewayq plan`

use super::Failure;
use super::code::{self, HandlerReport};
use super::converge::{permitted, survey};
use super::session::{Session, settings};
use crate::cli::{self, Global};
use crate::engine::{Goal, Step};
use crate::output::{Printer, plan_text};
use serde::Serialize;

/// What `plan --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    stage: &'a str,
    /// True where deploy would change nothing.
    empty: bool,
    handler: HandlerReport<'a>,
    /// Every resource, in the order in which they depend on each other.
    steps: &'a [Step],
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &cli::Plan,
) -> Result<(), Failure> {
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
    let report = Report {
        stage: &session.settings.stage,
        empty: plan.is_empty(),
        handler: prepared.report(),
        steps: &plan.steps,
    };
    let text = format!("{text}\nhandler: {}", prepared.handler_text());
    printer.result(&report, &text);
    if plan.foreign().next().is_some() {
        // The document is printed: a second one, for the error, would be one too many.
        let told = |failure: Failure| Failure::Answered(failure.message().unwrap_or_default());
        permitted(&session, &plan).map_err(told)?;
    }
    if arguments.check && work > 0 {
        Err(Failure::Differs)
    } else {
        Ok(())
    }
}
