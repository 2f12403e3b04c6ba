//! Observe, plan, apply, until nothing is left to do: what deploy and delete have in common.

use super::denied::mend;
use super::{Failure, session::Session};
use crate::engine::{
    Action, Error, Goal, NodeId, Outcome, Plan, Runtime, Step, apply, observe, observe_again,
};
use crate::stack::{Purpose, Stack};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Rounds after which a stage that others keep changing is given up.
const MAX_ROUNDS: u32 = 8;

/// The pauses between looks at what was made, while AWS's lists miss it.
const SEEN_AFTER: [Duration; 5] = [
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_millis(1500),
    Duration::from_millis(2500),
    Duration::from_millis(4000),
];

/// A stage that is as it was wanted.
pub struct Converged {
    pub stack: Stack,
    /// The plan as it was first made.
    pub plan: Plan,
    /// What was done, by resource.
    pub done: BTreeMap<NodeId, Action>,
    /// From the confirmation to the end.
    pub took: Duration,
}

impl Converged {
    /// How many resources had this done to them.
    pub fn count(&self, done: &str) -> usize {
        self.done
            .values()
            .filter(|action| action.done() == done)
            .count()
    }
}

/// Reads everything and plans.
///
/// # Errors
/// What cannot be read; resources of these names that are not this stage's; a replacement that
/// was not allowed.
pub async fn survey(
    session: &Session,
    purpose: &Purpose,
    goal: Goal,
) -> Result<(Stack, Plan), Failure> {
    let stack = session.stack(purpose)?;
    observe(&stack.graph)
        .await
        .map_err(|(what, error)| Failure::reading(&what, error))?;
    let plan = Plan::new(&stack.graph, goal);
    Ok((stack, plan))
}

