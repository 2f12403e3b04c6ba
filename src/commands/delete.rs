//! `gatewayq delete`

use super::Failure;
use super::confirm::confirm;
use super::converge::converge;
use super::session::Session;
use crate::cli::{Delete, Global};
use crate::endpoint;
use crate::engine::{Action, Goal, Plan};
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

/// A resource that stays.
#[derive(Serialize)]
struct Kept<'a> {
    /// Kind and name.
    resource: String,
    reason: &'a str,
    /// Somebody else's under the stage's name; what stays otherwise does so on purpose.
    #[serde(skip)]
    foreign: bool,
}

/// What is left, after the delete: AWS may have refused what the plan meant to do.
fn kept(left: &Plan) -> Vec<Kept<'_>> {
    let steps = left.steps.iter();
    let kept = steps.filter_map(|step| match &step.action {
        Action::Retain { reason, foreign } => Some(Kept {
            resource: format!("{} {}", step.kind, step.name),
            reason,
            foreign: *foreign,
        }),
        _ => None,
    });
    kept.collect()
}

/// A line for each thing that is left, and what helps against those of others.
fn left(kept: &[Kept], flags: &str) -> String {
    let mut text = String::new();
    for one in kept {
        let why = if one.foreign {
            "left"
        } else {
            "kept on purpose"
        };
        text += &format!("\n{why}: {}: {}", one.resource, one.reason);
    }
    if kept.iter().any(|one| one.foreign) {
        text += &format!(
            "\nIf what is not this stage's is to go too: gatewayq adopt{flags} takes it over, then delete again"
        );
    }
    text
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Delete,
) -> Result<(), Failure> {
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
    let converged = converge(
        &session,
        &Purpose::Delete,
        Goal::Absent,
        async { Ok(()) },
        ask,
    )
    .await?;
    let kept = kept(&converged.left);
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
    text += &left(&kept, &endpoint::flags(global));
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
