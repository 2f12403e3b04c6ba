//! The API keys of the stage's consumers.

use crate::keys::{Consumer, Since};
use camino::Utf8PathBuf;
use clap::Subcommand;

/// A consumer's NAME has lower-case letters, digits and single hyphens; `default` is the stage's
/// own key, which deploy makes.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Show every key: whose it is, whether it is in use, retired or disabled, and its usage plan
    List,
    /// Make a key for a consumer and put it on a usage plan of the stage
    Create {
        name: Consumer,
        /// A plan of gatewayq.toml: one of `[usage_plans]`, or `default` for `[usage_plan]`
        #[arg(long, value_name = "PLAN")]
        plan: Option<String>,
        /// Take the key's value, 20 to 128 characters, from standard input instead of having AWS make one
        #[arg(long, value_name = "-", allow_hyphen_values = true)]
        value: Option<String>,
    },
    /// Make keys with the values that a file has: `name,key` or `name,key,plan` a line
    Import {
        /// The file, or - for standard input
        file: Utf8PathBuf,
    },
    /// Move a consumer to another usage plan; between two calls its key opens nothing
    Move {
        name: Consumer,
        /// A plan of gatewayq.toml: one of `[usage_plans]`, or `default` for `[usage_plan]`
        #[arg(long, value_name = "PLAN")]
        plan: String,
    },
    /// Make a new key for a consumer; the old one stays valid until `keys delete NAME --retired`
    Rotate { name: Consumer },
    /// Switch a consumer's keys off; a deploy leaves them off
    Disable { name: Consumer },
    /// Switch a consumer's keys on again
    Enable { name: Consumer },
    /// Delete a consumer's keys
    Delete {
        name: Consumer,
        /// Only those that a rotation left behind
        #[arg(long)]
        retired: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Show what consumers asked for, by day, and what is left of their quotas
    Usage {
        /// Only this consumer
        name: Option<Consumer>,
        /// The first day, such as 2026-11-29, or how many days with today; at most 90
        #[arg(long, default_value = "7", value_name = "DATE|DAYS")]
        since: Since,
    },
    /// Print the value of the key that a consumer uses
    Show {
        #[arg(default_value = crate::resources::DEFAULT_KEY)]
        name: Consumer,
    },
}
