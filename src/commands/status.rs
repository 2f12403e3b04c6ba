//! `gatewayq status`

use super::Failure;
use super::converge::survey;
use super::domain;
use super::session::Session;
use crate::cli::{Global, Status};
use crate::endpoint;
use crate::engine::{Action, Change, Goal, NodeId, Plan, Step};
use crate::output::{Printer, table};
use crate::picture::State;
use crate::stack::{Purpose, Stack};
use console::style;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `status --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    app: &'a str,
    stage: &'a str,
    /// The account's number, 12 digits.
    account: &'a str,
    region: &'a str,
    /// True where every resource is present and as gatewayq.toml says.
    in_sync: bool,
    /// The stage's URL, that of its domain where it has one; none where it has no REST API.
    url: Option<&'a str>,
    domain: Option<domain::Report<'a>>,
    resources: Vec<Resource<'a>>,
}

/// One resource as it is.
#[derive(Serialize)]
struct Resource<'a> {
    kind: &'static str,
    name: &'a str,
    /// `present`, `missing`, `drifted` or `foreign`.
    state: &'static str,
    /// The fields in which it drifted.
    changes: &'a [Change],
    /// What only this kind has.
    details: BTreeMap<&'static str, String>,
    /// What opens or closes the way to the stage beside gatewayq.toml.
    warnings: &'a [String],
}

type Warnings = BTreeMap<NodeId, Vec<String>>;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Status,
) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    let (stack, plan) = survey(
        &session,
        &Purpose::Inspect,
        Goal::Present { replace: false },
    )
    .await?;
    let url = stack
        .api
        .current()
        .map(|api| endpoint::callers_url(&session.runtime.aws, &api.id, &session.settings));
    let warnings = stack.graph.warnings().await;
    let warnings =
        warnings.map_err(|(what, error)| Failure::reading(&what, error, &session.flags))?;
    let steps = plan.steps.iter();
    let resources = steps.map(|step| resource(&stack, step, &warnings));
    let report = Report {
        app: &session.settings.app,
        stage: &session.settings.stage,
        account: &session.runtime.aws.identity.account,
        region: &session.runtime.aws.region,
        in_sync: plan.is_empty(),
        url: url.as_deref(),
        domain: domain::Report::of(&session, &stack),
        resources: resources.collect(),
    };
    let record = report.domain.as_ref().map(domain::Report::rows);
    let record = record.unwrap_or_default();
    let text = [
        table(
            &plan
                .steps
                .iter()
                .map(|step| row(&stack, step))
                .collect::<Vec<_>>(),
        ),
        warned(&plan, &warnings),
        last(global, &stack, &plan, url.as_deref()),
        table(&record),
    ];
    printer.result(&report, text.join("\n").trim_end());
    if arguments.check && !plan.is_empty() {
        Err(Failure::Differs)
    } else {
        Ok(())
    }
}

fn word(action: &Action) -> &'static str {
    State::of(action).word()
}

fn changes(action: &Action) -> &[Change] {
    match action {
        Action::Update { changes } | Action::Replace { changes, .. } => changes,
        _ => &[],
    }
}

fn resource<'a>(stack: &Stack, step: &'a Step, warnings: &'a Warnings) -> Resource<'a> {
    Resource {
        kind: step.kind,
        name: &step.name,
        state: word(&step.action),
        changes: changes(&step.action),
        details: stack.graph.details(step.node).into_iter().collect(),
        warnings: warnings.get(&step.node).map_or(&[], Vec::as_slice),
    }
}

/// A line for each warning, below a line of its own.
fn warned(plan: &Plan, warnings: &Warnings) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        for warning in warnings.get(&step.node).into_iter().flatten() {
            let word = style("warning").yellow();
            text += &format!("\n{word}: {} {}: {warning}", step.kind, step.name);
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// In what relation the stage is to gatewayq.toml, and what changes that.
fn last(global: &Global, stack: &Stack, plan: &Plan, url: Option<&str>) -> String {
    let flags = endpoint::flags(global);
    let mut steps = plan.steps.iter();
    let missing = steps.all(|step| step.action == Action::Create || step.kind == "account logging");
    let last = match url {
        _ if plan.foreign().next().is_some() => in_the_way(plan, &flags),
        _ if missing => {
            return format!(
                "{} is not deployed here: gatewayq deploy{flags}",
                stack.names.base()
            );
        }
        _ if plan.is_empty() => return format!("in sync, {}", url.unwrap_or_default()),
        _ if plan.refused().next().is_some() => format!(
            "differs from gatewayq.toml in what AWS cannot change in place: gatewayq deploy{flags} --replace \
             replaces it (deletes and creates)"
        ),
        _ => format!("differs from gatewayq.toml: gatewayq deploy{flags} fixes it"),
    };
    url.map_or(last.clone(), |url| format!("{last}\n{url}"))
}

/// A deploy changes nothing while somebody else has one of its names.
fn in_the_way(plan: &Plan, flags: &str) -> String {
    let names = plan.foreign();
    let names: Vec<String> = names
        .map(|(step, _)| format!("{} {}", step.kind, step.name))
        .collect();
    let names = names.join(", ");
    // What cannot be taken over says itself what to do.
    if plan.not_adoptable().next().is_some() {
        return format!("not this stage's, and in the way of a deploy: {names}");
    }
    format!(
        "not this stage's, and in the way of a deploy: {names}. gatewayq adopt{flags} takes over what is of the stage's \
         names; otherwise choose another app or stage name"
    )
}

fn row(stack: &Stack, step: &Step) -> Vec<String> {
    let state = word(&step.action);
    let state = match state {
        "present" => style(state).green(),
        "missing" => style(state).yellow(),
        _ => style(state).red(),
    };
    let mut notes: Vec<String> = changes(&step.action)
        .iter()
        .map(|change| change.field.clone())
        .collect();
    if let Action::Foreign { reason, .. } = &step.action {
        notes.push(reason.clone());
    }
    notes.extend(
        stack
            .graph
            .details(step.node)
            .into_iter()
            .map(|(label, value)| format!("{label} {value}")),
    );
    vec![
        state.to_string(),
        step.kind.to_owned(),
        step.name.clone(),
        notes.join(", "),
    ]
}
