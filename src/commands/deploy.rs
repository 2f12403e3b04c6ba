//! `gatewayq deploy`

use super::Failure;
use super::artifact::{HandlerReport, Preparation};
use super::canary;
use super::converge::converge;
use super::domain::{self, check_certificate};
use super::interrupt;
use super::planned::Planned;
use super::session::{Session, settings};
use crate::cli::{Deploy, Global};
use crate::config::settings::{Auth, Route};
use crate::endpoint;
use crate::engine::{Converged, Goal, Plan};
use crate::output::{Printer, elapsed, table};
use crate::stack::Stack;
use serde::Serialize;

/// What `deploy --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    app: &'a str,
    stage: &'a str,
    /// The account's number, 12 digits.
    account: &'a str,
    region: &'a str,
    /// The stage's URL, without a slash at its end: that of its domain, where it has one.
    url: String,
    domain: Option<domain::Report<'a>>,
    /// As they stand in gatewayq.toml.
    routes: Vec<Callable<'a>>,
    rest_api_id: String,
    /// The default key's id, never its value.
    api_key_id: String,
    usage_plan_id: String,
    queue_url: String,
    dead_letter_queue_url: String,
    function_name: String,
    handler: HandlerReport<'a>,
    /// The function's execution role.
    role_arn: String,
    changes: Counts,
}

/// One route.
#[derive(Serialize)]
struct Callable<'a> {
    method: &'a str,
    /// With the path as in gatewayq.toml, `{parameters}` included.
    url: String,
    auth: &'a Auth,
    /// Whether an API key has to be sent.
    api_key: bool,
}

/// How many resources had this done to them.
#[derive(Clone, Copy, Serialize)]
struct Counts {
    created: usize,
    /// Those that were replaced count here.
    updated: usize,
    deleted: usize,
    kept: usize,
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    arguments: &Deploy,
) -> Result<(), Failure> {
    let settings = settings(global)?;
    let planned = arguments.plan.as_deref().map(Planned::load).transpose()?;
    let cancel = interrupt::listen(printer);
    let source = &arguments.source;
    let mut artifact = Preparation::start(global, &settings, source, printer, cancel.clone())?;
    let session = Session::connect(global, printer, settings, cancel).await?;
    check_certificate(&session)?;
    let (purpose, replace) = (artifact.purpose(arguments.canary), arguments.replace);
    let goal = Goal::Present { replace };
    let upload = artifact.upload();
    let permit = async |plan: &Plan| {
        canary::permitted(plan, arguments.canary, printer, &session.flags)?;
        match &planned {
            Some(planned) => planned.permits(&session, &upload, plan),
            None => Ok(()),
        }
    };
    let converged = converge(&session, &purpose, goal, artifact.done(), permit).await?;
    warn(printer, &converged.stack).await?;
    let report = report(&session, &converged, &artifact)?;
    let text = text(global, &session, &converged, &artifact, &report);
    printer.result(&report, &text);
    Ok(())
}

/// Says what is not done, since it is not the stage's to do.
///
/// # Errors
/// What AWS answers.
async fn warn(printer: &Printer, stack: &Stack) -> Result<(), Failure> {
    let warnings = stack.graph.warnings_of(&stack.authorizer_permissions).await;
    let warnings = warnings.map_err(|(what, error)| Failure::reading(&what, error))?;
    for warning in warnings.into_values().flatten() {
        printer.note(&format!("warning: {warning}"));
    }
    Ok(())
}

/// # Errors
/// Where something is gone again that was just made.
fn report<'a>(
    session: &'a Session,
    converged: &Converged<Stack>,
    artifact: &'a Preparation,
) -> Result<Report<'a>, Failure> {
    let (stack, aws, settings) = (&converged.stack, &session.runtime.aws, &session.settings);
    let missing = |what: &str| {
        Failure::failed(format!(
            "{what} is gone: somebody else is changing this stage"
        ))
    };
    let api = stack.api.current().ok_or_else(|| missing("the REST API"))?;
    let url = endpoint::callers_url(aws, &api.id, settings);
    let key = stack.key.current().ok_or_else(|| missing("the API key"))?;
    let plan = stack.usage_plan.current();
    let plan = plan.ok_or_else(|| missing("the usage plan"))?;
    let queue = stack.queue.current().ok_or_else(|| missing("the queue"))?;
    let dead_letters = stack.dead_letter_queue.current();
    let dead_letters = dead_letters.ok_or_else(|| missing("the dead-letter queue"))?;
    let names = &stack.names;
    let role = settings.role.arn.clone();
    Ok(Report {
        app: &settings.app,
        stage: &settings.stage,
        account: &aws.identity.account,
        region: &aws.region,
        routes: settings
            .routes
            .iter()
            .map(|route| callable(&url, route))
            .collect(),
        url,
        domain: domain::Report::of(session, stack),
        rest_api_id: api.id,
        api_key_id: key.id,
        usage_plan_id: plan.id,
        queue_url: queue.url,
        dead_letter_queue_url: dead_letters.url,
        function_name: names.base(),
        handler: artifact.report()?,
        role_arn: role.unwrap_or_else(|| names.role_arn(&names.role())),
        changes: Counts {
            created: converged.count("created"),
            updated: converged.count("updated") + converged.count("replaced"),
            deleted: converged.count("deleted"),
            kept: converged.count("kept"),
        },
    })
}

fn callable<'a>(url: &str, route: &'a Route) -> Callable<'a> {
    Callable {
        method: &route.method,
        url: format!("{url}{}", route.path),
        auth: &route.auth,
        api_key: route.api_key,
    }
}

fn text(
    global: &Global,
    session: &Session,
    converged: &Converged<Stack>,
    artifact: &Preparation,
    report: &Report,
) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for route in &report.routes {
        rows.push(vec![route.method.to_owned(), route.url.clone()]);
    }
    let key = format!(
        "{} (its id; the value stays in API Gateway)",
        report.api_key_id
    );
    rows.push(vec!["API key".to_owned(), key]);
    rows.extend(report.domain.iter().flat_map(domain::Report::rows));
    rows.push(vec!["queue".to_owned(), report.queue_url.clone()]);
    rows.push(vec!["handler".to_owned(), artifact.handler_text()]);
    let Counts {
        created,
        updated,
        deleted,
        kept,
    } = report.changes;
    let flags = endpoint::flags(global);
    format!(
        "{} is deployed in {} ({}): {created} created, {updated} updated, {deleted} deleted, {kept} kept\n\n\
         {}\n\nTry: gatewayq invoke{flags} {}",
        report.function_name,
        report.region,
        elapsed(converged.took),
        table(&rows),
        example(&session.settings.routes),
    )
}

/// A request to try: a task's route if one can be called without a body.
fn example(routes: &[Route]) -> String {
    let simple = |route: &&Route| route.method == "GET" && !route.path.contains('{');
    let task = |route: &&Route| matches!(route.action, crate::config::settings::Action::Task(_));
    let best = routes
        .iter()
        .filter(simple)
        .find(task)
        .or_else(|| routes.iter().find(simple))
        .or(routes.first());
    match best {
        Some(route) if route.method == "GET" => route.path.clone(),
        Some(route) => format!(
            "{} {} --data '{{\"args\": [2, 2]}}'",
            route.method, route.path
        ),
        None => "/".to_owned(),
    }
}
