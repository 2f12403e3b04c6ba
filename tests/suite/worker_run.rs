//! `gatewayq worker run`: from a deployed stage to a finished task, with signals and errors.
use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::cli::{Cli, Running};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::target_dir;

const INSTALLING: &str = "installing the worker's Python packages";
/// A task that is still at work when the signals come.
const SLOW: &str = "import os
import time

from celery import Celery

app = Celery('slow')
app.config_from_object('celeryconfig')


@app.task(name='tasks.add')
def add(x, y):
    print('SLOW begins', flush=True)
    time.sleep(float(os.environ['SLOW_SECONDS']))
    return x + y
";

fn local<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    project
        .command(args)
        .env("XDG_CACHE_HOME", target_dir().join("test-cache"))
        .env("AWS_PROFILE", "of-no-worth-here")
}

struct Stop<'a>(&'a Project);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        let _ = local(self.0, ["local", "stop"]).run();
    }
}

/// Sends a task, and starts a worker with more arguments.
fn worker(project: &Project, more: &[&str], slow: &str) -> Running {
    local(project, ["invoke", "/sendtosqs", "--local"]).ok();
    let args = ["worker", "run", "--local"];
    local(project, args.iter().chain(more).copied())
        .env("SLOW_SECONDS", slow)
        .spawn()
}

#[test]
fn one_command_runs_the_tasks_and_passes_signals_on() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    local(&project, ["deploy", "--local"]).prebuilt().ok();

    // gatewayq's own tasks, in an environment that is made now.
    let first = worker(&project, &["--concurrency", "2"], "0");
    first.wait_for("succeeded");
    first.signal(Signal::TERM);
    let first = first.wait();
    assert_eq!(first.code, Some(0), "{first}");
    assert!(first.says(INSTALLING) && first.says(".fifo"), "{first}");
    assert!(first.says("concurrency: 2 (prefork)"), "{first}");

    // The project's tasks; what they lack of the kit is there. Ctrl-C waits for the task. The last receive of the worker
    // before, of up to 20 s, takes no task along.
    fs::create_dir(project.path("worker")).unwrap();
    fs::write(project.path("worker/tasks.py"), SLOW).unwrap();
    let second = worker(&project, &[], "6");
    second.wait_for("SLOW begins");
    second.signal(Signal::INT);
    let second = second.wait();
    assert!(second.says("Warm shutdown"), "{second}");
    assert!(
        second.says("succeeded") && !second.says(INSTALLING),
        "{second}"
    );
    // Celery's own code for a Ctrl-C.
    assert_eq!(second.code, Some(1), "{second}");

    // Twice gives it up, after the configuration's 10 seconds.
    let third = worker(&project, &["--", "--loglevel", "WARNING"], "90");
    third.wait_for("SLOW begins");
    let begin = Instant::now();
    third.signal(Signal::INT);
    std::thread::sleep(Duration::from_secs(1));
    third.signal(Signal::INT);
    let third = third.wait();
    assert!(begin.elapsed() < Duration::from_secs(60), "{third}");
    assert_ne!(third.code, Some(0), "{third}");
}

#[test]
fn what_stands_in_the_way_of_a_worker_is_told() {
    let (emulator, project) = (Ministack::start(), Project::walkthrough());
    let run = |more: &[&'static str]| {
        let args = ["worker", "run"];
        project.on(&emulator, args.iter().chain(more).copied())
    };
    let nowhere = run(&["--tasks", "nowhere"]).exits(2);
    assert!(nowhere.says("nowhere has no tasks.py"), "{nowhere}");
    run(&["--concurrency", "0"]).exits(2);
    run(&["--json"]).exits(2);
    let early = run(&[]).exits(1);
    assert!(
        early.says("is not deployed here: gatewayq deploy"),
        "{early}"
    );

    project.on(&emulator, ["deploy"]).prebuilt().ok();
    let bare = run(&[]).env("PATH", "/nonexistent").exits(1);
    assert!(bare.says("the worker needs Python 3.10 or newer"), "{bare}");
    assert!(bare.says("install uv, or python3"), "{bare}");

    fs::create_dir(project.path("worker")).unwrap();
    let empty = run(&[]).exits(2);
    assert!(empty.says("worker init"), "{empty}");
    fs::write(project.path("worker/tasks.py"), SLOW).unwrap();
    fs::write(project.path("worker/requirements.txt"), "six==1.17.0\n").unwrap();
    let other = run(&[]).exits(2);
    assert!(other.says("does not install celery"), "{other}");
}
