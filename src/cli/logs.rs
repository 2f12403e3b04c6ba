//! The arguments of `gatewayq logs`.

use clap::Args;

#[derive(Debug, Args)]
#[command(
    after_help = "With --json it prints an array, and with --follow a JSON object a line. Times are those of this \
    machine's zone (TZ), in JSON and with --utc UTC."
)]
pub(crate) struct Logs {
    /// Go on showing what comes
    #[arg(long, short)]
    pub follow: bool,
    /// How far back to begin: 30s, 10m, 2h, 3d
    #[arg(long, default_value = "10m", value_name = "TIME", value_parser = humantime::parse_duration)]
    pub since: std::time::Duration,
    /// Show times in UTC, as the console's logs have them
    #[arg(long)]
    pub utc: bool,
    /// Only what one of these wrote; may be given several times
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub source: Vec<LogSource>,
    /// Only lines that fit a filter pattern of CloudWatch: words, "a phrase", ?one ?another, -without,
    /// { $.level = "ERROR" }
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true, value_parser = pattern)]
    pub filter: Option<String>,
    /// Only what one request left in all logs, by its id: API Gateway's (x-amzn-RequestId of the response), or
    /// Lambda's
    #[arg(long, value_name = "ID", conflicts_with_all = ["follow", "filter"], value_parser = request_id)]
    pub request: Option<String>,
}

/// Who writes a log of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogSource {
    /// The function
    Function,
    /// API Gateway's executions, by `[api] log_level`
    Api,
    /// API Gateway's access log: a line for each request, with `[api] access_log`
    Access,
}

/// CloudWatch Logs API reference, FilterLogEvents: at most 1,024 characters. An empty one fits everything.
fn pattern(text: &str) -> Result<String, String> {
    match text.chars().count() {
        _ if text.trim().is_empty() => Err("it is empty, which fits every line".to_owned()),
        ..=1024 => Ok(text.to_owned()),
        _ => Err("allowed: at most 1024 characters".to_owned()),
    }
}

fn request_id(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
    match (1..=128).contains(&text.len()) && text.bytes().all(plain) {
        true => Ok(text.to_owned()),
        false => Err("allowed: 1 to 128 letters, digits or any of - _ =".to_owned()),
    }
}
