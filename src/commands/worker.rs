//! `gatewayq worker`: the Celery side.

use super::environment::Variables;
use super::session::{Session, not_deployed};
use super::{Failure, worker_run};
use crate::cli::{Global, Worker};
use crate::output::Printer;
use crate::worker_kit;
use anyhow::Context;
use camino::Utf8Path;
use serde::Serialize;

/// What `worker init --json` prints.
#[derive(Serialize)]
struct Written {
    /// Names of the files that were written.
    written: Vec<&'static str>,
    /// Names of those that were there already, and are as they were.
    kept: Vec<&'static str>,
}

pub(crate) async fn run(
    global: &Global,
    printer: &Printer,
    action: &Worker,
) -> Result<(), Failure> {
    match action {
        Worker::Env => env(global, printer).await,
        Worker::Run(arguments) => worker_run::run(global, printer, arguments).await,
        Worker::Init { dir } => init(printer, dir),
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
    let endpoint = session.runtime.aws.endpoint.clone();
    variables.extend(endpoint.map(|endpoint| ("AWS_ENDPOINT_URL_SQS", endpoint)));
    if global.local {
        let key = session.runtime.aws.credentials().await?;
        variables.push(("AWS_ACCESS_KEY_ID", key.access_key_id().to_owned()));
        variables.push(("AWS_SECRET_ACCESS_KEY", key.secret_access_key().to_owned()));
        return Ok(Variables::local(variables));
    }
    Ok(Variables::new(variables))
}

fn init(printer: &Printer, dir: &Utf8Path) -> Result<(), Failure> {
    let (written, kept) = worker_kit::write(dir)
        .with_context(|| format!("the worker's files cannot be written to {dir}"))?;
    let kept_text = match kept.as_slice() {
        [] => String::new(),
        kept => format!("\nleft as they were: {}", kept.join(", ")),
    };
    let text = format!(
        "{} files written to {dir}; {dir}/README.md says how to go on{kept_text}",
        written.len()
    );
    printer.result(&Written { written, kept }, &text);
    Ok(())
}
