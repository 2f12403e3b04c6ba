//! `gatewayq result`, and how long to wait for one.

use clap::Args;
use clap::builder::RangedI64ValueParser;
use gatewayq_routes::options::is_task_id;

/// A day.
const LONGEST: i64 = 86_400;

#[derive(Debug, Args)]
pub(crate) struct TaskResult {
    /// The task's id, as the answer to its request has it
    #[arg(value_name = "ID", value_parser = task_id)]
    pub id: String,
    /// Wait so many seconds for the task to be done, at most a day
    #[arg(long, value_name = "SECONDS", value_parser = seconds())]
    pub wait: Option<u32>,
    /// Send no API key
    #[arg(long)]
    pub no_key: bool,
    /// Use the execute-api URL in place of the domain's
    #[arg(long, conflicts_with = "url")]
    pub no_domain: bool,
    /// The stage's URL, as for invoke
    #[arg(long, value_name = "URL", conflicts_with = "local")]
    pub url: Option<String>,
}

pub(super) fn seconds() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=LONGEST)
}

/// An id as the function takes it, which a path can hold as it is.
fn task_id(text: &str) -> Result<String, String> {
    match is_task_id(text) {
        true => Ok(text.to_owned()),
        false => Err("allowed: 1 to 128 letters, digits or any of - _ . :".to_owned()),
    }
}
