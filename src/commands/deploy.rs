//! `gatewayq deploy`

use super::Failure;
use super::artifact::{HandlerReport, Preparation};
use super::canary;
use super::converge::converge;
use super::interrupt;
use super::planned::Planned;
use super::session::{Session, settings};
use super::{domain, elsewhere};
use crate::cli::{Deploy, Global};
use crate::config::settings::{Auth, Route};
use crate::endpoint;
use crate::engine::{Converged, Goal, Plan};
use crate::output::{Printer, elapsed, table};
use crate::stack::Stack;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

/// What `deploy --json` prints.
#[derive(Serialize)]
pub(super) struct Report<'a> {
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
    let cancel = interrupt::listen(printer);
    let deployed = once(global, printer, arguments, cancel, |_| Ok(())).await?;
    let report = deployed.report()?;
    printer.result(&report, &deployed.text(global, &report));
    Ok(())
}

/// A stage that was just deployed.
pub(super) struct Deployed {
    pub session: Session,
    converged: Converged<Stack>,
    artifact: Preparation,
}

/// One deploy, with gatewayq.toml as it is now. `may_go` is asked before anything is read or changed.
///
/// # Errors
/// As `gatewayq deploy` ends, and what `may_go` answers.
pub(super) async fn once(
    global: &Global,
    printer: &Printer,
    arguments: &Deploy,
    cancel: CancellationToken,
    may_go: impl FnOnce(&Session) -> Result<(), Failure>,
) -> Result<Deployed, Failure> {
    let settings = settings(global)?;
    let planned = arguments.plan.as_deref().map(Planned::load).transpose()?;
    let source = &arguments.source;
    let mut artifact = Preparation::start(global, &settings, source, printer, cancel.clone())?;
    let session = Session::connect(global, printer, settings, cancel).await?;
    may_go(&session)?;
    elsewhere::check(&session)?;
    let (purpose, replace) = (artifact.purpose(arguments.canary), arguments.replace);
    let goal = Goal::Present { replace };
    let upload = artifact.upload();
    let permit = async |plan: &Plan| {
        canary::permitted(
            plan,
            arguments.canary,
            &session.settings,
            printer,
            &session.flags,
        )?;
        if arguments.canary.is_some() {
            canary::beside_what_is_served(&session).await?;
        }
        match &planned {
            Some(planned) => planned.permits(&session, &upload, plan),
            None => Ok(()),
        }
    };
    let converged = converge(&session, &purpose, goal, artifact.done(), permit).await?;
    warn(printer, &converged.stack, &session.flags).await?;
    Ok(Deployed {
        session,
        converged,
        artifact,
    })
}

/// Says what is not done, since it is not the stage's to do.
///
/// # Errors
/// What AWS answers.
async fn warn(printer: &Printer, stack: &Stack, flags: &str) -> Result<(), Failure> {
    let warnings = stack.graph.warnings_of(&stack.authorizer_permissions).await;
    let warnings = warnings.map_err(|(what, error)| Failure::reading(&what, error, flags))?;
    for warning in warnings.into_values().flatten() {
        printer.note(&format!("warning: {warning}"));
    }
    Ok(())
}

impl Deployed {
    /// What was done, for programs.
    ///
    /// # Errors
    /// Where something is gone again that was just made.
    pub(super) fn report(&self) -> Result<Report<'_>, Failure> {
        let (session, converged) = (&self.session, &self.converged);
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
            handler: self.artifact.report()?,
            role_arn: role.unwrap_or_else(|| names.role_arn(&names.role())),
            changes: Counts {
                created: converged.count("created"),
                updated: converged.count("updated") + converged.count("replaced"),
                deleted: converged.count("deleted"),
                kept: converged.count("kept"),
            },
        })
    }

    /// The same for people.
    fn text(&self, global: &Global, report: &Report) -> String {
        let mut rows = report.routes();
        let key = format!(
            "{} (its id; the value stays in API Gateway)",
            report.api_key_id
        );
        rows.push(vec!["API key".to_owned(), key]);
        rows.extend(report.domain.iter().flat_map(domain::Report::rows));
        rows.push(vec!["queue".to_owned(), report.queue_url.clone()]);
        rows.push(vec!["handler".to_owned(), self.artifact.handler_text()]);
        format!(
            "{} is deployed in {} ({}): {}\n\n{}\n\nTry: {}",
            report.function_name,
            report.region,
            elapsed(self.converged.took),
            report.changes,
            table(&rows),
            self.try_this(global),
        )
    }

    /// A command that sends a request.
    pub(super) fn try_this(&self, global: &Global) -> String {
        let flags = endpoint::flags(global);
        format!(
            "gatewayq invoke{flags} {}",
            example(&self.session.settings.routes)
        )
    }

    /// What was done, in a line.
    pub(super) fn in_short(&self, report: &Report) -> String {
        let took = elapsed(self.converged.took);
        match report.changes.is_none() {
            true => format!("nothing to deploy, {took}: the stage is as gatewayq.toml says"),
            false => format!("deployed in {took}: {}", report.changes),
        }
    }
}

impl Report<'_> {
    /// A row for each route: its method, and its URL.
    pub(super) fn routes(&self) -> Vec<Vec<String>> {
        let row = |route: &Callable| vec![route.method.to_owned(), route.url.clone()];
        self.routes.iter().map(row).collect()
    }
}

impl Counts {
    /// True where all was as it is wanted.
    fn is_none(self) -> bool {
        self.created + self.updated + self.deleted == 0
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            created,
            updated,
            deleted,
            kept,
        } = self;
        write!(
            f,
            "{created} created, {updated} updated, {deleted} deleted, {kept} kept"
        )
    }
}

fn callable<'a>(url: &str, route: &'a Route) -> Callable<'a> {
    Callable {
        method: &route.method,
        url: format!("{url}{}", route.path),
        auth: &route.auth,
        api_key: route.api_key,
    }
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
