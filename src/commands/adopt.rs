//! `gatewayq adopt`: puts this stage's tags on resources of its names that something else made.

use super::Failure;
use super::confirm::confirm;
use super::converge::survey;
use super::session::Session;
use crate::cli::{Adopt, Global};
use crate::engine::{Error, Goal, NodeId};
use crate::output::Printer;
use crate::stack::Purpose;
use serde::Serialize;

/// What `adopt --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    stage: &'a str,
    /// Kind and name of each resource that has this stage's tags now.
    adopted: Vec<&'a str>,
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Adopt,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let (stack, plan) = survey(
        &session,
        &Purpose::Inspect,
        Goal::Present { replace: false },
    )
    .await?;
    let foreign: Vec<(NodeId, String, &str)> = plan
        .foreign()
        .map(|(step, reason)| (step.node, format!("{} {}", step.kind, step.name), reason))
        .collect();
    let never: Vec<String> = plan
        .not_adoptable()
        .map(|step| format!("{} {}", step.kind, step.name))
        .collect();
    if !never.is_empty() {
        return Err(Failure::failed(format!(
            "{} cannot be adopted. Nothing was changed\n  gatewayq status{} says what it is",
            never.join(", "),
            session.flags
        )));
    }
    let names: Vec<&str> = foreign.iter().map(|(_, what, _)| what.as_str()).collect();
    if !foreign.is_empty() && !arguments.yes {
        let list: Vec<String> = foreign
            .iter()
            .map(|(_, what, reason)| format!("~ {what}: {reason}"))
            .collect();
        let question =
            "Put this stage's tags on these? From then on deploy changes and delete removes them.";
        confirm(printer, &list.join("\n"), question)?;
    }
    for (count, (node, what, _)) in foreign.iter().enumerate() {
        let adopted = stack.graph.adopt(*node).await;
        adopted.map_err(|error| cut_off(what, &names[..count], error))?;
    }
    let text = match names.as_slice() {
        [] => {
            "nothing to adopt: every resource of these names is this stage's, or missing".to_owned()
        }
        names => format!(
            "adopted: {}\nTry: gatewayq plan{}",
            names.join(", "),
            crate::endpoint::flags(global)
        ),
    };
    let report = Report {
        stage: &session.settings.stage,
        adopted: names,
    };
    printer.result(&report, &text);
    Ok(())
}

/// The failure at `what`, with what has this stage's tags already.
fn cut_off(what: &str, done: &[&str], error: Error) -> Failure {
    let done = match done {
        [] => "nothing was changed".to_owned(),
        done => format!("adopted before it: {}", done.join(", ")),
    };
    match error {
        Error::Cancelled => Failure::Interrupted(format!("{what} may be adopted; {done}")),
        error => Failure::failed(format!("{what} could not be adopted: {error}\n  {done}")),
    }
}
