//! `worker init --for`: what it writes is what each platform takes, by the platform's own schema.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::cli;
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::{python, workspace};

const STAGE: &str = "prod";

/// A deployed stage, and the files for its workers on one platform.
struct Files {
    ms: Ministack,
    project: Project,
    platform: &'static str,
}

impl Files {
    fn write(platform: &'static str) -> Self {
        let (ms, project) = (Ministack::start(), Project::walkthrough());
        let files = Self {
            ms,
            project,
            platform,
        };
        let early = files.init().exits(1);
        assert!(early.says("is not deployed here"), "{early}");
        assert!(!files.project.path("worker").exists());
        let deploy = ["deploy", "--stage", STAGE];
        files.project.on(&files.ms, deploy).prebuilt().ok();
        let written = list(&files.init().ok().json(), "written");
        assert!(
            written.iter().any(|path| path == "Containerfile"),
            "{written:?}"
        );
        let ours = written.iter().filter(|path| path.contains('/'));
        assert_eq!(ours.count(), files.names().len(), "{written:?}");
        files
    }

    fn init(&self) -> cli::Cli {
        let line = ["worker", "init", "worker", "--stage", STAGE, "--json"];
        let line = line.into_iter().chain(["--for", self.platform]);
        self.project.on(&self.ms, line)
    }

    fn folder(&self) -> PathBuf {
        self.project
            .path(format!("worker/{}/{STAGE}", self.platform))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).unwrap()
    }

    /// The same file with a mistake in it, elsewhere.
    fn spoilt(&self, name: &str, from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
        let text = self.text(name);
        assert!(text.contains(from), "{from}: {text}");
        let folder = tempfile::tempdir().unwrap();
        let readme = self.folder().join("README.md");
        if readme.exists() {
            fs::copy(readme, folder.path().join("README.md")).unwrap();
        }
        let path = folder.path().join(name);
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        (folder, path)
    }

    /// Whatever was edited stays, and each file is told.
    fn again_changes_nothing(&self) {
        let names = self.names();
        fs::write(self.folder().join(&names[0]), "mine").unwrap();
        let second = self.init().ok().json();
        assert_eq!(list(&second, "written"), [""; 0]);
        let kept = list(&second, "kept");
        for name in &names {
            let path = format!("{}/{STAGE}/{name}", self.platform);
            assert!(kept.contains(&path), "{path}: {kept:?}");
        }
        assert_eq!(self.text(&names[0]), "mine");
    }
}

fn list(answer: &Value, name: &str) -> Vec<String> {
    serde_json::from_value(answer[name].clone()).unwrap()
}

