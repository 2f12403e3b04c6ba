//! `gatewayq ci` and `gatewayq policy ci-trust`

use super::Failure;
use crate::ci::{self, Provider};
use crate::cli::{Ci, CiTrust, Global};
use crate::output::Printer;
use crate::policies::{GithubJobs, Jobs};
use anyhow::Context;
use serde_json::json;
use std::collections::BTreeSet;

pub(crate) fn run(global: &Global, printer: &Printer, action: &Ci) -> Result<(), Failure> {
    let Ci::Init { provider, stages } = action;
    if stages.iter().collect::<BTreeSet<_>>().len() < stages.len() {
        return Err(Failure::usage("--stages has a stage twice"));
    }
    let folder = &global.project_dir;
    let written = ci::write(folder, *provider, stages)
        .with_context(|| format!("the workflow cannot be written into {folder}"))?;
    let next = "Next: a role for its jobs, gatewayq policy ci-trust --help";
    printer.result(
        &json!({"dir": folder, "written": written.written, "kept": written.kept}),
        &format!("{}\n\n{next}", written.lines()),
    );
    Ok(())
}

/// The jobs that the options name.
///
/// # Errors
/// Exit code 2 for options that do not go together.
pub(super) fn jobs(arguments: &CiTrust) -> Result<Jobs, Failure> {
    let CiTrust {
        provider,
        repo,
        branch,
        environment,
        host,
        ..
    } = arguments;
    match (provider, host, environment) {
        (Provider::Github, Some(_), _) => Err(Failure::usage("--host is for --provider gitlab")),
        (Provider::Gitlab, _, Some(_)) => Err(Failure::usage(
            "a token of GitLab does not say its environment in what AWS compares; --branch names a protected branch",
        )),
        (Provider::Github, None, environment) => Ok(Jobs::Github {
            repo: repo.clone(),
            of: match (branch, environment) {
                (Some(branch), _) => GithubJobs::Branch(branch.clone()),
                (None, Some(environment)) => GithubJobs::Environment(environment.clone()),
                (None, None) => GithubJobs::PullRequests,
            },
        }),
        (Provider::Gitlab, host, None) => Ok(Jobs::Gitlab {
            host: host.clone().unwrap_or_else(|| "gitlab.com".to_owned()),
            project: repo.clone(),
            branch: branch.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Identity;
    use crate::names::Names;
    use crate::{cli, policies};
    use clap::FromArgMatches;
    use serde_json::Value;

    fn names() -> Names {
        let arn = "arn:aws:iam::123456789012:user/a".to_owned();
        Names {
            app: "orders".to_owned(),
            stage: "prod".to_owned(),
            region: "eu-west-1".to_owned(),
            identity: Identity::new("123456789012".to_owned(), arn),
        }
    }

    fn trusted(words: &str) -> Result<Value, String> {
        let words = format!("gatewayq policy ci-trust {words}");
        let matches = cli::command()
            .try_get_matches_from(words.split(' '))
            .map_err(|error| error.to_string())?;
        let cli = cli::Cli::from_arg_matches(&matches).unwrap();
        let cli::Command::Policy(cli::Policy::CiTrust(arguments)) = cli.command else {
            panic!("another command");
        };
        let jobs = jobs(&arguments).map_err(|failure| failure.message().unwrap())?;
        Ok(policies::ci_trust(&names(), &jobs)["Statement"][0].clone())
    }

    #[test]
    fn audience_and_subject_are_both_compared() {
        let github = "token.actions.githubusercontent.com";
        for (words, subject) in [
            ("--branch main", "repo:o/n:ref:refs/heads/main"),
            ("--environment a:b", "repo:o/n:environment:a%3Ab"),
            ("--pull-requests", "repo:o/n:pull_request"),
        ] {
            let found = trusted(&format!("--provider github --repo o/n {words}")).unwrap();
            let expected = json!({"StringEquals": {
                format!("{github}:aud"): "sts.amazonaws.com", format!("{github}:sub"): subject}});
            assert_eq!(found["Condition"], expected);
            let provider = format!("arn:aws:iam::123456789012:oidc-provider/{github}");
            assert_eq!(found["Principal"], json!({"Federated": provider}));
        }
        let found = trusted("--provider gitlab --repo g/s/n --branch main --host Git.example.com");
        let expected = json!({"StringEquals": {"git.example.com:aud": "https://git.example.com",
            "git.example.com:sub": "project_path:g/s/n:ref_type:branch:ref:main"}});
        assert_eq!(found.unwrap()["Condition"], expected);
    }

    #[test]
    fn any_branch_is_any_of_this_project_alone() {
        let found = trusted("--provider gitlab --repo g/n --pull-requests").unwrap();
        let expected = json!({"StringEquals": {"gitlab.com:aud": "https://gitlab.com"},
            "StringLike": {"gitlab.com:sub": "project_path:g/n:ref_type:branch:ref:*"}});
        assert_eq!(found["Condition"], expected);
    }

    #[test]
    fn what_would_let_others_in_is_refused() {
        for words in [
            "--provider github --repo o/n",
            "--provider github --repo o/* --branch main",
            "--provider github --repo o --branch main",
            "--provider github --repo o/n:x --branch main",
            "--provider github --repo o/n --branch *",
            "--provider github --repo o/n --branch ${aws:username}",
            "--provider github --repo o/n --branch main --environment prod",
            "--provider github --repo o/n --branch main --host gitlab.com",
            "--provider gitlab --repo o/n --environment prod",
            "--provider gitlab --repo o/n --branch main --host https://gitlab.com",
        ] {
            assert!(trusted(words).is_err(), "{words}");
        }
    }
}
