//! A program with all that it started: cargo's compilers, build scripts and linkers, a worker's processes.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Child;

/// Ends a process group when it is dropped before the group's end. Killing cargo alone would leave
/// its compilers at work, for minutes, on nobody's behalf.
///
/// The group is the child's own: a Ctrl-C at the terminal reaches gatewayq alone, which passes it
/// on by dropping this.
pub(crate) struct Group(Option<Pid>);

impl Group {
    /// The group that `child`, started as its leader, is in.
    pub(crate) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Asks the leader, and it alone, to end.
    pub(crate) fn terminate(&self) {
        if let Some(leader) = self.0 {
            // One that is gone has ended.
            let _ = kill_process(leader, Signal::TERM);
        }
    }

    /// The leader ended by itself. What it left running is meant to stay, a compiler cache's
    /// server for one.
    pub(crate) fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    use tokio::io::AsyncReadExt;
    use tokio::process::Command;

    #[tokio::test]
    async fn grandchildren_end_too() {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "/bin/sleep 60 & /bin/sleep 60"])
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut held = child.stdout.take().unwrap();
        drop(Group::of(&child));
        // The pipe ends once nobody holds its other end any more.
        let started = Instant::now();
        held.read_to_end(&mut Vec::new()).await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(30));
        child.wait().await.unwrap();
    }
}
