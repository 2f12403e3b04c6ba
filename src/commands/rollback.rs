//! `gatewayq rollback` and `gatewayq promote`: another version live, with the routes that belong to it. Two writes: the alias, and
//! the stage's deployment.

use super::Failure;
use super::converge::{self, CONTENDED};
use super::session::Session;
use crate::cli::{Global, Rollback};
use crate::engine::{Action, Converged, Goal, Handle, Owner, Plan};
use crate::output::{Printer, elapsed};
use crate::resources::{Published, UNKNOWN};
use crate::stack::{Purpose, Stack};
use serde::Serialize;

/// What `rollback --json` and `promote --json` print.
#[derive(Serialize)]
struct Report<'a> {
    /// The version that is live.
    version: u64,
    /// What was live before; the same where nothing was changed.
    before: &'a str,
    /// The deployment that the stage serves.
    deployment_id: String,
    /// How many resources were changed: of alias and stage, none to both.
    changed: usize,
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Rollback,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let Look {
        stack,
        published,
        begun,
    } = look(&session).await?;
    let version = match (arguments.to, begun) {
        (Some(number), _) => known(&published, number)?,
        (None, Some(Begun::Rollback(version))) => version,
        (None, _) => before(&published, &session.flags)?,
    };
    if let Some(why) = outlived(&stack, &published, version) {
        return Err(Failure::failed(format!(
            "version {version} cannot be live again: {why}. Nothing was changed"
        )));
    }
    switch(&session, &published, version).await
}

pub(crate) async fn promote(global: &Global, printer: &Printer) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let Look {
        published, begun, ..
    } = look(&session).await?;
    let canary = published.live().and_then(|live| live.weights.keys().next());
    let canary = canary.and_then(|version| version.parse().ok());
    let version = match (canary, begun) {
        (Some(version), _) | (None, Some(Begun::Promotion(version))) => version,
        _ => {
            let flags = &session.flags;
            return Err(Failure::failed(format!(
                "no canary is in flight; `gatewayq deploy --canary 10%{flags}` begins one"
            )));
        }
    };
    switch(&session, &published, version).await
}

/// Why a version cannot run any more. One that serves requests beside a canary does so already.
fn outlived(stack: &Stack, published: &Published, version: u64) -> Option<String> {
    let one = published.all.get(&version);
    let one = one.filter(|_| !published.is_live(version))?;
    let role = stack.role.as_ref().and_then(Handle::current);
    one.outlived(&stack.function.current()?, role.as_ref())
}

/// What a switch has to know before it begins.
struct Look {
    stack: Stack,
    published: Published,
    begun: Option<Begun>,
}

/// A switch that was interrupted between its two writes, with the version that is live already. The same command again
/// finishes it.
#[derive(Clone, Copy)]
enum Begun {
    Rollback(u64),
    Promotion(u64),
}

impl Begun {
    /// `None` where the stage serves the deployment that belongs to the live version.
    fn of(stack: &Stack) -> Option<Self> {
        let live = stack.live.current()?;
        let version = live.version.parse().ok()?;
        stack
            .served
            .current()?
            .is_behind()
            .then_some(match live.is_rolled_back() {
                true => Self::Rollback(version),
                false => Self::Promotion(version),
            })
    }
}

/// # Errors
/// There is no version yet, or the function is somebody else's.
async fn look(session: &Session) -> Result<Look, Failure> {
    let stack = session.inspect(|stack| vec![stack.served.id()]).await?;
    let base = session.names().base();
    if let Some(Owner::Foreign(reason)) = stack.function.owner() {
        return Err(Failure::failed(format!(
            "function {base} is not this stage's: {reason}"
        )));
    }
    match stack.versions.current() {
        Some(published) if published.live().is_some() => Ok(Look {
            begun: Begun::of(&stack),
            stack,
            published,
        }),
        _ => Err(Failure::failed(format!(
            "{base} has no version that is live yet; `gatewayq deploy{}` publishes the first",
            session.flags
        ))),
    }
}

/// # Errors
/// There is no such version, or gatewayq did not publish it.
fn known(published: &Published, number: u64) -> Result<u64, Failure> {
    let ours = published
        .all
        .iter()
        .filter(|(_, version)| version.record.is_some());
    let ours: Vec<String> = ours.map(|(number, _)| number.to_string()).collect();
    match published.all.get(&number) {
        Some(version) if version.record.is_some() => Ok(number),
        Some(_) => Err(Failure::failed(format!(
            "version {number} was not published by gatewayq, so no deployment belongs to it; these were: {}",
            ours.join(", ")
        ))),
        None => Err(Failure::failed(format!(
            "there is no version {number}; there are {}",
            ours.join(", ")
        ))),
    }
}

