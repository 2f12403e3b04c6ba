//! Output that nobody takes, and signals that end a command.
use std::fs;
use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, getpgid, test_kill_process};

use crate::support::http::{Server, answer};
use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::wait;

/// `invoke` of a server that answers more than a pipe holds.
fn long_answer(project: &Project, server: &Server) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewayq"));
    command
        .args(["invoke", "--url", server.url().as_str(), "/"])
        .current_dir(project.folder())
        .env_clear()
        .env("HOME", project.home())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
        .env("AWS_REGION", "eu-west-1");
    command
}

fn server() -> Server {
    Server::start(|_, _| answer(200, "text/plain", "line\n".repeat(100_000).as_bytes()))
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let (project, server) = (Project::empty(), server());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = long_answer(&project, &server)
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("the result cannot be written"), "{told}");
}

#[test]
fn a_reader_that_goes_away_is_none() {
    let (project, server) = (Project::empty(), server());
    let mut child = long_answer(&project, &server)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// A handler whose build lasts until it is stopped: its build script tells who it is.
fn endless(project: &Project) {
    let handler = project.path("lambda-handler");
    fs::create_dir_all(handler.join("src")).unwrap();
    fs::write(handler.join("Cargo.toml"), "[package]\nname = \"endless\"\nedition = \"2024\"\nbuild = \"build.rs\"\n[[bin]]\nname = \"bootstrap\"\npath = \"src/main.rs\"\n[workspace]\n").unwrap();
    fs::write(handler.join("src/main.rs"), "fn main() {}\n").unwrap();
    let pid = project.path("pid");
    let script = format!(
        "fn main() {{ std::fs::write({pid:?}, std::process::id().to_string()).unwrap(); std::thread::sleep(std::time::Duration::from_secs(100)); }}\n"
    );
    fs::write(handler.join("build.rs"), script).unwrap();
}

/// cargo and all it started end with the command, whichever signal ends that.
#[test]
fn a_build_does_not_go_on_alone() {
    let ms = Ministack::start();
    for signal in [Signal::HUP, Signal::TERM, Signal::INT] {
        let project = Project::empty();
        project.configure(
            &fs::read_to_string(crate::support::workspace().join("gatewayq.toml")).unwrap(),
        );
        endless(&project);
        let deploy = project
            .on(&ms, ["deploy"])
            .env("CARGO_TARGET_DIR", project.path("target"))
            .spawn();
        let builder = wait::until(
            "the build script",
            std::time::Duration::from_secs(100),
            || {
                let pid: i32 = fs::read_to_string(project.path("pid")).ok()?.parse().ok()?;
                Pid::from_raw(pid)
            },
        );
        assert_ne!(getpgid(Some(builder)).unwrap(), deploy.pid());
        deploy.signal(signal);
        let output = deploy.wait();
        assert_eq!(output.code, Some(130), "{output}");
        assert!(output.says("interrupted: nothing was changed"), "{output}");
        wait::until("its end", std::time::Duration::from_secs(10), || {
            test_kill_process(builder).is_err().then_some(())
        });
    }
}
