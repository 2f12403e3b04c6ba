//! The files that run a stage's worker on a machine or platform: `gatewayq worker init --for`.

use crate::names::Names;
use crate::scaffold::{self, Written};
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use serde_json::json;
use std::io;

/// Seconds. Fargate allows no more between SIGTERM and SIGKILL (ECS, `stopTimeout`).
const STOP_TIMEOUT_MAX: i32 = 120;

/// Seconds. A worker without a task ends after its long poll, which is up to 20.
const GRACE_MIN: i32 = 30;

/// Tasks at a time of each worker. The files scale by twice as many messages for each.
const CONCURRENCY: &str = "10";

/// Where a worker is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// A unit and its environment, for a machine with systemd
    Systemd,
    /// A compose file and its environment, for docker or podman on one machine
    Container,
    /// A Deployment, and KEDA's scaling of it by the queue's depth
    Kubernetes,
    /// A service on Fargate, and its scaling by the queue's depth
    Ecs,
}

/// What the files name of a deployed stage.
pub(crate) struct Worker<'a> {
    pub names: &'a Names,
    /// What the worker's celeryconfig.py reads. No secrets: the files are there to be committed.
    pub environment: Vec<(&'a str, &'a str)>,
    /// Seconds; the queue's.
    pub visibility_timeout: i32,
    /// The flags with which gatewayq finds the stage again, each with a space before it.
    pub flags: &'a str,
    /// The profile that was named for this run: the aws CLI is to work for it too.
    pub profile: Option<&'a str>,
}

impl Target {
    /// The folder of its files, below the worker's own.
    pub(crate) fn folder(self, stage: &str) -> Utf8PathBuf {
        Utf8Path::new(self.name()).join(stage)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Systemd => "systemd",
            Self::Container => "container",
            Self::Kubernetes => "kubernetes",
            Self::Ecs => "ecs",
        }
    }

    /// Name and template of each file.
    fn templates(self) -> Vec<(&'static str, String)> {
        macro_rules! of {
            ($($name:literal),+) => {
                vec![$(($name.rsplit_once('/').map_or($name, |(_, name)| name), include_str!($name).to_owned())),+]
            };
        }
        match self {
            Self::Systemd => vec![
                ("@NAME@.service", unit()),
                (
                    "@NAME@.env",
                    include_str!("container/worker.env").to_owned(),
                ),
            ],
            Self::Container => of!["container/compose.yaml", "container/worker.env"],
            Self::Kubernetes => of![
                "kubernetes/README.md",
                "kubernetes/worker.yaml",
                "kubernetes/scaling.yaml"
            ],
            Self::Ecs => of![
                "ecs/README.md",
                "ecs/trust.json",
                "ecs/task-definition.json",
                "ecs/service.json",
                "ecs/scalable-target.json",
                "ecs/scaling-policy.json"
            ],
        }
    }
}

/// Writes what `dir`, the worker's folder, lacks of the files for `worker` on `target`. Gives their
/// paths below `dir`.
///
/// # Errors
/// A folder or file that cannot be written; what was written before stays.
pub(crate) fn write(dir: &Utf8Path, target: Target, worker: &Worker) -> io::Result<Written> {
    let folder = target.folder(&worker.names.stage);
    let here = dir.join(&folder);
    let values = worker.values(&here);
    let files: Vec<(String, String)> = target
        .templates()
        .into_iter()
        .map(|(name, template)| {
            (
                folder.join(fill(name, &values)).into_string(),
                fill(&template, &values),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_bytes()))
        .collect();
    scaffold::write(dir, &files)
}

/// The kit's unit with another head, for the folder and the file that are named after the stage.
fn unit() -> String {
    let example = include_str!("../../worker/gatewayq-worker.service");
    let body = example
        .lines()
        .skip_while(|line| line.starts_with('#'))
        .map(|line| {
            line.replace("gatewayq-worker", "@NAME@")
                .replace("TimeoutStopSec=60", "TimeoutStopSec=@GRACE@")
        });
    let lines: Vec<String> = body.collect();
    format!("{}{}\n", include_str!("systemd/head"), lines.join("\n"))
}

fn fill(template: &str, values: &[(&str, String)]) -> String {
    let one = |text: String, (name, value): &(&str, String)| text.replace(name, value);
    values.iter().fold(template.to_owned(), one)
}

/// The word as a shell reads it.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).unwrap_or(word.into()).into_owned()
}

