//! What a pipeline needs: its workflow, and the role that it takes.

use crate::ci::Provider;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Ci {
    /// Write the workflow that plans on pull requests, and deploys one package to one stage after the other from the
    /// main branch; a file that is there stays
    Init {
        provider: Provider,
        /// The stages, in the order in which they are deployed
        #[arg(
            long,
            value_name = "NAMES",
            value_delimiter = ',',
            default_value = "dev,prod",
            value_parser = stage
        )]
        stages: Vec<String>,
    },
}

/// Which jobs may take the role.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("jobs").required(true))]
pub(crate) struct CiTrust {
    #[arg(long, value_enum)]
    pub provider: Provider,
    /// The repository; of GitLab with all its groups. Where GitHub's tokens have its ids, OWNER@ID/NAME@ID
    #[arg(long, value_name = "OWNER/NAME", value_parser = repository)]
    pub repo: String,
    /// Jobs on this branch
    #[arg(long, value_name = "BRANCH", value_parser = name, group = "jobs")]
    pub branch: Option<String>,
    /// Jobs with this environment of GitHub, whose rules say which branches have it
    #[arg(long, value_name = "NAME", value_parser = name, group = "jobs")]
    pub environment: Option<String>,
    /// Jobs of pull requests; of GitLab, jobs on any branch. For a role that only reads
    #[arg(long, group = "jobs")]
    pub pull_requests: bool,
    /// The host of GitLab (default: gitlab.com)
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub host: Option<String>,
}

fn stage(text: &str) -> Result<String, String> {
    match crate::config::is_name(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("allowed: {}", crate::config::NAME_RULE)),
    }
}

/// Nothing that IAM would read as a wildcard or a variable, and nothing that moves a colon of the subject. An `@` is for
/// GitHub's ids alone, so that no name has one in it.
fn repository(text: &str) -> Result<String, String> {
    let part = |part: &str| {
        let (name, id) = part.split_once('@').unwrap_or((part, "0"));
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_named = !name.is_empty() && name.chars().all(allowed);
        is_named && !id.is_empty() && id.chars().all(|c| c.is_ascii_digit())
    };
    match text.contains('/') && text.split('/').all(part) {
        true => Ok(text.to_owned()),
        false => Err(
            "it takes OWNER/NAME, of letters, digits and - _ . and of GitHub OWNER@ID/NAME@ID, too"
                .to_owned(),
        ),
    }
}

/// A branch or an environment. IAM reads `${…}` as a variable everywhere.
fn name(text: &str) -> Result<String, String> {
    let refused = |c: char| c.is_control() || c.is_whitespace() || "*?$".contains(c);
    match text.is_empty() || text.contains(refused) {
        true => Err("it takes one name, without blanks and * ? $".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn host(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    match !text.is_empty() && text.chars().all(allowed) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("it takes a host such as gitlab.example.com, without https://".to_owned()),
    }
}
