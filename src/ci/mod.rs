//! Workflows for a project's CI: one package, a plan on each pull request, and from the main branch a deploy of one stage
//! after the other.

use crate::scaffold::{self, Written};
use camino::Utf8Path;
use std::io;

/// Who runs the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Provider {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
}

/// The text before the stages, and that of each stage.
struct Template {
    path: &'static str,
    head: &'static str,
    stage: &'static str,
}

const GITHUB: Template = Template {
    path: ".github/workflows/gatewayq.yml",
    head: include_str!("github.yml"),
    stage: include_str!("github-stage.yml"),
};

const GITLAB: Template = Template {
    path: ".gitlab-ci.yml",
    head: include_str!("gitlab.yml"),
    stage: include_str!("gitlab-stage.yml"),
};

/// Writes the workflow that takes a package through `stages`, in their order, where there is none.
///
/// # Errors
/// A folder or file that cannot be written.
pub(crate) fn write(
    folder: &Utf8Path,
    provider: Provider,
    stages: &[String],
) -> io::Result<Written> {
    let template = match provider {
        Provider::Github => &GITHUB,
        Provider::Gitlab => &GITLAB,
    };
    let text = template.filled(stages);
    scaffold::write(folder, &[(template.path, text.as_bytes())])
}

impl Template {
    /// A stage's name has nothing that a shell would read as more than a word, and YAML neither once it is quoted: `no` and
    /// `null` alone are no texts to it.
    fn filled(&self, stages: &[String]) -> String {
        let quoted: Vec<String> = stages.iter().map(|stage| format!("\"{stage}\"")).collect();
        let deploys: Vec<String> = stages
            .iter()
            .map(|stage| format!("deploy-{stage}"))
            .collect();
        let head = self.head.replace("@QUOTED@", &quoted.join(", "));
        let head = head.replace("@FIRST@", quoted.first().map_or("", String::as_str));
        let head = head.replace("@DEPLOYS@", &deploys.join(", "));
        let mut text = head.replace("@STAGES@", &stages.join(", "));
        let mut before = "package".to_owned();
        for stage in stages {
            let job = self.stage.replace("@STAGE@", stage);
            text += &job.replace("@BEFORE@", &before);
            // What went before the stage before it, that one has waited for.
            before = format!("[package, deploy-{stage}]");
        }
        text.replace("@VERSION@", env!("CARGO_PKG_VERSION"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// YAML 1.1, which GitLab reads, takes these for booleans and nothing.
    #[test]
    fn a_stage_is_a_text_whatever_its_name() {
        let stages = ["no", "on", "null", "true"].map(str::to_owned);
        for template in [GITHUB, GITLAB] {
            let text = template.filled(&stages);
            for line in text
                .lines()
                .filter(|line| !line.trim_start().starts_with('#'))
            {
                let mut words = line.split([' ', ',', '[', ']']).skip(1);
                assert!(
                    words.all(|word| !stages.iter().any(|stage| stage == word)),
                    "{line}"
                );
            }
            assert!(text.contains("\"null\""));
        }
    }

    /// GitLab's stages are of the pipeline: a stage of the app called as one of those would be done with it.
    #[test]
    fn a_stage_called_plan_is_none_of_the_pipelines_own() {
        let text = GITLAB.filled(&["package", "plan"].map(str::to_owned));
        let stages = "stages: [package, plan, deploy-package, deploy-plan]";
        assert!(text.lines().any(|line| line == stages), "{text}");
        for stage in ["deploy-package", "deploy-plan"] {
            let job = text.split(&format!("\n{stage}:\n")).nth(1).unwrap();
            assert!(
                job.lines().any(|line| line == format!("  stage: {stage}")),
                "{job}"
            );
        }
    }

    /// Without a stage of its own it would be that of `dev`, which the app may not have.
    #[test]
    fn the_package_is_made_as_that_of_the_first_stage() {
        for (template, end) in [(GITHUB, "\n  plan:\n"), (GITLAB, "\nplan:\n")] {
            let text = template.filled(&["staging", "prod"].map(str::to_owned));
            let (_, job) = text.split_once("package:\n").unwrap();
            let (job, _) = job.split_once(end).unwrap();
            assert!(job.contains("GATEWAYQ_STAGE: \"staging\"\n"), "{job}");
        }
    }

    /// What the documents are as a whole, the suite asks the schemas of both.
    #[test]
    fn each_stage_waits_for_the_one_before_and_nothing_is_left_to_fill_in() {
        let stages = ["dev", "staging", "prod"].map(str::to_owned);
        for template in [GITHUB, GITLAB] {
            let text = template.filled(&stages);
            for (at, _) in text.match_indices('@') {
                let before = text[..at].lines().last().unwrap_or_default();
                assert!(before.contains("uses: "), "{before}");
            }
        }
        let github = GITHUB.filled(&stages);
        let needs: Vec<&str> = github
            .lines()
            .filter_map(|line| line.strip_prefix("    needs: "))
            .collect();
        let expected = [
            "package",
            "package",
            "[package, deploy-dev]",
            "[package, deploy-staging]",
        ];
        assert_eq!(needs, expected);
    }
}
