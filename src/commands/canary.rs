//! What a deploy may not do while two versions are live at once, or to have them.

use super::Failure;
use super::session::Session;
use crate::config::Settings;
use crate::engine::{Action, Change, Cx, Error, Plan, Step, retry};
use crate::output::Printer;
use crate::resources::{ROLLED_BACK, deployed_methods};
use crate::stack::Stack;

/// # Errors
/// A canary is in flight that the plan would end; or one is wanted where that cannot be.
pub(crate) fn permitted(
    plan: &Plan,
    canary: Option<u8>,
    settings: &Settings,
    printer: &Printer,
    flags: &str,
) -> Result<(), Failure> {
    if let Some(canary) = in_flight(plan) {
        return Err(Failure::failed(format!(
            "{canary}. Nothing was changed\n  \
             help: `gatewayq promote{flags}` makes it live for all, `gatewayq rollback{flags}` ends it; then deploy again"
        )));
    }
    if canary.is_some() {
        beside(plan, settings, flags)?;
    }
    let back = changes(plan, "alias")
        .filter_map(|change| change.before.as_ref()?.strip_suffix(ROLLED_BACK));
    for version in back {
        printer.note(&format!(
            "a rollback made version {version} live; this deploy goes forward again"
        ));
    }
    Ok(())
}

/// The canary that the plan would end, in words.
pub(crate) fn in_flight(plan: &Plan) -> Option<String> {
    let mut ended = changes(plan, "alias").filter(|change| change.after.is_none());
    ended.find_map(|change| {
        let version = change.field.strip_prefix("RoutingConfig ")?;
        let share = change.before.as_deref()?;
        Some(format!(
            "a canary is in flight: version {version} takes {share} of the requests"
        ))
    })
}

/// Whether the new version can be live beside the one that is.
fn beside(plan: &Plan, settings: &Settings, flags: &str) -> Result<(), Failure> {
    let mut steps = plan.steps.iter();
    if steps.any(|step| step.kind == "alias" && step.action == Action::Create) {
        return Err(Failure::failed(format!(
            "there is no live version that a canary could stand beside. Nothing was changed\n  \
             help: `gatewayq deploy{flags}` makes the first one"
        )));
    }
    if let Some(route) = changes(plan, "routes").find(|change| change.after.is_none()) {
        return Err(Failure::failed(format!(
            "the new version does not have {}, which stays until the canary is promoted: some requests for it would fail. \
             Nothing was changed\n  help: deploy it without --canary, or keep the route for now",
            route.field
        )));
    }
    spared(missed(plan, settings))
}

/// The plan tells what is changed of the API's definition and of the function as they were left, by a deploy that was cut off
/// or rolled back perhaps. What the live version works with is what the stage serves.
///
/// # Errors
/// The new version lacks something of that; or what AWS answers.
pub(crate) async fn beside_what_is_served(session: &Session) -> Result<(), Failure> {
    let stack = session.inspect(|stack| vec![stack.served.id()]).await?;
    let cx = session.runtime.cx("the stage");
    let refused = lacks(&stack, &session.settings, &cx).await;
    let refused =
        refused.map_err(|error| Failure::reading("what the stage serves", error, &session.flags));
    spared(refused?)
}

/// # Errors
/// There is something that the live version would lack.
fn spared(what: Option<String>) -> Result<(), Failure> {
    match what {
        Some(what) => Err(Failure::failed(format!(
            "the live version needs {what} until the canary is promoted. Nothing was changed\n  \
             help: deploy it without --canary"
        ))),
        None => Ok(()),
    }
}

/// What of the live version's, as it is served, the stack is to be without.
async fn lacks(stack: &Stack, settings: &Settings, cx: &Cx) -> Result<Option<String>, Error> {
    let published = stack.versions.current();
    let live = published.as_ref().and_then(|all| {
        let number = all.live()?.version.parse().ok()?;
        all.all.get(&number)
    });
    if let Some(live) = live {
        if live.runs_as() != stack.runs_as {
            return Ok(Some(format!("its role {}", live.runs_as())));
        }
        if live.is_in_vpc() && settings.function.configuration.vpc.is_none() {
            return Ok(Some("the VPC that it is in".to_owned()));
        }
    }
    let (Some(api), Some(served)) = (stack.api.current(), stack.served.current()) else {
        return Ok(None);
    };
    let methods = retry(cx, async || deployed_methods(cx, &api.id, &served.id).await).await?;
    let mut lost = methods
        .iter()
        .flat_map(|all| all.difference(&stack.methods));
    Ok(lost.next().map(|(path, method)| format!("{method} {path}")))
}

