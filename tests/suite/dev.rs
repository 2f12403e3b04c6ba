//! `gatewayq dev`: from nothing to a task that is done, what saves do, and the end of all that was started.
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::local::{Stop, cached};
use crate::support::cli::{Cli, Running};
use crate::support::handler;
use crate::support::project::Project;

/// The first use of a project installs celery.
const LIMIT: Duration = Duration::from_secs(300);

/// In each start of the worker once.
const READY: &str = " ready.";

/// A worker's tasks, with an answer that tells which version ran.
fn tasks(answer: &str) -> String {
    format!(
        "import time\n\nfrom celery import Celery\n\napp = Celery('dev')\napp.config_from_object('celeryconfig')\n\n\n\
         @app.task(name='tasks.add')\ndef add(x, y):\n    return {answer}\n"
    )
}

/// Saves as editors do: beside its place, and renamed over it.
fn save(project: &Project, name: &str, text: &str) {
    let path = project.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let beside = path.with_extension("tmp");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

fn dev(project: &Project) -> Cli {
    cached(project, ["dev"]).prebuilt().limit(LIMIT)
}

/// The command lines of what still runs in the project's folder.
fn left(project: &Project) -> Vec<String> {
    let folder = project.folder().canonicalize().unwrap();
    let is_there = |process: &Path| {
        fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(&folder))
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .map(|process| process.path())
        .filter(|process| is_there(process))
        .map(|process| {
            fs::read_to_string(process.join("cmdline"))
                .unwrap_or_default()
                .replace('\0', " ")
        })
        .collect()
}

fn is_running(project: &Project) -> Value {
    cached(project, ["local", "status", "--json"]).ok().json()["running"].clone()
}

fn send(project: &Project, path: &str) {
    cached(project, ["invoke", path, "--local"]).ok();
}

#[test]
fn every_save_counts_and_ctrl_c_leaves_nothing() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let config = fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    let route = |path: &str| {
        format!("\n[[route]]\nmethod = \"GET\"\npath = \"{path}\"\nreply = {{ new = true }}\n")
    };
    save(&project, "worker/tasks.py", &tasks("'one'"));
    let dev = dev(&project).spawn();
    dev.wait_for_times(READY, 1);
    assert!(
        dev.stdout_so_far()
            .contains("Try: gatewayq invoke --local /sendtosqs")
    );
    send(&project, "/sendtosqs");
    dev.wait_for_times("'one'", 1);
    dev.wait_for_times("api      | GET /sendtosqs 202", 1);

    save(&project, "worker/tasks.py", &tasks("'two'"));
    dev.wait_for_times(READY, 2);
    send(&project, "/sendtosqs");
    dev.wait_for_times("'two'", 1);

    save(
        &project,
        "gatewayq.toml",
        &format!("{config}{}", route("/new")),
    );
    dev.wait_for_times("deployed in ", 2);
    send(&project, "/new");

    save(&project, "gatewayq.toml", &format!("{config}\n[[route]\n"));
    dev.wait_for_times("waiting for the next save", 1);
    assert!(
        dev.stderr_so_far().contains("not TOML"),
        "{}",
        dev.stderr_so_far()
    );
    save(
        &project,
        "gatewayq.toml",
        &format!("{config}{}{}", route("/new"), route("/newer")),
    );
    dev.wait_for_times("deployed in ", 3);
    send(&project, "/newer");

    // The worker has to know where results go.
    let results =
        "\n[results]\n[[route]]\nmethod = \"GET\"\npath = \"/results/{task_id}\"\nresult = true\n";
    save(&project, "gatewayq.toml", &format!("{config}{results}"));
    dev.wait_for_times(READY, 3);
    let sent = cached(&project, ["invoke", "/sendtosqs", "--local"]);
    let sent = sent.ok().stdout;
    let sent: Value = serde_json::from_str(&sent).unwrap();
    let id = sent["task_id"].as_str().unwrap();
    let result = cached(&project, ["result", id, "--local", "--wait", "20"]).ok();
    assert!(result.says("\"two\""), "{result}");

    dev.signal(Signal::INT);
    let dev = dev.wait();
    assert_eq!(dev.code, Some(0), "{dev}");
    assert!(dev.says("the local AWS is stopped"), "{dev}");
    assert!(!dev.says("\u{1b}"), "colours or cursors in a pipe: {dev}");
    assert_eq!(dev.stdout.matches(READY).count(), 3, "{dev}");
    assert_eq!(left(&project), Vec::<String>::new());
    assert_eq!(is_running(&project), false);
}

