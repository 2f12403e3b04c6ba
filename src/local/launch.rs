//! The server's command line and its environment.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use camino::Utf8Path;

use super::error::{Error, file};
use super::folder::Folder;
use super::record::Record;
use super::{ACCOUNT, REGION, emulator};

/// The services that a stack is made of, and what else one looks at it with. All others stay
/// off: some would listen on ports of their own, on all addresses.
const SERVICES: &str = "apigateway,cloudwatch,cognito-idp,dynamodb,iam,kms,lambda,logs,s3,secretsmanager,sns,sqs,ssm,sts,tagging";

/// Starts the process. It does nothing before it has read its secret, a line of standard input.
///
/// # Errors
/// [`Error::File`] when it or its log cannot be opened.
pub(super) fn spawn(
    folder: &Folder,
    record: &Record,
    instance: &str,
    python: &Utf8Path,
) -> Result<Child, Error> {
    let log = open_log(folder)?;
    let log_again = log.try_clone().map_err(file("open", &folder.log()))?;
    let mut command = Command::new(python);
    command
        .args(["-I", "-B", "-c", emulator::RUN, folder.root().as_str()])
        .current_dir(folder.root())
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(variables(folder, record, instance))
        .stdin(Stdio::piped())
        .stdout(log)
        .stderr(log_again)
        // A group of its own: Ctrl-C in the terminal is for gatewayq, not for the server.
        .process_group(0);
    command.spawn().map_err(file("run", python))
}

/// All that the server is told. Nothing of the user's environment goes in: it would reach the
/// functions, and some of it would change the server (real keys would be the server's own).
fn variables(folder: &Folder, record: &Record, instance: &str) -> Vec<(&'static str, String)> {
    let endpoint = format!("http://127.0.0.1:{}", record.port);
    let data = folder.data();
    vec![
        ("AUTH", "true".into()),
        ("BIND_HOST", "127.0.0.1".into()),
        ("GATEWAY_PORT", record.port.to_string()),
        ("IOT_MTLS_ENABLED", "0".into()),
        ("SFTP_ENABLED", "0".into()),
        ("SERVICES", SERVICES.into()),
        ("PERSIST_STATE", "1".into()),
        ("STATE_DIR", data.to_string()),
        ("S3_PERSIST", "1".into()),
        ("S3_DATA_DIR", data.join("s3").into_string()),
        ("MINISTACK_EDITION", instance.into()),
        ("MINISTACK_ACCOUNT_ID", ACCOUNT.into()),
        ("MINISTACK_REGION", REGION.into()),
        // Where its functions find it.
        ("AWS_ENDPOINT_URL", endpoint),
        // The root of the account. Functions get keys of their role in its place, and all other
        // variables as they are here: the root's secret is not among them.
        ("AWS_ACCESS_KEY_ID", ACCOUNT.into()),
        // As it starts and ends, it removes all containers that any ministack has made.
        ("DOCKER_HOST", format!("unix://{}/no-docker", folder.root())),
        ("TMPDIR", folder.temporary().into_string()),
        ("HOME", folder.temporary().into_string()),
        ("LANG", "C.UTF-8".into()),
        ("PYTHONUNBUFFERED", "1".into()),
    ]
}

/// A new log; the one before it stays beside it.
fn open_log(folder: &Folder) -> Result<File, Error> {
    let path = folder.log();
    let _ = fs::rename(&path, path.with_extension("log.old"));
    let open = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path);
    open.map_err(file("open", &path))
}
