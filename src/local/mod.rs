//! The local AWS: ministack, a server that behaves like AWS, kept for one project.
//!
//! It listens on 127.0.0.1 alone, checks signatures and policies as AWS does, and keeps its state
//! in the project's `.gatewayq/local`. Its root has a secret of the project's own, and nothing but
//! the APIs that are deployed in it answers without a signature, or to a web page. The first use installs it into the user's cache. Nothing
//! else in gatewayq knows about it: what comes out of here is an endpoint and a pair of keys.
//!
//! Every change is made under a lock in the project's folder, so that any number of gatewayq
//! processes may start and stop it at once.

mod emulator;
mod error;
mod folder;
mod health;
mod install;
mod launch;
mod port;
mod process;
mod record;
mod requests;
mod secret;
mod server;

pub(crate) use error::Error;
pub(crate) use requests::Requests;

use camino::Utf8Path;
use secrecy::SecretString;

use folder::Folder;
use record::Record;

/// The region where nothing else names one.
pub(crate) const REGION: &str = "us-east-1";
/// The account that the local AWS says it is.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The server of a local AWS that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`, for every service.
    pub endpoint: String,
    /// Its process.
    pub pid: u32,
    /// The port, below 32768.
    pub port: u16,
}

impl Server {
    fn of(record: &Record, pid: u32) -> Self {
        Self {
            endpoint: format!("http://127.0.0.1:{}", record.port),
            pid,
            port: record.port,
        }
    }
}

/// A running local AWS, with the keys of its root.
#[derive(Debug, Clone)]
pub(crate) struct LocalAws {
    pub server: Server,
    /// The account's number: a key of 12 digits is the root of the account of that number.
    pub access_key_id: String,
    /// The project's own, random.
    pub secret_access_key: SecretString,
}

/// Starts the project's local AWS, or finds it running; installs it on first use.
///
/// The port is the one it had last time, so that URLs stay; `GATEWAYQ_LOCAL_PORT` sets another.
/// `say` is told of each step that takes time. Waits at most 30 s for the server.
///
/// # Errors
/// A port that is taken, no Python, a server that does not come up (with the end of its log).
pub(crate) async fn start(
    project: &Utf8Path,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<LocalAws, Error> {
    let wanted = port::from_environment()?;
    start_on(project, &install::cache()?, wanted, say).await
}

async fn start_on(
    project: &Utf8Path,
    cache: &Utf8Path,
    wanted: Option<u16>,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<LocalAws, Error> {
    let folder = Folder::of(project);
    folder.create()?;
    let _lock = folder::lock(&folder.lock_file(), say).await?;
    let secret = secret::ensure(&folder)?;
    let server = server_on(&folder, &secret, cache, wanted, say).await?;
    Ok(LocalAws {
        server,
        access_key_id: ACCOUNT.to_owned(),
        secret_access_key: secret,
    })
}

async fn server_on(
    folder: &Folder,
    secret: &SecretString,
    cache: &Utf8Path,
    wanted: Option<u16>,
    say: &(dyn Fn(&str) + Send + Sync),
) -> Result<Server, Error> {
    let record = Record::load(folder)?;
    if let Some(record) = &record {
        if record.is_of(&emulator::fingerprint(secret)) {
            if let Some(pid) = server::running(record, folder, wanted).await? {
                return Ok(Server::of(record, pid));
            }
        } else if server::stop(folder).await? {
            say(
                "starting the local AWS again: it was started by another gatewayq, or with another secret",
            );
        }
    }
    let python = install::python(cache, say).await?;
    server::start(folder, record, &python, secret, wanted, say).await
}

/// The project's local AWS, if it runs and answers.
///
/// # Errors
/// [`Error::Silent`] where its process runs without an answer within 5 s.
pub(crate) async fn status(project: &Utf8Path) -> Result<Option<Server>, Error> {
    let folder = Folder::of(project);
    let Some(record) = Record::load(&folder)? else {
        return Ok(None);
    };
    let pid = server::running(&record, &folder, None).await?;
    Ok(pid.map(|pid| Server::of(&record, pid)))
}

/// Stops the project's local AWS and says whether it ran. Its state stays for the next start.
///
/// The server saves its state as it ends; one that has not ended after 20 s is killed.
///
/// # Errors
/// Where the process cannot be signalled, or the project's folder not be read.
pub(crate) async fn stop(project: &Utf8Path) -> Result<bool, Error> {
    let folder = Folder::of(project);
    if !folder.exists() {
        return Ok(false);
    }
    let _lock = folder::lock(&folder.lock_file(), &|_| {}).await?;
    server::stop(&folder).await
}

/// Stops the project's local AWS and removes all that was in it.
///
/// # Errors
/// As [`stop`], and where a file cannot be removed.
pub(crate) async fn reset(project: &Utf8Path) -> Result<(), Error> {
    let folder = Folder::of(project);
    if !folder.exists() {
        return Ok(());
    }
    let _lock = folder::lock(&folder.lock_file(), &|_| {}).await?;
    server::stop(&folder).await?;
    folder.empty()
}

#[cfg(test)]
mod tests;
