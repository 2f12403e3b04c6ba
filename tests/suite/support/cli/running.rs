//! A command while it runs.
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::Output;
use crate::support::wait;

/// What was said about the command before it started.
pub(super) struct Expected {
    pub title: String,
    pub limit: Duration,
    pub shows_secrets: bool,
}

/// A started command. Dropped before its end, it is killed, with its children.
pub(crate) struct Running {
    child: Child,
    expected: Expected,
    started: Instant,
    stdout: Stream,
    stderr: Stream,
}

impl Running {
    pub(super) fn new(mut child: Child, stdin: Vec<u8>, expected: Expected) -> Self {
        let started = Instant::now();
        let mut input = child.stdin.take().unwrap();
        // A command that does not read its input closes the pipe: no fault of the test's.
        thread::spawn(move || input.write_all(&stdin));
        let stdout = Stream::read(child.stdout.take().unwrap());
        let stderr = match child.stderr.take() {
            Some(pipe) => Stream::read(pipe),
            None => Stream::read(std::io::empty()),
        };
        Self {
            child,
            expected,
            started,
            stdout,
            stderr,
        }
    }

    /// The process id.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Sends a signal to this process alone.
    pub(crate) fn signal(&self, signal: Signal) {
        let _ = kill_process(self.pid(), signal);
    }

    /// What it wrote to standard error so far.
    pub(crate) fn stderr_so_far(&self) -> String {
        self.stderr.so_far()
    }

    /// What it wrote to standard output so far.
    pub(crate) fn stdout_so_far(&self) -> String {
        self.stdout.so_far()
    }

    /// Waits until the streams together have this text so many times.
    #[track_caller]
    pub(crate) fn wait_for_times(&self, text: &str, times: usize) {
        let seen = wait::poll(self.expected.limit, || {
            let printed = [self.stdout_so_far(), self.stderr_so_far()];
            let count: usize = printed
                .iter()
                .map(|stream| stream.matches(text).count())
                .sum();
            (count >= times).then_some(())
        });
        let [stdout, stderr] = [self.stdout_so_far(), self.stderr_so_far()];
        assert!(
            seen.is_some(),
            "not {times} times {text:?}: {stdout}\n-- stderr\n{stderr}"
        );
    }

    /// Waits until standard error has this text.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        wait::until(text, self.expected.limit, || {
            self.stderr_so_far().contains(text).then_some(())
        });
    }

    /// Waits for its end; fails the test when that takes longer than its limit, or when it showed a secret.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Output {
        let status = wait::poll(self.expected.limit, || self.child.try_wait().unwrap());
        self.kill_group();
        let output = self.output(status);
        assert!(status.is_some(), "killed after its time: {output}");
        if !self.expected.shows_secrets {
            output.record();
        }
        output
    }

    fn output(&mut self, status: Option<ExitStatus>) -> Output {
        Output {
            title: self.expected.title.clone(),
            code: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            took: self.started.elapsed(),
            stdout: self.stdout.whole(),
            stderr: self.stderr.whole(),
        }
    }

    /// What it started and left running would keep its pipes open for ever.
    fn kill_group(&mut self) {
        let _ = kill_process_group(self.pid(), Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// One output stream, read as it comes.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn read(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut piece) {
                sink.lock().unwrap().extend_from_slice(&piece[..count]);
            }
        });
        Self {
            bytes,
            reader: Some(reader),
        }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }

    fn whole(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        self.so_far()
    }
}
