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
        (Provider::Gitlab, ..) if repo.contains('@') => Err(Failure::usage(
            "--repo OWNER@ID/NAME@ID is for --provider github: a token of GitLab has no ids in its subject",
        )),
        (Provider::Github, None, environment) => Ok(Jobs::Github {
            repo: of_github(repo)?,
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

/// A repository as the subject of GitHub's tokens has it: with both ids, or with none.
fn of_github(repo: &str) -> Result<String, Failure> {
    let with_ids: Vec<bool> = repo.split('/').map(|part| part.contains('@')).collect();
    match with_ids.as_slice() {
        [owner, name] if owner == name => Ok(repo.to_owned()),
        [_, _] => Err(Failure::usage(
            "--repo takes both ids or none, OWNER@ID/NAME@ID: gh api repos/OWNER/NAME --jq '.owner.id, .id' prints them",
        )),
        _ => Err(Failure::usage(
            "--repo of GitHub takes OWNER/NAME, without groups",
        )),
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

    /// Of repositories made, renamed or transferred since July 2026, and of those that asked for it.
    #[test]
    fn a_subject_of_github_may_have_the_ids_of_owner_and_repository() {
        for (words, of) in [
            ("--branch main", "ref:refs/heads/main"),
            ("--environment prod", "environment:prod"),
            ("--pull-requests", "pull_request"),
        ] {
            let words = format!("--provider github --repo acme@123/orders@456 {words}");
            let found = trusted(&words).unwrap();
            let subject = format!("repo:acme@123/orders@456:{of}");
            let compared = &found["Condition"]["StringEquals"];
            assert_eq!(compared["token.actions.githubusercontent.com:sub"], subject);
            assert!(!found.to_string().contains("StringLike"), "{found}");
        }
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
            "--provider github --repo o@1/n --branch main",
            "--provider github --repo o/n@1 --branch main",
            "--provider github --repo o@1/n@* --branch main",
            "--provider github --repo o@1/n@ --branch main",
            "--provider github --repo o@1/n@2@3 --branch main",
            "--provider github --repo o@1/n@x --branch main",
            "--provider github --repo g/o/n --branch main",
            "--provider gitlab --repo g@1/n@2 --branch main",
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