fn words(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().map(str::to_owned).collect()
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

#[track_caller]
fn is_fine(output: &Output) {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
}

/// Every `gatewayq` line of a README is one that gatewayq takes.
fn its_commands_are_ours(readme: &str) {
    let lines: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ gatewayq"))
        .collect();
    assert!(!lines.is_empty(), "{readme}");
    for line in lines {
        let line = format!("gatewayq{}", line.split(" > ").next().unwrap());
        let words = shlex::split(&line).unwrap();
        let read = gatewayq::bench::command().try_get_matches_from(words);
        assert!(read.is_ok(), "{line}: {read:?}");
    }
}

#[test]
fn kubernetes_and_keda_take_the_manifests() {
    let files = Files::write("kubernetes");
    let judge = |paths: &[PathBuf]| {
        let script = workspace().join("tests/suite/platforms/kubernetes.py");
        run(python::kubernetes().command([script]).args(paths))
    };
    let paths = ["worker.yaml", "scaling.yaml"].map(|name| files.folder().join(name));
    let judged = judge(&paths);
    is_fine(&judged);
    assert_eq!(
        words(&judged),
        [
            "ServiceAccount",
            "Deployment",
            "TriggerAuthentication",
            "ScaledObject"
        ]
    );
    for (name, from, to) in [
        ("worker.yaml", "selector:", "selektor:"),
        ("worker.yaml", "runAsNonRoot: true", "runAsNonRoot: \"yes\""),
        ("scaling.yaml", "maxReplicaCount", "maxReplicas"),
        ("scaling.yaml", "provider: aws", "provider: amazon"),
        ("scaling.yaml", "queueLength", "length"),
    ] {
        let (_folder, path) = files.spoilt(name, from, to);
        assert!(!judge(&[path]).status.success(), "{to} is not found");
    }
    let scaling = files.text("scaling.yaml");
    assert!(
        scaling.contains("/gatewayq-example-prod.fifo\""),
        "{scaling}"
    );
    its_commands_are_ours(&files.text("README.md"));
    files.again_changes_nothing();
}

#[test]
fn ecs_and_its_scaling_take_the_files() {
    let files = Files::write("ecs");
    let judge = |folder: &Path| {
        let script = workspace().join("tests/suite/platforms/ecs.py");
        run(&mut python::main().command([script.as_path(), folder]))
    };
    let judged = judge(&files.folder());
    is_fine(&judged);
    let judged = words(&judged);
    assert_eq!(
        judged[..4],
        [
            "RegisterTaskDefinition",
            "CreateService",
            "RegisterScalableTarget",
            "PutScalingPolicy"
        ]
    );
    assert!(judged.len() >= 4 + 10, "{judged:?}");
    for (name, from, to) in [
        ("task-definition.json", "\"family\"", "\"name\""),
        ("task-definition.json", "\"awsvpc\"", "\"vpc\""),
        ("service.json", "\"serviceName\"", "\"service\""),
        ("scalable-target.json", "\"MinCapacity\"", "\"Minimum\""),
        (
            "scaling-policy.json",
            "\"TargetTrackingScaling\"",
            "\"Tracking\"",
        ),
        ("README.md", "ecs create-service", "ecs make-service"),
        ("README.md", "--repository-name", "--repository"),
    ] {
        let (folder, _) = files.spoilt(name, from, to);
        assert!(!judge(folder.path()).status.success(), "{to} is not found");
    }
    let trust: Value = serde_json::from_str(&files.text("trust.json")).unwrap();
    let statement = &trust["Statement"][0];
    assert_eq!(statement["Principal"]["Service"], "ecs-tasks.amazonaws.com");
    let task: Value = serde_json::from_str(&files.text("task-definition.json")).unwrap();
    let environment = &task["containerDefinitions"][0]["environment"];
    let told = environment.to_string();
    assert!(told.contains("gatewayq-example-prod.fifo"), "{told}");
    its_commands_are_ours(&files.text("README.md"));
    files.again_changes_nothing();
}

#[test]
fn compose_takes_its_file() {
    let files = Files::write("container");
    let judge = |path: &Path| {
        let module = ["-m", "check_jsonschema", "--builtin-schema"];
        let checks = python::checks();
        run(checks.command(module).arg("vendor.compose-spec").arg(path))
    };
    is_fine(&judge(&files.folder().join("compose.yaml")));
    let (_folder, path) = files.spoilt("compose.yaml", "env_file:", "envfile:");
    assert!(!judge(&path).status.success());
    let environment = files.text("worker.env");
    let names = |line: &&str| line.starts_with("GATEWAYQ_QUEUE_NAME=gatewayq-example-prod.fifo");
    assert_eq!(
        environment.lines().filter(names).count(),
        1,
        "{environment}"
    );
    assert!(!environment.contains("SECRET"), "{environment}");
    // The folder that it builds is the worker's.
    assert!(files.text("compose.yaml").contains("context: ../.."));
    assert!(files.folder().join("../../Containerfile").is_file());
    files.again_changes_nothing();
}

/// systemd's own judgement, where there is systemd; what the unit says is a unit test's.
#[test]
fn systemd_takes_the_unit() {
    let files = Files::write("systemd");
    let name = "gatewayq-example-prod-worker.service";
    let celery = "/opt/gatewayq-example-prod-worker/venv/bin/celery";
    assert!(files.text(name).contains(celery));
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_ok()
    {
        let judge = |path: &Path| run(Command::new("systemd-analyze").arg("verify").arg(path));
        // It looks for the program, too.
        let (_folder, path) = files.spoilt(name, celery, "/bin/true");
        let judged = judge(&path);
        is_fine(&judged);
        assert_eq!(String::from_utf8_lossy(&judged.stderr), "");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("RestartSec", "RestartSecs")).unwrap();
        assert_ne!(judge(&path).stderr, b"");
    }
    files.again_changes_nothing();
}

#[test]
fn the_local_aws_is_no_platform() {
    let project = Project::walkthrough();
    let line = ["worker", "init", "worker", "--local", "--for", "ecs"];
    let refused = project.command(line).exits(2);
    assert!(refused.says("gatewayq worker run --local"), "{refused}");
    assert!(!project.path("worker").exists());
}
