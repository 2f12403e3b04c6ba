//! `gatewayq worker`: the Celery side.

use super::Failure;
use super::session::{Session, not_deployed};
use crate::cli::{Global, Worker};
use crate::output::Printer;
use crate::worker_kit;
use anyhow::Context;
use camino::Utf8Path;
use serde_json::{Value, json};

pub async fn run(global: &Global, printer: &Printer, action: &Worker) -> Result<(), Failure> {
    match action {
        Worker::Env => env(global, printer).await,
        Worker::Init { dir } => init(printer, dir),
    }
}

async fn env(global: &Global, printer: &Printer) -> Result<(), Failure> {
    let session = Session::open(global, printer).await?;
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
    variables.extend(
        session
            .runtime
            .aws
            .endpoint
            .clone()
            .map(|endpoint| ("AWS_ENDPOINT_URL_SQS", endpoint)),
    );
    if global.local {
        // The emulator's key pair is the same on every machine: no secret.
        let key = session.runtime.aws.credentials().await?;
        variables.push(("AWS_ACCESS_KEY_ID", key.access_key_id().to_owned()));
        variables.push(("AWS_SECRET_ACCESS_KEY", key.secret_access_key().to_owned()));
    }
    let json = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(value.clone())));
    let shell: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!("export {name}={}", quoted(value)))
        .collect();
    printer.result(&Value::Object(json.collect()), &shell.join("\n"));
    Ok(())
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
    printer.result(&json!({"written": written, "kept": kept}), &text);
    Ok(())
}

/// `value` as one word of a POSIX shell.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+,@%".contains(c);
    match value {
        _ if !value.is_empty() && value.chars().all(plain) => value.to_owned(),
        _ => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_value_cannot_leave_its_word() {
        assert_eq!(quoted("https://sqs/1/a.fifo"), "https://sqs/1/a.fifo");
        assert_eq!(quoted("a'; rm -rf /"), r"'a'\''; rm -rf /'");
        assert_eq!(quoted(""), "''");
    }
}
