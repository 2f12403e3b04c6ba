//! What a command used: time, processor and memory.
use std::fs;
use std::process::{Command, Stdio};

use crate::support::{python, workspace};

/// Seconds after which a command is killed.
const LIMIT: &str = "600";

/// The cost of one run of a command, with all that it started and waited for.
pub(super) struct Usage {
    /// Seconds from its start to its end.
    pub wall: f64,
    /// Seconds of processor time, the system's for it included.
    pub cpu: f64,
    /// The largest process's peak, in MB (10⁶ bytes).
    pub memory: f64,
}

/// Runs it to its end, which has to be a good one.
#[track_caller]
pub(super) fn of(command: &Command) -> Usage {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut outer = Command::new(python::main().interpreter());
    outer
        .args(["-I", "-S"])
        .arg(workspace().join("tests/suite/figures/usage.py"))
        .arg(report.path())
        .arg(LIMIT)
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    let done = outer.output().unwrap();
    assert!(
        done.status.success(),
        "{:?} {:?}: {}\n{}",
        command.get_program(),
        command.get_args(),
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    let text = fs::read_to_string(report.path()).unwrap();
    let mut numbers = text.split(' ').map(|number| number.parse().unwrap());
    let mut next = || numbers.next().unwrap();
    Usage {
        wall: next(),
        cpu: next(),
        memory: next(),
    }
}
