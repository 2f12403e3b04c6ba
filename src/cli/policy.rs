//! The IAM policies.

use super::CiTrust;
use clap::{Args, Subcommand};

/// Whom the policy is for. Account, region and names are filled in.
#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// For deploy, rollback, promote, plan, status, delete, adopt, keys and logs
    Deployer {
        #[command(flatten)]
        breadth: Breadth,
        /// Roles may only be made with this permission boundary (default: `[role] boundary`)
        #[arg(long, value_name = "ARN", value_parser = crate::config::policy_arn)]
        boundary: Option<String>,
        /// Without what makes, changes and removes the role that API Gateway logs through: it is there already
        #[arg(long)]
        no_logging_role: bool,
    },
    /// For plan, status, graph, export --deployed, logs, keys list, keys usage, queue status and worker env
    Reader {
        #[command(flatten)]
        breadth: Breadth,
    },
    /// For queue status, peek, purge, redrive and send. Whoever redrives or sends also has to be in `[queue] senders`
    Operator {
        #[command(flatten)]
        breadth: Breadth,
    },
    /// For signed calls of the stage's routes, and nothing else
    ApiUser {
        /// Only this route; may be given again
        #[arg(long, value_name = "METHOD PATH")]
        route: Vec<String>,
    },
    /// For a Celery worker on the stage's queue
    Worker {
        #[command(flatten)]
        breadth: Breadth,
        /// Its tasks retry or send tasks: sqs:SendMessage, too. Its role also has to be in `[queue] senders`
        #[arg(long)]
        sends: bool,
    },
    /// Whom a role trusts that jobs of GitHub Actions or GitLab take with a token, without stored keys (OIDC)
    CiTrust(CiTrust),
}

/// How many stages a policy covers.
#[derive(Debug, Args)]
pub(crate) struct Breadth {
    /// Every stage of the app instead of the one of --stage
    #[arg(long)]
    pub all_stages: bool,
}