impl Worker<'_> {
    /// What stands for each placeholder. All of it is made of letters, digits and few signs: nothing
    /// has to be escaped but the variables.
    fn values(&self, here: &Utf8Path) -> Vec<(&'static str, String)> {
        let Names {
            app,
            stage,
            region,
            identity,
        } = self.names;
        let name = format!("{}-worker", self.names.base());
        let registry = format!(
            "{}.dkr.ecr.{region}.{}",
            identity.account,
            identity.dns_suffix()
        );
        let grace = self.visibility_timeout.max(GRACE_MIN);
        let role = self.names.worker_role();
        let role_arn = self.names.role_arn(&role);
        // The CLI's own default may be another region than the stage's.
        let mut aws = format!(" --region {region}");
        if let Some(profile) = self.profile {
            aws += &format!(" --profile {}", quoted(profile));
        }
        let mut values = vec![
            ("@APP@", app.clone()),
            ("@STAGE@", stage.clone()),
            ("@REGION@", region.clone()),
            ("@ACCOUNT@", identity.account.clone()),
            ("@QUEUE_NAME@", self.names.queue()),
            ("@QUEUE_URL@", self.variable("GATEWAYQ_QUEUE_URL")),
            ("@IMAGE@", format!("{registry}/{name}:latest")),
            ("@REGISTRY@", registry),
            ("@POLICY_ARN@", role_arn.replace(":role/", ":policy/")),
            ("@ROLE_ARN@", role_arn),
            ("@ROLE@", role),
            (
                "@EXECUTION_ROLE_ARN@",
                self.names.role_arn("ecsTaskExecutionRole"),
            ),
            ("@GRACE@", grace.to_string()),
            ("@STOP_TIMEOUT@", grace.min(STOP_TIMEOUT_MAX).to_string()),
            ("@FLAGS@", self.flags.to_owned()),
            ("@AWS@", aws),
            ("@HERE@", quoted(here.as_str())),
            ("@NAME@", name),
        ];
        values.extend(self.environment());
        values
    }

    fn variable(&self, name: &str) -> String {
        let found = self.environment.iter().find(|(own, _)| *own == name);
        found.map_or_else(String::new, |(_, value)| (*value).to_owned())
    }

    /// The variables in each form that a file has them in.
    fn environment(&self) -> [(&'static str, String); 3] {
        let concurrency = ("GATEWAYQ_CONCURRENCY", CONCURRENCY);
        let all = || self.environment.iter().copied().chain([concurrency]);
        let lines: Vec<String> = all()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let items: Vec<String> = all()
            .map(|(name, value)| {
                // JSON's strings are YAML's.
                let value = json!(value);
                format!("            - name: {name}\n              value: {value}")
            })
            .collect();
        let list: Vec<String> = all()
            .map(|(name, value)| format!("        {}", json!({"name": name, "value": value})))
            .collect();
        [
            ("@ENV_FILE@", lines.join("\n")),
            ("@ENV_YAML@", items.join("\n")),
            ("@ENV_JSON@", format!("[\n{}\n      ]", list.join(",\n"))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Identity;
    use std::fs;

    const URL: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-prod.fifo";

    fn names() -> Names {
        let identity = Identity::new(
            "123456789012".into(),
            "arn:aws:iam::123456789012:user/a".into(),
        );
        Names {
            app: "orders".into(),
            stage: "prod".into(),
            region: "eu-west-1".into(),
            identity,
        }
    }

    fn worker(names: &Names) -> Worker<'_> {
        Worker {
            names,
            environment: vec![("GATEWAYQ_QUEUE_URL", URL), ("AWS_REGION", "eu-west-1")],
            visibility_timeout: 300,
            flags: " --stage prod",
            profile: None,
        }
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        let (names, dir) = (names(), tempfile::tempdir().unwrap());
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        for target in Target::value_variants() {
            let written = write(dir, *target, &worker(&names)).unwrap().written;
            assert_eq!(written.len(), target.templates().len(), "{written:?}");
            for path in written {
                let text = fs::read_to_string(dir.join(&path)).unwrap();
                assert!(!format!("{path}{text}").contains('@'), "{path}: {text}");
                assert!(path.starts_with(target.folder("prod").as_str()), "{path}");
            }
        }
    }

    #[test]
    fn the_unit_is_the_kits_for_this_stage() {
        let (names, dir) = (names(), tempfile::tempdir().unwrap());
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        write(dir, Target::Systemd, &worker(&names)).unwrap();
        let unit = fs::read_to_string(dir.join("systemd/prod/orders-prod-worker.service")).unwrap();
        for line in [
            "EnvironmentFile=/etc/orders-prod-worker.env",
            "WorkingDirectory=/opt/orders-prod-worker",
            "TimeoutStopSec=300",
            "Restart=always",
        ] {
            assert!(unit.lines().any(|own| own == line), "{line}: {unit}");
        }
        assert!(!unit.contains("gatewayq-worker"), "{unit}");
        let environment = fs::read_to_string(dir.join("systemd/prod/orders-prod-worker.env"));
        let environment = environment.unwrap();
        let url = format!("GATEWAYQ_QUEUE_URL={URL}");
        assert!(environment.lines().any(|line| line == url), "{environment}");
    }

    /// Roles and policies are global: two regions' workers have one each, and every command says which region it is for.
    #[test]
    fn what_is_global_is_named_by_region_and_commands_say_theirs() {
        let mut names = names();
        let role = |names: &Names| {
            let values = worker(names).values("x".into());
            values
                .into_iter()
                .find(|(name, _)| *name == "@ROLE@")
                .unwrap()
                .1
        };
        assert_eq!(role(&names), "orders-prod-eu-west-1-worker");
        names.region = "us-east-1".into();
        assert_eq!(role(&names), "orders-prod-us-east-1-worker");
        names.app = "o".repeat(43);
        let long = role(&names);
        names.region = "us-east-2".into();
        assert!(long.len() == 64 && role(&names) != long, "{long}");

        let worker = Worker {
            profile: Some("my team"),
            ..worker(&names)
        };
        let values = worker.values("x".into());
        for target in [Target::Ecs, Target::Kubernetes] {
            let readme = &target.templates()[0].1;
            let text = fill(readme, &values);
            let lines = text
                .lines()
                .filter(|line| line.starts_with("$ aws") || line.starts_with("$ eksctl"));
            for line in lines {
                assert!(
                    line.contains(" --region us-east-2 --profile 'my team'"),
                    "{line}"
                );
                let global = line.contains("role-name") || line.contains("policy-name worker");
                assert!(
                    !global || line.contains(&worker.names.worker_role()),
                    "{line}"
                );
            }
        }
    }

    /// Time for the tasks that run: the visibility time-out is above the longest.
    #[test]
    fn a_worker_has_the_time_that_its_platform_allows() {
        let names = names();
        let values = |timeout| {
            let worker = Worker {
                visibility_timeout: timeout,
                ..worker(&names)
            };
            let values = worker.values("x".into());
            ["@GRACE@", "@STOP_TIMEOUT@"].map(|wanted| {
                let found = values.iter().find(|(name, _)| *name == wanted).unwrap();
                found.1.clone()
            })
        };
        assert_eq!(values(0), ["30", "30"]);
        assert_eq!(values(90), ["90", "90"]);
        assert_eq!(values(43_200), ["43200", "120"]);
    }

    #[test]
    fn what_is_there_stays() {
        let (names, dir) = (names(), tempfile::tempdir().unwrap());
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        let first = write(dir, Target::Ecs, &worker(&names)).unwrap().written;
        let service = "ecs/prod/service.json";
        fs::write(dir.join(service), "mine").unwrap();
        fs::remove_file(dir.join("ecs/prod/trust.json")).unwrap();
        let again = write(dir, Target::Ecs, &worker(&names)).unwrap();
        assert_eq!(again.written, ["ecs/prod/trust.json"]);
        assert_eq!(again.kept.len(), first.len() - 1);
        assert_eq!(fs::read_to_string(dir.join(service)).unwrap(), "mine");
    }
}
