//! A real Celery worker as a child process, with a record of every task that it ran.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;

use super::python::Python;
use super::{python, wait, workspace};

mod run;

pub(crate) use run::{TaskRun, most_at_once};

const START_LIMIT: Duration = Duration::from_secs(60);
/// A long poll lasts up to 20 s, and a worker finishes it before it ends.
const STOP_LIMIT: Duration = Duration::from_secs(45);

/// A Celery worker with the files of worker/. Killed with its children when dropped.
pub(crate) struct Worker {
    child: Child,
    folder: TempDir,
}

impl Worker {
    /// Celery 5.7 with `concurrency` processes, in the environment that `gatewayq worker env --json` printed. Waits
    /// until the worker is ready.
    pub(crate) fn start(environment: &BTreeMap<String, String>, concurrency: u32) -> Self {
        Self::start_with(python::main(), environment, concurrency)
    }

    /// The same with the Celery of another Python environment.
    pub(crate) fn start_with(
        python: &Python,
        environment: &BTreeMap<String, String>,
        concurrency: u32,
    ) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("gatewayq-worker-")
            .tempdir()
            .unwrap();
        copy_sources(folder.path());
        let child = spawn(python, folder.path(), environment, concurrency);
        let mut worker = Self { child, folder };
        worker.wait_until_ready();
        worker
    }

    fn wait_until_ready(&mut self) {
        let ready = wait::poll(START_LIMIT, || {
            let ended = self.child.try_wait().unwrap().map(|_| false);
            ended.or_else(|| self.log().contains(" ready.").then_some(true))
        });
        assert_eq!(
            ready,
            Some(true),
            "the worker did not start: {}",
            self.log()
        );
    }

    /// The tasks that have ended, in the order of their ends.
    pub(crate) fn runs(&self) -> Vec<TaskRun> {
        let record = fs::read_to_string(self.folder.path().join("record")).unwrap_or_default();
        let whole = record.rsplit_once('\n').map_or("", |(lines, _)| lines);
        whole
            .lines()
            .map(|line| TaskRun::parse(&serde_json::from_str(line).unwrap()))
            .collect()
    }

    /// Waits until so many tasks have ended, and gives them.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize, limit: Duration) -> Vec<TaskRun> {
        let enough = wait::poll(limit, || {
            Some(self.runs()).filter(|runs| runs.len() >= count)
        });
        enough
            .unwrap_or_else(|| panic!("{} of {count} tasks ran: {}", self.runs().len(), self.log()))
    }

    /// Waits until the task with this id has ended, and gives it.
    #[track_caller]
    pub(crate) fn wait_for_task(&self, id: &str, limit: Duration) -> TaskRun {
        let run = wait::poll(limit, || self.runs().into_iter().find(|run| run.id == id));
        run.unwrap_or_else(|| panic!("task {id} did not run: {}", self.log()))
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Asks it to finish its tasks and end (SIGTERM), and waits for that.
    #[track_caller]
    pub(crate) fn stop(mut self) -> ExitStatus {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        wait::until("the worker to end", STOP_LIMIT, || {
            self.child.try_wait().unwrap()
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

fn spawn(
    python: &Python,
    folder: &Path,
    environment: &BTreeMap<String, String>,
    concurrency: u32,
) -> Child {
    let log = File::create(folder.join("log")).unwrap();
    let processes = concurrency.to_string();
    let args = [
        "-m",
        "celery",
        "-A",
        "recording",
        "worker",
        "--loglevel",
        "INFO",
        "--pool",
        "prefork",
        "-c",
    ];
    python
        .command(args)
        .arg(processes)
        .current_dir(folder)
        .env("HOME", folder)
        .env("TASK_RECORD", folder.join("record"))
        .envs(environment)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .process_group(0)
        .spawn()
        .unwrap()
}

/// A copy, so that compiled files and the record stay out of the repository.
fn copy_sources(to: &Path) {
    let worker = fs::read_dir(workspace().join("worker"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let recording = workspace().join("tests/suite/support/python/recording.py");
    for path in worker.chain([recording]) {
        if path.extension().is_some_and(|extension| extension == "py") {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}