/// What the plan takes away that the live version works with.
fn missed(plan: &Plan, settings: &Settings) -> Option<String> {
    const NEEDED: [&str; 4] = [
        "earlier authorizers",
        "former domain name",
        "results table",
        "role",
    ];
    let gone = |step: &&Step| step.action == Action::Delete && NEEDED.contains(&step.kind);
    if let Some(step) = plan.steps.iter().find(gone) {
        return Some(format!("the {} {}", step.kind, step.name));
    }
    let unmapped = |change: &&Change| change.field.starts_with("other base path");
    if let Some(change) = changes(plan, "base path mapping").find(unmapped) {
        let path = change.before.as_deref().unwrap_or_default();
        return Some(format!("the {} {path}", change.field));
    }
    let is_another = |change: &&Change| change.field == "Role" && change.before.is_some();
    // Other subnets are the new version's alone; outside of the VPC the role has no permission for the live one's.
    let is_outside = settings.function.configuration.vpc.is_none();
    let left = |change: &&Change| is_outside && change.field.starts_with("VpcConfig");
    let mut function = changes(plan, "function");
    let needed = function.find(|change| is_another(change) || left(change))?;
    Some(format!(
        "the function's {} {}",
        needed.field,
        needed.before.as_deref().unwrap_or_default()
    ))
}

/// The changes of the resources of this kind.
fn changes<'a>(plan: &'a Plan, kind: &'static str) -> impl Iterator<Item = &'a Change> {
    let steps = plan.steps.iter().filter(move |step| step.kind == kind);
    let changes = steps.filter_map(|step| match &step.action {
        Action::Update { changes } | Action::Replace { changes, .. } => Some(changes),
        _ => None,
    });
    changes.flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Goal;
    use crate::resources::tests::bench::{Bench, FULL, code, settings};
    use crate::resources::tests::fields::API;
    use crate::stack::Purpose;

    async fn refused(file: &str) -> String {
        let bench = Bench::deployed(FULL).await;
        let goal = Goal::Present { replace: false };
        let plan = bench.plan_for(file, &code("new", Some(10)), goal).await;
        match beside(&plan, &settings(file), "") {
            Ok(()) => String::new(),
            Err(Failure::Failed(error)) => error.to_string(),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The API's definition and the function are what a deploy left that was rolled back, or cut off before its switch.
    #[tokio::test(start_paused = true)]
    async fn what_the_stage_serves_counts_and_not_what_was_deployed_last() {
        let goal = Goal::Present { replace: false };
        let role = "[role]\narn = \"arn:aws:iam::111122223333:role/mine\"\n";
        let boundary = "[role]\nboundary = \"arn:aws:iam::111122223333:policy/org\"\n";
        for (file, word) in [
            (
                FULL.replace("/orders/{id}", "/orders/{order}"),
                "GET /orders/{id}",
            ),
            (
                FULL.replace(boundary, role),
                "its role arn:aws:iam::111122223333:role/shop-dev",
            ),
        ] {
            assert_ne!(file, FULL);
            let bench = Bench::deployed(FULL).await;
            let live = |bench: &Bench| {
                let mut account = bench.account();
                let alias = account
                    .at(&["functions", "shop-dev", "Aliases", "live", "Alias"])
                    .clone();
                (
                    alias,
                    account
                        .at(&["apis", API, "stages", "dev", "deploymentId"])
                        .clone(),
                )
            };
            let (alias, deployment) = live(&bench);
            bench.converge(&file, &code("b", None), goal).await;
            {
                let mut account = bench.account();
                *account.at(&["functions", "shop-dev", "Aliases", "live", "Alias"]) = alias;
                *account.at(&["apis", API, "stages", "dev", "deploymentId"]) = deployment;
            }
            let lacks = async |file: &str| {
                let stack = bench.observed(file, &Purpose::Inspect).await;
                let cx = bench.runtime().cx("the stage");
                lacks(&stack, &settings(file), &cx).await.unwrap()
            };
            let said = lacks(&file).await.unwrap_or_default();
            assert!(said.contains(word), "{word}: {said}");
            assert_eq!(lacks(FULL).await, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_live_version_works_with_stays() {
        assert_eq!(refused(FULL).await, "");
        assert_eq!(refused(&FULL.replace("subnet-a1", "subnet-b2")).await, "");
        let boundary = "boundary = \"arn:aws:iam::111122223333:policy/org\"";
        let role = FULL.replace(boundary, "arn = \"arn:aws:iam::111122223333:role/mine\"");
        let table = FULL.replace(
            "[results]\nkms_key = \"12345678-1234-1234-1234-123456789012\"\n",
            "",
        );
        let domain = FULL.replace("name = \"api.shop.test\"", "name = \"new.shop.test\"");
        let vpc = "[function.vpc]\nsubnets = [\"subnet-a1\"]\nsecurity_groups = [\"sg-a1\"]\n";
        for (file, word) in [
            (
                FULL.replace("judge:live", "judge:next"),
                "earlier authorizers shop-dev",
            ),
            (table, "results table shop-dev-results"),
            (role, "role"),
            (domain, "former domain name"),
            (FULL.replace(vpc, ""), "VpcConfig"),
            (
                FULL.replace("base_path = \"v1\"", "base_path = \"v2\""),
                "other base path",
            ),
        ] {
            assert_ne!(file, FULL);
            let said = refused(&file).await;
            assert!(
                said.contains("the live version needs") && said.contains(word),
                "{word}: {said}"
            );
        }
    }
}
