//! What can go wrong with the local AWS.

use camino::{Utf8Path, Utf8PathBuf};

/// A local AWS that cannot be installed, started or stopped. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or folder of the local AWS.
    #[error("the local AWS: cannot {doing} {path}: {source}")]
    File {
        /// What was being done to it.
        doing: &'static str,
        /// Which file.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The user's cache folder is not known.
    #[error("the local AWS: no folder to install it into: set HOME or XDG_CACHE_HOME")]
    NoCache,
    /// Its Python environment cannot be made.
    #[error(transparent)]
    Python(#[from] crate::python_env::Error),
    /// `GATEWAYQ_LOCAL_PORT` is not a port.
    #[error("GATEWAYQ_LOCAL_PORT is `{value}`; allowed: 1024 to 32767")]
    BadPort {
        /// Its value.
        value: String,
    },
    /// The port that was asked for is not free.
    #[error(
        "port {port} on 127.0.0.1 is taken by something else\n  set GATEWAYQ_LOCAL_PORT to a free port, or unset it and one is chosen"
    )]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// It runs already, on another port than the one asked for.
    #[error(
        "the local AWS already runs on port {port}, GATEWAYQ_LOCAL_PORT asks for {wanted}\n  `gatewayq local stop` first; its state stays"
    )]
    OtherPort {
        /// Where it runs.
        port: u16,
        /// Where it was asked for.
        wanted: u16,
    },
    /// No free port was found.
    #[error(
        "no free port for the local AWS was found on 127.0.0.1\n  set GATEWAYQ_LOCAL_PORT to one"
    )]
    NoPort,
    /// The server ended, or did not answer in time.
    #[error("the local AWS did not start: {why}; the end of {log}:\n{tail}")]
    NotStarted {
        /// What was seen of it.
        why: String,
        /// Its log.
        log: Utf8PathBuf,
        /// The end of the log.
        tail: String,
    },
    /// The process is there, but does not answer.
    #[error(
        "the local AWS (process {pid}) does not answer on port {port}; its log: {log}\n  `gatewayq local stop` ends it"
    )]
    Silent {
        /// The process.
        pid: u32,
        /// Its port.
        port: u16,
        /// Its log.
        log: Utf8PathBuf,
    },
    /// Its secret cannot be used.
    #[error(
        "the secret of the local AWS in {path} {why}\n  remove it: the next command makes a new one, and what is in the local AWS is kept"
    )]
    Secret {
        /// Its file.
        path: Utf8PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// What a file is written with is not what it has then.
    #[error(
        "the file system of {folder} keeps no modes: others could read the secret of the local AWS there\n  move the project to a file system that has them"
    )]
    NoModes {
        /// The local AWS's folder.
        folder: Utf8PathBuf,
    },
    /// The system gives no random numbers.
    #[error("the local AWS: the system gave no random numbers: {why}")]
    Random {
        /// What it said.
        why: String,
    },
    /// The process does not end.
    #[error("the local AWS (process {pid}) cannot be ended: {why}")]
    NotStopped {
        /// The process.
        pid: u32,
        /// Why not.
        why: String,
    },
}

/// For `map_err` on what the standard library says about a file.
pub(super) fn file(doing: &'static str, path: &Utf8Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File {
        doing,
        path,
        source,
    }
}
