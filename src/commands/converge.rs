//! What deploy, delete and `keys` have in common: the engine's loop, with what a person is shown.

use super::denied::help;
use super::{Failure, session::Session};
use crate::engine::{self, Converged, Done, Error, Goal, Graph, Outcome, Plan, Step, Stopped};
use crate::resources::{Lists, delete_log_group};
use crate::stack::{Purpose, Stack};
use std::future::Future;

/// Why a stage is given up on that others change in every round.
pub(crate) const CONTENDED: &str =
    "somebody else keeps changing this stage; run the command again when that is over";

/// Reads everything and plans.
///
/// # Errors
/// What cannot be read.
pub(crate) async fn survey(
    session: &Session,
    purpose: &Purpose,
    goal: Goal,
) -> Result<(Stack, Plan), Failure> {
    survey_when(session, purpose, goal, async { Ok(()) }).await
}

/// The same for a look at a stage, with lists of the account that others look at, too.
///
/// # Errors
/// What cannot be read.
pub(crate) async fn survey_sharing(
    lists: &Lists,
    session: &Session,
) -> Result<(Stack, Plan), Failure> {
    let goal = Goal::Present { replace: false };
    let build = || session.stack_sharing(lists.clone(), &Purpose::Inspect);
    let stack = engine::observed(goal, build, async { Ok(()) }).await;
    let stack = stack.map_err(|stopped| failed(stopped, CONTENDED, &session.flags))?;
    let plan = Plan::new(&stack.graph, goal);
    Ok((stack, plan))
}

/// The same, with what has to be `ready` for the plan and runs beside the reads.
///
/// # Errors
/// What cannot be read, or what `ready` answers.
pub(crate) async fn survey_when(
    session: &Session,
    purpose: &Purpose,
    goal: Goal,
    ready: impl Future<Output = Result<(), Failure>>,
) -> Result<(Stack, Plan), Failure> {
    let stack = engine::observed(goal, || session.stack(purpose), ready).await;
    let stack = stack.map_err(|stopped| failed(stopped, CONTENDED, &session.flags))?;
    let plan = Plan::new(&stack.graph, goal);
    Ok((stack, plan))
}

/// # Errors
/// The steps of `plan` that gatewayq will not take, all of them.
pub(crate) fn permitted(session: &Session, plan: &Plan) -> Result<(), Failure> {
    let foreign = plan.foreign().map(|(step, reason)| {
        format!(
            "{} {} exists and is not this stage's: {reason}",
            step.kind, step.name
        )
    });
    let foreign: Vec<String> = foreign.collect();
    if !foreign.is_empty() {
        // What cannot be taken over says itself what to do.
        let help = match plan.not_adoptable().next() {
            Some(_) => String::new(),
            None => format!(
                ". Choose another app or stage name, or take it over with `gatewayq adopt{}`",
                session.flags
            ),
        };
        let list = foreign.join("\n  ");
        return Err(Failure::failed(format!(
            "{list}\n  Nothing was changed{help}"
        )));
    }
    let refused: Vec<String> = plan
        .refused()
        .map(|(step, why)| format!("{} {}: {why}", step.kind, step.name))
        .collect();
    match refused.as_slice() {
        [] => Ok(()),
        list => Err(Failure::failed(format!(
            "{}\n  Nothing was changed",
            list.join("\n  ")
        ))),
    }
}

/// Takes the stage to `goal`. What has to be `ready` for the first plan runs beside the reads;
/// `confirm` is asked with each round's plan.
///
/// # Errors
/// What gatewayq will not do, what AWS answers, and Ctrl-C; each with what was done before it.
pub(crate) async fn converge(
    session: &Session,
    purpose: &Purpose,
    goal: Goal,
    ready: impl Future<Output = Result<(), Failure>>,
    confirm: impl AsyncFn(&Plan) -> Result<(), Failure>,
) -> Result<Converged<Stack>, Failure> {
    let permit = async |plan: &Plan| {
        permitted(session, plan)?;
        confirm(plan).await
    };
    let build = || session.stack(purpose);
    let converged = run(goal, build, ready, permit, CONTENDED, &session.flags).await?;
    clear_up(session, &converged).await;
    Ok(converged)
}

/// The engine's loop, its ends in words; help in them has these `flags`.
///
/// # Errors
/// As [`converge`].
pub(crate) async fn run<S: AsRef<Graph>>(
    goal: Goal,
    build: impl Fn() -> Result<S, Failure>,
    ready: impl Future<Output = Result<(), Failure>>,
    permit: impl AsyncFn(&Plan) -> Result<(), Failure>,
    contended: &str,
    flags: &str,
) -> Result<Converged<S>, Failure> {
    let converged = engine::converge(goal, build, ready, permit).await;
    converged.map_err(|stopped| failed(stopped, contended, flags))
}

fn failed(stopped: Stopped<Failure>, contended: &str, flags: &str) -> Failure {
    match stopped {
        Stopped::Refused(failure) => failure,
        Stopped::Unread(what, error) => Failure::reading(&what, error, flags),
        Stopped::Failed(outcome, plan, done) => failure(&outcome, &plan, &done, flags),
        Stopped::Contended => Failure::failed(contended),
    }
}

/// Removes what an earlier round may have made for an API that turned out to be the duplicate: its
/// execution log, which goes by the API's id. What is missed here, a delete finds by its tags.
async fn clear_up(session: &Session, converged: &Converged<Stack>) {
    let stays = converged.stack.api.current().map(|api| api.id);
    for stack in &converged.earlier {
        let Some(api) = stack
            .api
            .current()
            .filter(|api| Some(&api.id) != stays.as_ref())
        else {
            continue;
        };
        let log = stack.names.execution_log_group(&api.id);
        let cx = session.runtime.cx(format!("execution log group {log}"));
        // Most often there is none.
        let _ = delete_log_group(&cx, &log).await;
    }
}

/// What was done before something failed, in words: half a stack is not left unmentioned.
fn done_so_far(plan: &Plan, done: &Done) -> String {
    let worked = |step: &Step| {
        let action = done.get(&step.node).filter(|action| action.is_work())?;
        Some(format!("{} {} {}", action.done(), step.kind, step.name))
    };
    let worked: Vec<String> = plan.steps.iter().filter_map(worked).collect();
    match worked.as_slice() {
        [] => "\n  no other resource was changed".to_owned(),
        worked => format!("\n  done before: {}", worked.join(", ")),
    }
}

/// What to report of a walk that did not reach its goal.
fn failure(outcome: &Outcome, plan: &Plan, done: &Done, flags: &str) -> Failure {
    let causes = outcome.failed.iter();
    let causes = causes.filter(|(_, error)| !matches!(error, Error::Cancelled));
    let causes: Vec<String> = causes
        .map(|(what, error)| format!("{what}: {error}{}", help(error, flags)))
        .collect();
    if causes.is_empty() {
        let cut_off = outcome.failed.iter().map(|(what, _)| what);
        let left: Vec<&str> = cut_off
            .chain(&outcome.skipped)
            .map(String::as_str)
            .collect();
        return Failure::Interrupted(format!(
            "left as it was: {}. Run the command again to finish",
            left.join(", ")
        ));
    }
    let skipped = match outcome.skipped.as_slice() {
        [] => String::new(),
        skipped => format!("\n  not done because of this: {}", skipped.join(", ")),
    };
    Failure::failed(format!(
        "{}{}{skipped}\n  What was done stays; the same command goes on from there",
        causes.join("\n  "),
        done_so_far(plan, done)
    ))
}
