//! Whom a role trusts that a CI job takes with a token of its own (OIDC), in the place of stored keys.

use crate::names::Names;
use serde_json::{Value, json};

/// The issuer of GitHub's tokens, and the audience that aws-actions/configure-aws-credentials asks for (GitHub,
/// "Configuring OpenID Connect in Amazon Web Services").
const GITHUB: (&str, &str) = ("token.actions.githubusercontent.com", "sts.amazonaws.com");

/// The jobs that are let in.
pub(crate) enum Jobs {
    /// Of GitHub Actions: those of this repository, `OWNER/NAME`.
    Github { repo: String, of: GithubJobs },
    /// Of GitLab CI/CD on `host`: those of this project, `GROUP/NAME`, on this branch or on any.
    Gitlab {
        host: String,
        project: String,
        branch: Option<String>,
    },
}

/// Which jobs of a repository.
pub(crate) enum GithubJobs {
    /// Those on a branch, without an environment.
    Branch(String),
    /// Those with an environment, which GitHub lets only the branches have that its rules name.
    Environment(String),
    /// Those of pull requests, from the repository's own branches.
    PullRequests,
}

/// The trust policy that lets `jobs` in and nobody else: both the audience and the subject are compared, since any
/// repository of the same host gets tokens with the same audience (IAM user guide, "Configuring a role for GitHub OIDC
/// identity provider"; GitLab, "Configure OpenID Connect in AWS to retrieve temporary credentials").
pub(crate) fn ci_trust(names: &Names, jobs: &Jobs) -> Value {
    let (issuer, audience, subject) = match jobs {
        Jobs::Github { repo, of } => {
            let (issuer, audience) = GITHUB;
            let of = match of {
                GithubJobs::Branch(branch) => format!("ref:refs/heads/{branch}"),
                GithubJobs::Environment(name) => {
                    format!("environment:{}", name.replace(':', "%3A"))
                }
                GithubJobs::PullRequests => "pull_request".to_owned(),
            };
            let subject = format!("repo:{repo}:{of}");
            (issuer.to_owned(), audience.to_owned(), subject)
        }
        Jobs::Gitlab {
            host,
            project,
            branch,
        } => {
            let branch = branch.as_deref().unwrap_or("*");
            let subject = format!("project_path:{project}:ref_type:branch:ref:{branch}");
            (host.clone(), format!("https://{host}"), subject)
        }
    };
    let any_branch = matches!(jobs, Jobs::Gitlab { branch: None, .. });
    let (aud, sub) = (format!("{issuer}:aud"), format!("{issuer}:sub"));
    // A star is a wildcard for StringLike alone: elsewhere nothing that a name may have means more than itself.
    let condition = match any_branch {
        true => json!({"StringEquals": {aud: audience}, "StringLike": {sub: subject}}),
        false => json!({"StringEquals": {aud: audience, sub: subject}}),
    };
    let identity = &names.identity;
    let provider = format!(
        "arn:{}:iam::{}:oidc-provider/{issuer}",
        identity.partition, identity.account
    );
    json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "TheseJobsAndNoOthers",
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }]})
}
