//! The Python environments of the tests: made once from pinned, hashed requirements, then shared by all runs.
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::target_dir;

const MAIN: &str = include_str!("python/requirements.txt");
const CHECKS: &str = include_str!("python/requirements-checks.txt");
const FORMATS: &str = include_str!("python/requirements-formats.txt");
const KUBERNETES: &str = include_str!("python/requirements-kubernetes.txt");
const PARLIAMENT: &str = include_str!("python/requirements-parliament.txt");
const CELERY_56: &str = include_str!("python/requirements-celery56.txt");

/// One virtual environment.
#[derive(Debug)]
pub(crate) struct Python {
    folder: PathBuf,
}

/// The environment with ministack, boto3 and Celery 5.7.
pub(crate) fn main() -> &'static Python {
    static ENVIRONMENT: OnceLock<Python> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Python::ready(MAIN))
}

/// The environment with Celery 5.6; made only when a test asks for it.
pub(crate) fn celery_56() -> &'static Python {
    static ENVIRONMENT: OnceLock<Python> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Python::ready(CELERY_56))
}

/// The environment with the validators of files that others read; made only when a test asks for it.
pub(crate) fn checks() -> &'static Python {
    static ENVIRONMENT: OnceLock<Python> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Python::ready(CHECKS))
}

/// The environment with the validators and parsers of what `export` and `graph` write; made only when a test asks for it.
pub(crate) fn formats() -> &'static Python {
    static ENVIRONMENT: OnceLock<Python> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Python::ready(FORMATS))
}

/// The environment with Kubernetes' and KEDA's schemas; made only when a test asks for it.
pub(crate) fn kubernetes() -> &'static Python {
    static ENVIRONMENT: OnceLock<Python> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Python::ready(KUBERNETES))
}

/// The environment with parliament; made only when a test asks for it.
pub(crate) fn parliament() -> &'static Python {
    static ENVIRONMENT: OnceLock<Python> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Python::ready(PARLIAMENT))
}

impl Python {
    /// A command that runs this environment's interpreter, with nothing inherited from the tests' own environment.
    pub(crate) fn command<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(self.interpreter());
        command
            .args(args)
            .env_clear()
            .env("PATH", self.path())
            .env("PYTHONUNBUFFERED", "1");
        command
    }

    /// The interpreter.
    pub(crate) fn interpreter(&self) -> PathBuf {
        self.bin().join("python")
    }

    /// The folder with the interpreter and the scripts (`celery`, …).
    pub(crate) fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }

    fn path(&self) -> String {
        format!(
            "{}:{}",
            self.bin().display(),
            std::env::var("PATH").unwrap_or_default()
        )
    }

    /// The environment of these requirements; the first to ask makes it, and the others wait for that.
    pub(crate) fn ready(requirements: &str) -> Self {
        let name = format!("test-python-{}", fingerprint(requirements));
        let this = Self {
            folder: target_dir().join(&name),
        };
        let complete = this.folder.join("complete");
        let lock = File::create(target_dir().join(format!("{name}.lock"))).unwrap();
        lock.lock().unwrap();
        if !complete.exists() {
            this.make(requirements);
            fs::write(complete, "").unwrap();
        }
        this
    }

    /// Scripts hold the folder's name, so it is made in its place; what a killed run left there goes first.
    fn make(&self, requirements: &str) {
        let _ = fs::remove_dir_all(&self.folder);
        run(Command::new("python3")
            .args(["-m", "venv"])
            .arg(&self.folder));
        let list = self.folder.join("requirements.txt");
        fs::write(&list, requirements).unwrap();
        // The lists are whole. With hashes pip takes `boto3[crt]` and `boto3` for two, were it to look for more.
        let pip = ["-m", "pip", "install", "--quiet", "--no-deps"];
        let hashed = ["--require-hashes", "-r"];
        run(Command::new(self.interpreter())
            .args(pip)
            .args(hashed)
            .arg(list));
    }
}

/// Another interpreter needs an environment of its own as much as other requirements do.
fn fingerprint(requirements: &str) -> String {
    let version = Command::new("python3")
        .arg("--version")
        .output()
        .expect("python3 on the PATH");
    let digest = Sha256::new()
        .chain_update(requirements)
        .chain_update(version.stdout)
        .finalize();
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}
