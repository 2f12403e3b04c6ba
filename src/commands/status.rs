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
use serde_json::{Value, json};

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
    let resources: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| resource(&stack, step))
        .collect();
    let result = json!({
        "app": session.settings.app,
        "stage": session.settings.stage,
        "account": session.runtime.aws.identity.account,
        "region": session.runtime.aws.region,
        "in_sync": plan.is_empty(),
        "url": url,
        "resources": resources,
    });
    printer.result(&result, &text(global, &stack, &plan, url));
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

fn resource(stack: &Stack, step: &Step) -> Value {
    let details = stack
        .graph
        .details(step.node)
        .into_iter()
        .map(|(label, value)| (label.to_owned(), json!(value)));
    json!({
        "kind": step.kind,
        "name": step.name,
        "state": word(&step.action),
        "changes": changes(&step.action),
        "details": Value::Object(details.collect()),
    })
}

fn text(global: &Global, stack: &Stack, plan: &Plan, url: Option<String>) -> String {
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