/// # Errors
/// The steps of `plan` that gatewayq will not take, all of them.
pub fn permitted(plan: &Plan) -> Result<(), Failure> {
    let foreign = plan.foreign().map(|(step, reason)| {
        format!(
            "{} {} exists and is not this stage's: {reason}",
            step.kind, step.name
        )
    });
    let foreign: Vec<String> = foreign.collect();
    if !foreign.is_empty() {
        let list = foreign.join("\n  ");
        return Err(Failure::failed(format!(
            "{list}\n  Nothing was changed. Choose another app or stage name, or take it over with `gatewayq adopt`"
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

/// Takes the stage to `goal`. `confirm` is asked once, with the first plan that has work in it.
pub async fn converge(
    session: &Session,
    purpose: &Purpose,
    goal: Goal,
    confirm: impl AsyncFn(&Plan) -> Result<(), Failure>,
) -> Result<Converged, Failure> {
    let (mut first, mut done, mut earlier) = (None, BTreeMap::new(), Vec::new());
    let mut started = Instant::now();
    for round in 1..=MAX_ROUNDS {
        let (stack, plan) = survey(session, purpose, goal).await?;
        permitted(&plan)?;
        if first.is_none() {
            confirm(&plan).await?;
            started = Instant::now();
        }
        let outcome = apply(&stack.graph, &plan, goal).await;
        let plan = first.get_or_insert(plan).clone();
        remember(&mut done, &outcome);
        let settled = match outcome.failed.as_slice() {
            [] if goal == Goal::Absent || !may_have_twins(&stack, &outcome) => true,
            [] => self::settled(&stack, goal).await?,
            _ if outcome.moved() && round < MAX_ROUNDS => false,
            _ => return Err(failure(&outcome, &plan, &done)),
        };
        if settled {
            clear_up(&stack, &session.runtime, &earlier).await;
            let took = started.elapsed();
            return Ok(Converged {
                stack,
                plan,
                done,
                took,
            });
        }
        earlier.extend(stack.api.current().map(|api| api.id));
        session
            .printer
            .note("somebody else is changing this stage: looking again");
        tokio::time::sleep(Duration::from_millis(
            u64::from(round) * 300 + u64::from(std::process::id() % 200),
        ))
        .await;
    }
    Err(Failure::failed(
        "somebody else keeps changing this stage; run the command again when that is over",
    ))
}

/// Removes what an earlier round may have made for an API that turned out to be the twin: its
/// execution log, which goes by the API's id. What is missed here, a delete finds by its tags.
async fn clear_up(stack: &Stack, runtime: &Runtime, earlier: &[String]) {
    let stays = stack.api.current().map(|api| api.id);
    for api in earlier.iter().filter(|api| Some(*api) != stays.as_ref()) {
        let name = stack.names.execution_log_group(api);
        let request = runtime.aws.logs.delete_log_group().log_group_name(name);
        // Most often there is none.
        let _ = request.send().await;
    }
}

/// Adds what a walk did to what was done before.
pub(super) fn remember(done: &mut BTreeMap<NodeId, Action>, outcome: &Outcome) {
    for (node, action) in &outcome.done {
        let before = done.entry(*node).or_insert(Action::Keep);
        if !before.is_work() {
            *before = action.clone();
        }
    }
}

/// What AWS lets two deploys at once make two of.
fn may_have_twins(stack: &Stack, outcome: &Outcome) -> bool {
    let made = |id: NodeId| outcome.done.get(&id).is_some_and(Action::is_work);
    [
        stack.api.id(),
        stack.key.id(),
        stack.plan.id(),
        stack.deployment.id(),
    ]
    .into_iter()
    .any(made)
}

/// True where what was made is what every other deploy takes for this stage's, and nothing else
/// is there beside it. Whoever made or changed something looks at it afterwards: so the last one
/// of several that run at once sees the whole, and either it is right or that one mends it.
async fn settled(stack: &Stack, goal: Goal) -> Result<bool, Failure> {
    let watched = [
        stack.api.id(),
        stack.key.id(),
        stack.plan.id(),
        stack.deployment.id(),
        stack.stage.id(),
    ];
    let before = ids(stack);
    for pause in SEEN_AFTER {
        let read = observe_again(&stack.graph, &watched).await;
        read.map_err(|(what, error)| Failure::reading(&what, error))?;
        let plan = Plan::new(&stack.graph, goal);
        let mut steps = plan.steps.iter();
        if steps.all(|step| step.action != Action::Create || !watched.contains(&step.node)) {
            let mut steps = plan.steps.iter();
            let done = steps.all(|step| !step.action.is_work() || !watched.contains(&step.node));
            return Ok(done && ids(stack) == before);
        }
        // A list that misses what was just made: to make it again would be a twin.
        tokio::time::sleep(pause).await;
    }
    Ok(false)
}

fn ids(stack: &Stack) -> [Option<String>; 3] {
    [
        stack.api.current().map(|api| api.id),
        stack.key.current().map(|key| key.id),
        stack.plan.current().map(|plan| plan.id),
    ]
}

/// What was done before something failed, in words: half a stack is not left unmentioned.
fn done_so_far(plan: &Plan, done: &BTreeMap<NodeId, Action>) -> String {
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

/// What to tell of a walk that did not reach its goal.
pub(super) fn failure(outcome: &Outcome, plan: &Plan, done: &BTreeMap<NodeId, Action>) -> Failure {
    let causes = outcome
        .failed
        .iter()
        .filter(|(_, error)| !matches!(error, Error::Cancelled));
    let causes: Vec<String> = causes
        .map(|(what, error)| format!("{what}: {error}{}", mend(error)))
        .collect();
    let skipped = match outcome.skipped.as_slice() {
        [] => String::new(),
        skipped => format!("\n  not done because of this: {}", skipped.join(", ")),
    };
    if causes.is_empty() {
        let left: Vec<&str> = outcome
            .failed
            .iter()
            .map(|(what, _)| what.as_str())
            .collect();
        let left = left
            .into_iter()
            .chain(outcome.skipped.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(", ");
        return Failure::Interrupted(format!(
            "left as it was: {left}. Run the command again to finish"
        ));
    }
    Failure::failed(format!(
        "{}{}{skipped}\n  What was done stays; the same command goes on from there",
        causes.join("\n  "),
        done_so_far(plan, done)
    ))
}
