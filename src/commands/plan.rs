//! `gatewayq plan`

use super::artifact::{HandlerReport, Preparation, built};
use super::converge::{permitted, survey_when};
use super::elsewhere;
use super::session::{Session, settings};
use super::{Failure, canary, interrupt, planned};
use crate::cli::{self, Global};
use crate::engine::{Goal, Step};
use crate::output::{Printer, plan_text};
use crate::saved_plan::SavedPlan;
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
    let (settings, cancel) = (settings(global)?, interrupt::listen(printer));
    let source = &arguments.source;
    let mut artifact = Preparation::start(global, &settings, source, printer, cancel.clone())?;
    let session = Session::connect(global, printer, settings, cancel).await?;
    elsewhere::check(&session)?;
    let (purpose, goal) = (artifact.purpose(None), Goal::Present { replace: false });
    let (_, plan) = survey_when(&session, &purpose, goal, artifact.done()).await?;
    if let Some(canary) = canary::in_flight(&plan) {
        printer.note(&format!(
            "{canary}; a deploy is refused until it is promoted or rolled back"
        ));
    }
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
        handler: artifact.report()?,
        steps: &plan.steps,
    };
    let text = format!("{text}\nhandler: {}", artifact.handler_text());
    let permitted = match plan.foreign().next() {
        Some(_) => permitted(&session, &plan),
        None => Ok(()),
    };
    // Before the document is printed: where the file cannot be written, that of the error is the only one.
    if permitted.is_ok()
        && let Some(path) = &arguments.out
    {
        let upload = artifact.upload();
        let (names, settings) = (session.names(), &session.settings);
        planned::write(
            path,
            &SavedPlan::of(&names, settings, built(&upload)?, &plan),
        )?;
    }
    printer.result(&report, &text);
    // As the document is printed, the failure brings none of its own.
    permitted.map_err(|failure| Failure::Answered(failure.message().unwrap_or_default()))?;
    if arguments.check && work > 0 {
        Err(Failure::Differs)
    } else {
        Ok(())
    }
}
