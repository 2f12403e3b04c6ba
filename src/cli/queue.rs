//! The arguments of `gatewayq queue`.

use clap::{Args, Subcommand};
use std::time::Duration;

/// SQS has no read without a receive, and each receive counts towards `[queue] max_receives`: that is why
/// `status` reads no message, and `peek` says what each look costs.
#[derive(Debug, Subcommand)]
pub(crate) enum Queue {
    /// Show how many tasks wait, are in flight and are dead letters, and how long the oldest waits
    Status,
    /// Look at tasks without taking them. Each look counts as one of `[queue] max_receives`
    #[command(
        after_help = "The tasks that are looked at, and those behind them in their groups, are kept from the workers for \
        about a second; a look that is killed gives them back within 10 s. Of a group SQS shows no more than its first ten. \
        How often a task was received is told by receiving it alone: a look may use up the last receive of one that failed \
        before, and it is a dead letter then without another run. Where every look would (max_receives 1), peek refuses."
    )]
    Peek {
        /// Look at the dead letters, which a look costs nothing
        #[arg(long)]
        dead_letters: bool,
        /// At most so many
        #[arg(long, short = 'n', value_name = "N", default_value = "10", value_parser = clap::value_parser!(u16).range(1..=100))]
        count: u16,
        /// Look even where that may use up the last receive of a task
        #[arg(long)]
        anyway: bool,
    },
    /// Delete all tasks of the queue, those in flight included
    Purge {
        /// Delete the dead letters, and leave the queue alone
        #[arg(long)]
        dead_letters: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Move dead letters back to the queue, where they run again
    #[command(
        after_help = "Without a filter SQS itself moves them, and Ctrl-C cancels that; with one they are moved one by one. \
        Either acts as the caller, who has to be in `[queue] senders`. Cut off, the same command goes on. None is lost; one \
        that was being moved when a redrive was killed can run twice where the next one comes more than five minutes later."
    )]
    Redrive {
        /// Only those of the task of this name
        #[arg(long, value_name = "NAME")]
        task: Option<String>,
        /// Only the task of this id, or the message of this id
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// Only those that SQS took so long ago: 10m, 2h, 3d
        #[arg(long, value_name = "AGE", value_parser = humantime::parse_duration)]
        older_than: Option<Duration>,
    },
    /// Put a task on the queue, as a route's caller would
    #[command(
        after_help = "The caller has to be in `[queue] senders`. `gatewayq invoke` sends through the API and needs no place \
        there. A task whose name no worker knows is a dead letter after the queue's maximum of receives."
    )]
    Send(Send),
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The task's name, as the worker has registered it
    #[arg(value_name = "TASK")]
    pub task: String,
    /// The positional arguments: a JSON array
    #[arg(
        long,
        value_name = "JSON",
        default_value = "[]",
        allow_hyphen_values = true
    )]
    pub args: String,
    /// The keyword arguments: a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub kwargs: String,
    /// The ordering key: tasks of one group run in the order in which they are sent (default: a group of its own)
    #[arg(long, value_name = "GROUP", value_parser = group)]
    pub group: Option<String>,
    /// The task's id. SQS takes a second one within five minutes for the same task (default: a new one)
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Run it after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "eta")]
    pub countdown: Option<f64>,
    /// Run it at this moment, such as 2031-02-03T04:05:06Z
    #[arg(long, value_name = "TIME")]
    pub eta: Option<String>,
}

/// Rust reads `nan` and `inf` as numbers, too, and JSON has neither.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: Option<f64> = text.parse().ok();
    let seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    seconds.ok_or_else(|| "allowed: a number of seconds, zero or more".to_owned())
}

/// SQS API reference, SendMessage: 1 to 128 letters, digits and punctuation.
fn group(text: &str) -> Result<String, String> {
    let fits = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    match fits {
        true => Ok(text.to_owned()),
        false => Err("allowed: 1 to 128 ASCII letters, digits and punctuation".to_owned()),
    }
}
