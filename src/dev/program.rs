//! A program that runs beside gatewayq, in a process group of its own: Ctrl-C at the terminal does not reach it.

use crate::process_group::Group;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Child;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Bytes. A longer line is shown as several.
const LINE: u64 = 64 * 1024;

/// For the last lines of a program that has ended: what it left running may keep its output open.
const LAST_LINES: Duration = Duration::from_millis(500);

/// A program that runs. Dropped, it is killed with all that it started.
pub(crate) struct Program {
    child: Child,
    group: Group,
    readers: [JoinHandle<()>; 2],
}

/// What is given each line.
type Show = Arc<dyn Fn(&str) + Send + Sync>;

impl Program {
    /// Starts it. What it writes is given to `show` line by line.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn start(mut command: Command, show: Show) -> io::Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = tokio::process::Command::from(command).spawn()?;
        let group = Group::of(&child);
        let readers = [
            tokio::spawn(lines(child.stdout.take(), Arc::clone(&show))),
            tokio::spawn(lines(child.stderr.take(), show)),
        ];
        Ok(Self {
            child,
            group,
            readers,
        })
    }

    /// Waits for its end by itself.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to end and waits for that; kills it when `grace` is over or `now` is cancelled. Says whether it ended by itself.
    pub(crate) async fn end(mut self, grace: Duration, now: &CancellationToken) -> bool {
        self.group.terminate();
        let ended = tokio::select! {
            ended = timeout(grace, self.child.wait()) => ended.is_ok(),
            () = now.cancelled() => false,
        };
        self.gone().await;
        ended
    }

    /// Ends what is left of it, and shows the last lines.
    pub(crate) async fn gone(self) {
        let Self {
            mut child,
            group,
            readers,
        } = self;
        drop(group);
        let _ = child.wait().await;
        for mut reader in readers {
            if timeout(LAST_LINES, &mut reader).await.is_err() {
                reader.abort();
            }
        }
    }
}

async fn lines(output: Option<impl AsyncRead + Unpin>, show: Show) {
    let Some(output) = output else { return };
    let (mut output, mut line) = (BufReader::new(output), Vec::new());
    while let Ok(1..) = (&mut output).take(LINE).read_until(b'\n', &mut line).await {
        show(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::time::Instant;

    fn shell(script: &str) -> (Program, Arc<Mutex<Vec<String>>>) {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&shown);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        let show = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        (Program::start(command, Arc::new(show)).unwrap(), shown)
    }

    #[tokio::test]
    async fn lines_come_from_both_streams_and_the_last_needs_no_end() {
        let (mut program, shown) = shell("echo one; echo two >&2; printf three; exit 3");
        assert_eq!(program.ended().await.unwrap().code(), Some(3));
        program.gone().await;
        let mut lines = shown.lock().unwrap().clone();
        lines.sort();
        assert_eq!(lines, ["one", "three", "two"]);
    }

    #[tokio::test]
    async fn one_that_is_asked_ends_by_itself() {
        let (program, shown) =
            shell("trap 'echo bye; exit 0' TERM; echo up; while :; do /bin/sleep 0.05; done");
        while shown.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(
            program
                .end(Duration::from_secs(20), &CancellationToken::new())
                .await
        );
        assert_eq!(*shown.lock().unwrap(), ["up", "bye"]);
    }

    #[tokio::test]
    async fn one_that_does_not_end_is_killed_when_its_time_is_over_or_nobody_waits() {
        let begin = Instant::now();
        for (grace, now) in [
            (Duration::from_millis(50), false),
            (Duration::from_secs(60), true),
        ] {
            let (program, shown) =
                shell("trap '' TERM; /bin/sleep 60 & echo up; wait; /bin/sleep 60");
            while shown.lock().unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let token = CancellationToken::new();
            if now {
                token.cancel();
            }
            assert!(!program.end(grace, &token).await);
        }
        assert!(begin.elapsed() < Duration::from_secs(30));
    }
}
