//! `gatewayq status`

use super::Failure;
use super::converge::survey;
use super::session::Session;
use crate::cli::{Global, Status};
use crate::endpoint;
use crate::engine::{Action, Change, Goal, Plan, Step};
use crate::output::{Printer, table};
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
    /// The stage's URL; none where it has no REST API.
    url: Option<&'a str>,
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
}

pub async fn run(global: &Global, printer: &Printer, arguments: &Status) -> Result<(), Failure> {
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
        .map(|api| endpoint::stage_url(&session.runtime.aws, &api.id, &session.settings.stage));
    let resources = plan.steps.iter().map(|step| resource(&stack, step));
    let report = Report {
        app: &session.settings.app,
        stage: &session.settings.stage,
        account: &session.runtime.aws.identity.account,
        region: &session.runtime.aws.region,
        in_sync: plan.is_empty(),
        url: url.as_deref(),
        resources: resources.collect(),
    };
    printer.result(&report, &text(global, &stack, &plan, url.as_deref()));
    if arguments.check && !plan.is_empty() {
        Err(Failure::Differs)
    } else {
        Ok(())
    }
}

fn word(action: &Action) -> &'static str {
    match action {
        Action::Create => "missing",
        Action::Update { .. } | Action::Replace { .. } | Action::Delete => "drifted",
        Action::Keep | Action::Retain { .. } => "present",
        Action::Foreign { .. } => "foreign",
    }
}

fn changes(action: &Action) -> &[Change] {
    match action {
        Action::Update { changes } | Action::Replace { changes, .. } => changes,
        _ => &[],
    }
}

fn resource<'a>(stack: &Stack, step: &'a Step) -> Resource<'a> {
    Resource {
        kind: step.kind,
        name: &step.name,
        state: word(&step.action),
        changes: changes(&step.action),
        details: stack.graph.details(step.node).into_iter().collect(),
    }
}

fn text(global: &Global, stack: &Stack, plan: &Plan, url: Option<&str>) -> String {
    let rows: Vec<Vec<String>> = plan.steps.iter().map(|step| row(stack, step)).collect();
    let missing = plan
        .steps
        .iter()
        .all(|step| step.action == Action::Create || step.kind == "account logging");
    let last = match url {
        _ if missing => format!(
            "{} is not deployed here: gatewayq deploy{}",
            stack.names.base(),
            endpoint::flags(global)
        ),
        _ if plan.is_empty() => format!("in sync, {}", url.unwrap_or_default()),
        url => format!(
            "differs from gatewayq.toml: gatewayq deploy{} puts it right{}",
            endpoint::flags(global),
            url.map(|url| format!("\n{url}")).unwrap_or_default()
        ),
    };
    format!("{}\n\n{last}", table(&rows))
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
    if let Action::Foreign { reason } = &step.action {
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