/// Waits for the worker's task to begin, then presses Ctrl-C twice.
fn twice(dev: Running) {
    dev.wait_for_times("SLOW begins", 1);
    let begin = Instant::now();
    dev.signal(Signal::INT);
    dev.wait_for_times("ending", 1);
    std::thread::sleep(Duration::from_millis(500));
    dev.signal(Signal::INT);
    let dev = dev.wait();
    assert_eq!(dev.code, Some(130), "{dev}");
    assert!(begin.elapsed() < Duration::from_secs(30), "{dev}");
}

#[test]
fn a_worker_that_fails_is_started_again_and_twice_ctrl_c_ends_at_once() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    cached(&project, ["local", "start"]).ok();
    let dev = dev(&project).spawn();
    dev.wait_for_times("no worker runs", 1);
    save(&project, "worker/tasks.py", "raise SystemExit('SLIP')\n");
    dev.wait_for_times("the worker ended by itself", 2);
    let stderr = dev.stderr_so_far();
    assert!(
        stderr.contains("starts again in 10.0 s") && stderr.contains("starts again in 20.0 s"),
        "{stderr}"
    );
    assert!(
        dev.stdout_so_far().contains("worker   | SLIP"),
        "{}",
        dev.stdout_so_far()
    );
    save(
        &project,
        "worker/tasks.py",
        &tasks("print('SLOW begins') or time.sleep(100)"),
    );
    dev.wait_for_times(READY, 1);
    send(&project, "/sendtosqs");
    twice(dev);
    let left = left(&project);
    assert_eq!(
        left.iter().filter(|line| line.contains("celery")).count(),
        0,
        "{left:?}"
    );
    assert_eq!(is_running(&project), true, "it ran before");
}

/// Ctrl-C as the terminal sends it, to all of the foreground.
const TERMINAL: &str = "
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen, pressed = b'', False
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    if b' ready.' in seen and not pressed:
        pressed = True
        os.write(terminal, b'\\x03')
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

#[test]
fn on_a_terminal_writers_have_colours_and_ctrl_c_ends_in_order() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    save(&project, "worker/tasks.py", &tasks("'one'"));
    let program = dev(&project).env("TERM", "xterm-256color").into_command();
    let mut python = Command::new("python3");
    python
        .args(["-c", TERMINAL])
        .arg(program.get_program())
        .args(program.get_args());
    python.current_dir(project.folder()).env_clear();
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            python.env(name, value);
        }
    }
    let seen = python.output().unwrap();
    let text = String::from_utf8_lossy(&seen.stdout).into_owned();
    assert_eq!(seen.status.code(), Some(0), "{text}");
    assert!(text.contains("\u{1b}[33mworker   |\u{1b}[0m"), "{text:?}");
    assert!(text.contains("the local AWS is stopped"), "{text}");
    // The cursor is shown at the end, if it was ever hidden.
    let [hidden, shown] = ["\u{1b}[?25l", "\u{1b}[?25h"].map(|code| text.rfind(code));
    assert!(hidden <= shown, "{text:?}");
    assert_eq!(left(&project), Vec::<String>::new());
}

#[test]
fn what_does_not_go_together_is_told() {
    let project = Project::walkthrough();
    let bootstrap = handler::bootstrap().to_str().unwrap();
    let run = |args: &[&'static str]| cached(&project, [&["dev"][..], args].concat());
    let json = run(&["--json"]).exits(2);
    assert!(json.says("dev has no --json"), "{json}");
    let profile = run(&["--profile", "prod"]).exits(2);
    assert!(profile.says("gatewayq watch --profile"), "{profile}");
    run(&["--no-worker", "--tasks", "worker"]).exits(2);
    fs::remove_file(project.path("gatewayq.toml")).unwrap();
    let none = cached(&project, ["dev", "--bootstrap", bootstrap]).exits(2);
    assert!(none.says("no such file"), "{none}");
    assert_eq!(is_running(&project), false);
}
