//! The built program, run hermetically: nothing of the developer's environment reaches it.
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::boto::Place;
use super::proxy::Proxy;
use super::{handler, target_dir};

mod output;
mod running;

pub(crate) use output::Output;
pub(crate) use running::Running;

const LIMIT: Duration = Duration::from_secs(120);

/// The program, as it was built for the tests; another one, such as a release build, where this variable names it.
fn program() -> OsString {
    std::env::var_os("GATEWAYQ_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_gatewayq").into())
}

/// A command line of `gatewayq`, not yet started.
pub(crate) struct Cli {
    command: Command,
    title: String,
    stdin: Vec<u8>,
    stderr: Stdio,
    limit: Duration,
    shows_secrets: bool,
}

impl Cli {
    /// `gatewayq` in a project, with a home of its own. PATH and the Rust toolchain's folders are all that is
    /// inherited.
    pub(crate) fn new(project: &Path, home: &Path) -> Self {
        let mut command = Command::new(program());
        command
            .current_dir(project)
            .env_clear()
            .env("HOME", home)
            .process_group(0);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("CARGO_TARGET_DIR", target_dir());
        for (name, fallback) in [
            ("PATH", ""),
            ("CARGO_HOME", ".cargo"),
            ("RUSTUP_HOME", ".rustup"),
        ] {
            let real = std::env::home_dir().unwrap_or_default().join(fallback);
            command.env(
                name,
                std::env::var_os(name).unwrap_or_else(|| real.into_os_string()),
            );
        }
        Self {
            command,
            title: "gatewayq".into(),
            stdin: vec![],
            stderr: Stdio::piped(),
            limit: LIMIT,
            shows_secrets: false,
        }
    }

    /// Adds arguments.
    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        for arg in args {
            self.title.push(' ');
            self.title.push_str(arg);
            self.command.arg(arg);
        }
        // Showing a secret is the one purpose of these commands.
        let shows = [" keys show", " local env", " worker env --local"];
        self.shows_secrets = shows.iter().any(|command| self.title.contains(command));
        self
    }

    /// Adds `--bootstrap` with the handler that was built once for all tests, so that nothing is built here.
    pub(crate) fn prebuilt(self) -> Self {
        let path = handler::bootstrap().to_str().unwrap().to_owned();
        self.args(["--bootstrap", path.as_str()])
    }

    /// Adds or replaces a variable of its environment.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in another folder.
    pub(crate) fn inside(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Takes a variable away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets AWS's endpoint, region and credentials.
    pub(crate) fn at(mut self, place: &Place) -> Self {
        let credentials = &place.credentials;
        self.command
            .env("AWS_ENDPOINT_URL", &place.endpoint)
            .env("AWS_REGION", &place.region)
            .env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key)
            .env_remove("AWS_SESSION_TOKEN");
        if let Some(token) = &credentials.session_token {
            self.command.env("AWS_SESSION_TOKEN", token);
        }
        self
    }

    /// Sends its calls through the proxy. After [`Cli::at`].
    pub(crate) fn through(self, proxy: &Proxy) -> Self {
        self.env("AWS_ENDPOINT_URL", proxy.endpoint())
    }

    /// What it reads from standard input.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Where its standard error goes, instead of into the output.
    pub(crate) fn stderr_to(mut self, file: impl Into<Stdio>) -> Self {
        self.stderr = file.into();
        self
    }

    /// The time after which it is killed and the test fails; two minutes unless told otherwise.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The command itself, for who starts it in another way.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Runs it to its end, however it ends.
    #[track_caller]
    pub(crate) fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Runs it and fails the test unless it exits with 0.
    #[track_caller]
    pub(crate) fn ok(self) -> Output {
        self.exits(0)
    }

    /// Runs it and fails the test unless it exits with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Output {
        let output = self.run();
        assert_eq!(output.code, Some(code), "{output}");
        output
    }

    /// Starts it, to look at it or to signal it while it runs.
    #[track_caller]
    pub(crate) fn spawn(mut self) -> Running {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(self.stderr);
        let child = self.command.spawn().unwrap();
        let expected = running::Expected {
            title: self.title,
            limit: self.limit,
            shows_secrets: self.shows_secrets,
        };
        Running::new(child, self.stdin, expected)
    }
}
