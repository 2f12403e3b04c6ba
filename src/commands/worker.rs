//! `gatewayq worker`: the Celery side.

use super::environment::Variables;
use super::session::{Session, not_deployed};
use super::{Failure, worker_run};
use crate::cli::{Global, Worker};
use crate::endpoint;
use crate::output::Printer;
use crate::worker_kit::{self, Target};
use anyhow::Context;
use camino::Utf8Path;

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    action: &Worker,
) -> Result<(), Failure> {
    match action {
        Worker::Env => env(global, printer).await,
        Worker::Run(arguments) => worker_run::run(global, printer, arguments).await,
        Worker::Init { dir, target } => init(global, printer, dir, *target).await,
    }
}

async fn env(global: &Global, printer: &Printer) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
    variables(&session, global).await?.print(printer);
    Ok(())
}

/// What celeryconfig.py and boto3 need to know of the stage.
pub(crate) async fn variables(session: &Session, global: &Global) -> Result<Variables, Failure> {
    let stack = session.inspect(|stack| vec![stack.queue.id()]).await?;
    let queue = stack
        .queue
        .current()
        .ok_or_else(|| not_deployed(&stack, global))?;
    let mut variables = vec![
        ("GATEWAYQ_QUEUE_NAME", stack.names.queue()),
        ("GATEWAYQ_QUEUE_URL", queue.url),
        ("AWS_REGION", session.runtime.aws.region.clone()),
        ("AWS_DEFAULT_REGION", session.runtime.aws.region.clone()),
    ];
    if let Some(results) = &session.settings.results {
        variables.push(("GATEWAYQ_RESULTS_TABLE", stack.names.results_table()));
        variables.push(("GATEWAYQ_RESULTS_TTL", results.ttl.to_string()));
    }
    let services: &[_] = match session.settings.results {
        Some(_) => &["AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_DYNAMODB"],
        None => &["AWS_ENDPOINT_URL_SQS"],
    };
    if let Some(endpoint) = &session.runtime.aws.endpoint {
        variables.extend(services.iter().map(|name| (*name, endpoint.clone())));
    }
    if global.local {
        let key = session.runtime.aws.credentials().await?;
        variables.push(("AWS_ACCESS_KEY_ID", key.access_key_id().to_owned()));
        variables.push(("AWS_SECRET_ACCESS_KEY", key.secret_access_key().to_owned()));
        return Ok(Variables::local(variables));
    }
    Ok(Variables::new(variables))
}

/// Writes the kit, and what a platform needs for one stage; that one has to be deployed, as the files
/// name its queue.
async fn init(
    global: &Global,
    printer: &Printer,
    dir: &Utf8Path,
    target: Option<Target>,
) -> Result<(), Failure> {
    let failed = || format!("the worker's files cannot be written to {dir}");
    let Some(target) = target else {
        let written = worker_kit::write(dir).with_context(failed)?;
        let next = format!("{dir}/README.md says how to go on");
        printer.result(&written, &format!("{}\n\n{next}", written.lines()));
        return Ok(());
    };
    if global.local {
        let flags = endpoint::flags(global);
        return Err(Failure::usage(format!(
            "--for writes files for a stage on AWS; a worker for the local AWS is gatewayq worker run{flags}"
        )));
    }
    let session = Session::open(global, printer).await?;
    let variables = variables(&session, global).await?;
    let worker = worker_kit::Worker {
        names: &session.names(),
        environment: variables.all().collect(),
        visibility_timeout: session.settings.queue.visibility_timeout,
        flags: &endpoint::flags(global),
        profile: global.profile.as_deref(),
    };
    let mut written = worker_kit::write(dir).with_context(failed)?;
    written.extend(worker_kit::write_for(dir, target, &worker).with_context(failed)?);
    let folder = dir.join(target.folder(&worker.names.stage));
    let next = format!("{folder} has what to run and in which order");
    printer.result(&written, &format!("{}\n\n{next}", written.lines()));
    Ok(())
}
