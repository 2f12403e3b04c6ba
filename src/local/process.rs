//! Another process: is it still the same one, and how to end it.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};
use tokio::time::sleep;

use super::error::Error;

/// When a process started, in words that no other process of the same id shares; `None` where
/// there is none, or only what is left of one that has ended.
#[cfg(target_os = "linux")]
pub(super) async fn started_at(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Where a sandbox hides it, the ticks alone have to do.
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    // proc(5): the second field is the name, in brackets, and may hold anything; then come the
    // state (3rd), the number of threads (20th) and the start in clock ticks (22nd).
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let threads = fields.nth(16)?;
    let start = fields.nth(1)?;
    // A first thread that has ended is a zombie while others still hold the files and ports.
    let ended = matches!(state, "Z" | "X") && matches!(threads, "0" | "1");
    (!ended).then(|| format!("{start}@{}", boot.trim()))
}

#[cfg(not(target_os = "linux"))]
pub(super) async fn started_at(pid: u32) -> Option<String> {
    let arguments = ["-o", "stat=,lstart=", "-p", &pid.to_string()];
    // Its times are in the language and time zone of whoever asks, and another command may have others.
    let output = tokio::process::Command::new("ps")
        .args(arguments)
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .output()
        .await
        .ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    let (state, start) = line.trim().split_once(char::is_whitespace)?;
    (!state.starts_with('Z')).then(|| start.trim().to_owned())
}

/// Ends a process group: asks its leader, waits up to `grace`, then kills all of it.
///
/// `expected` (see [`started_at`]) guards against another process that has got the id meanwhile.
///
/// # Errors
/// [`Error::NotStopped`], with the reason.
pub(super) async fn end(pid: u32, expected: &str, grace: Duration) -> Result<(), Error> {
    let failed = |why: String| Error::NotStopped { pid, why };
    let Some(leader) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return Ok(());
    };
    if started_at(pid).await.as_deref() != Some(expected) {
        return Ok(());
    }
    signal(rustix::process::kill_process(leader, Signal::TERM)).map_err(failed)?;
    if !is_gone(leader, expected, grace).await {
        signal(rustix::process::kill_process(leader, Signal::KILL)).map_err(failed)?;
        if !is_gone(leader, expected, Duration::from_secs(5)).await {
            return Err(failed("it is still there 5 s after SIGKILL".to_owned()));
        }
    }
    // Functions that still ran are in its group; without a server they have nothing to do.
    signal(rustix::process::kill_process_group(leader, Signal::KILL)).map_err(failed)
}

/// A process that is gone is what was wanted.
fn signal(sent: rustix::io::Result<()>) -> Result<(), String> {
    match sent {
        // macOS answers EPERM for a group of which only the dead are left.
        Ok(()) | Err(rustix::io::Errno::SRCH | rustix::io::Errno::PERM) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

async fn is_gone(pid: Pid, expected: &str, grace: Duration) -> bool {
    let until = Instant::now() + grace;
    loop {
        // Where this very process started it, it has to be waited for; else this does nothing.
        let _ = rustix::process::waitpid(Some(pid), WaitOptions::NOHANG);
        if started_at(pid.as_raw_nonzero().get().cast_unsigned())
            .await
            .as_deref()
            != Some(expected)
        {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        sleep(Duration::from_millis(50)).await;
    }
}
