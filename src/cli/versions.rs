//! The function's versions: which there are, which is live, and the share of a canary.

use clap::Args;

#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "Times are those of this machine's zone (TZ), in JSON and with --utc UTC.")]
pub(crate) struct History {
    /// Show times in UTC, as the console has them
    #[arg(long)]
    pub utc: bool,
}

/// `10%`, or `10`.
pub(super) fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse();
    let number = number.ok().filter(|number| (1..=99).contains(number));
    number.ok_or_else(|| "a whole number of requests in a hundred, from 1% to 99%".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// This version; without it, the one that was live before
    #[arg(long, value_name = "VERSION")]
    pub to: Option<u64>,
}