/// The version that a canary stands beside, or else the one that was live before.
///
/// # Errors
/// There is none, or nobody knows any more what belongs to it: then no other is taken for it unasked, since that may be the very one
/// that was rolled back.
fn before(published: &Published, flags: &str) -> Result<u64, Failure> {
    let live = published.live();
    let number = live.and_then(|live| live.version.parse().ok());
    let nothing = || {
        Failure::failed(format!(
            "there is no older version to go back to; `gatewayq history{flags}` shows what there is"
        ))
    };
    let number: u64 = number.ok_or_else(nothing)?;
    if live.is_some_and(|live| !live.weights.is_empty()) {
        return Ok(number);
    }
    if let Some(after) = published.before(number) {
        let is_there = published.all.get(&after);
        return match is_there.is_some_and(|version| version.record.is_some()) {
            true => Ok(after),
            false => Err(Failure::failed(format!(
                "version {after}, which was live before {number}, is gone, or gatewayq did not publish it\n  \
                 help: `gatewayq history{flags}` shows what there is, `gatewayq rollback --to N{flags}` goes to one of \
                 these"
            ))),
        };
    }
    let older = published.all.range(..number).rev();
    let mut ours = older.filter(|(_, version)| version.record.is_some());
    ours.next().map(|(number, _)| *number).ok_or_else(nothing)
}

async fn switch(session: &Session, published: &Published, version: u64) -> Result<(), Failure> {
    let build = || {
        let mut stack = session.stack(&Purpose::Switch(version))?;
        stack.graph.work_on(&[stack.live.id(), stack.served.id()]);
        Ok(stack)
    };
    let goal = Goal::Present { replace: false };
    let permit = async |plan: &Plan| permitted(plan, version);
    let done = converge::run(
        goal,
        build,
        async { Ok(()) },
        permit,
        CONTENDED,
        &session.flags,
    )
    .await?;
    let before = published.live().map_or("", |live| live.version.as_str());
    let report = Report {
        version,
        before,
        deployment_id: done
            .stack
            .served
            .current()
            .map_or_else(String::new, |served| served.id),
        changed: done.count("updated"),
    };
    session
        .printer
        .result(&report, &text(session, &done, &report, published));
    Ok(())
}

/// # Errors
/// What belongs to the version is gone.
fn permitted(plan: &Plan, version: u64) -> Result<(), Failure> {
    for step in &plan.steps {
        let changes = match &step.action {
            Action::Update { changes } => changes.as_slice(),
            Action::Create => {
                return Err(Failure::failed(format!(
                    "{} {} is gone. Nothing was changed",
                    step.kind, step.name
                )));
            }
            _ => &[],
        };
        if changes
            .iter()
            .any(|change| change.after.as_deref() == Some(UNKNOWN))
        {
            return Err(Failure::failed(format!(
                "the deployment that was live with version {version} is gone. Nothing was changed"
            )));
        }
    }
    Ok(())
}

fn text(
    session: &Session,
    done: &Converged<Stack>,
    report: &Report,
    published: &Published,
) -> String {
    let (base, version, took) = (session.names().base(), report.version, elapsed(done.took));
    if report.changed == 0 {
        return format!("{base}: version {version} is live already: nothing to do");
    }
    let definition = |version: &str| published.definition_of(version);
    let is_another = definition(report.before) != definition(&version.to_string());
    let routes = match is_another {
        true => "\nThe routes, and who may reach them, are what they were with that version",
        false => "",
    };
    let newest = published.all.keys().next_back();
    let forward = match newest == Some(&version) {
        true => String::new(),
        false => "\nThe next deploy goes forward again".to_owned(),
    };
    format!("{base}: version {version} is live ({took}){routes}{forward}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::bench::{Bench, FULL, code};
    use serde_json::json;

    async fn deployed(bench: &Bench, text: &str) -> Published {
        let goal = Goal::Present { replace: false };
        bench.converge(FULL, &code(text, None), goal).await;
        let stack = bench.converge(FULL, &Purpose::Inspect, goal).await;
        stack.versions.current().unwrap()
    }

    /// The next older one may be what was rolled back once, and with what somebody else published no deployment goes.
    #[tokio::test(start_paused = true)]
    async fn no_other_version_is_taken_for_the_one_before() {
        for lost in [json!(null), json!("by hand")] {
            let bench = Bench::new();
            deployed(&bench, "a").await;
            deployed(&bench, "b").await;
            assert_eq!(before(&deployed(&bench, "c").await, "").unwrap(), 2);
            {
                let mut account = bench.account();
                let versions = account.at(&["functions", "shop-dev", "Versions"]);
                match lost.is_null() {
                    true => drop(versions.as_object_mut().unwrap().remove("2")),
                    false => versions["2"]["Description"] = lost,
                }
            }
            let refused = before(&deployed(&bench, "c").await, " --stage prod").unwrap_err();
            let message = refused.message().unwrap();
            assert!(
                message.contains("version 2, which was live before 3, is gone"),
                "{message}"
            );
            assert!(
                message.contains("`gatewayq rollback --to N --stage prod`"),
                "{message}"
            );
        }
    }

    /// A function that ran as somebody else's role and comes back has another role of the same name.
    #[tokio::test(start_paused = true)]
    async fn a_version_from_before_the_role_was_made_anew_stays_where_it_is() {
        let bench = Bench::new();
        deployed(&bench, "a").await;
        let published = deployed(&bench, "b").await;
        let stack = bench.observed(FULL, &Purpose::Inspect).await;
        assert_eq!(outlived(&stack, &published, 1), None);
        bench.account().at(&["roles", "shop-dev-eu-west-1"])["created"] =
            "2026-01-01T00:00:01Z".into();
        let stack = bench.observed(FULL, &Purpose::Inspect).await;
        let why = outlived(&stack, &published, 1).unwrap();
        assert!(why.contains("was made anew"), "{why}");
        assert_eq!(outlived(&stack, &published, 2), None);
    }
}
