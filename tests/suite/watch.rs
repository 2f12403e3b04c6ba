//! `gatewayq watch`: each save is a deploy, a failure ends nothing, and an account is asked for.
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, When};
use crate::support::wait;

/// A command whose lines are documents.
struct Rounds {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Rounds {
    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    fn ends(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        assert!(self.lines.next().is_none());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Rounds {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_save_is_a_deploy_and_a_failure_is_told_and_gone_on_from() {
    let (emulator, project) = (Ministack::start(), Project::walkthrough());
    let config = fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    let save = |more: &str| project.configure(&format!("{config}{more}"));
    project.on(&emulator, ["deploy"]).prebuilt().ok();
    let proxy = Proxy::start(&emulator);
    let watch = project
        .on(&emulator, ["watch", "--yes", "--json"])
        .prebuilt()
        .through(&proxy)
        .env("GATEWAYQ_MAX_WAIT", "5");
    let mut child = watch
        .into_command()
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut rounds = Rounds { child, lines };
    let first = rounds.next();
    assert_eq!(first["changes"]["created"], 0, "{first}");
    assert!(first["changes"]["kept"].as_u64() > Some(5), "{first}");

    save("\n[queue]\nretention = 600\n");
    let second = rounds.next();
    assert_eq!(second["changes"]["updated"], 1, "{second}");
    assert_eq!(second["changes"]["created"], 0, "{second}");

    save("\n[queue]\nretention = 6\n");
    let wrong = rounds.next();
    assert_eq!(wrong["exit_code"], 2, "{wrong}");
    assert!(
        wrong["error"].as_str().unwrap().contains("retention"),
        "{wrong}"
    );

    // Another stage would be one that nobody said yes to.
    project.configure(&config.replace("name = \"gatewayq-example\"", "name = \"elsewhere\""));
    let moved = rounds.next();
    assert_eq!(moved["exit_code"], 1, "{moved}");
    let told = moved["error"].as_str().unwrap();
    assert!(told.contains("now of elsewhere-dev"), "{moved}");
    assert!(told.contains("nothing was deployed"), "{moved}");

    proxy.inject(When::Always, Fault::Fails(503));
    save("\n[queue]\nretention = 700\n");
    let failed = rounds.next();
    assert_eq!(failed["exit_code"], 1, "{failed}");
    proxy.reset();
    save("\n[queue]\nretention = 800\n");
    let mended = rounds.next();
    assert_eq!(mended["changes"]["updated"], 1, "{mended}");

    // Ended in the middle of a deploy, the last line is a document as well.
    proxy.latency(Duration::from_secs(2));
    let before = proxy.requests().len();
    save("\n[queue]\nretention = 900\n");
    wait::until("a call of the deploy", Duration::from_secs(30), || {
        (proxy.requests().len() > before).then_some(())
    });
    kill_process(Pid::from_child(&rounds.child), Signal::INT).unwrap();
    let ended = rounds.next();
    assert_eq!(ended["exit_code"], 130, "{ended}");
    assert_eq!(rounds.ends(Signal::CONT), Some(130));
}

/// What a save goes to was said at the start, and credentials may have become another account's since.
#[test]
fn another_account_is_not_deployed_to() {
    let (emulator, project) = (Ministack::start(), Project::walkthrough());
    let config = fs::read_to_string(project.path("gatewayq.toml")).unwrap();
    let save = |more: &str| project.configure(&format!("{config}{more}"));
    let file = project.path("credentials");
    let become_root_of = |account: &str| {
        let (id, secret) = {
            let root = emulator.root_of(account);
            (root.access_key_id, root.secret_access_key)
        };
        let text =
            format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        fs::write(&file, text).unwrap();
    };
    become_root_of("111122223333");
    let watch = project
        .on(&emulator, ["watch", "--yes"])
        .prebuilt()
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .env("AWS_SHARED_CREDENTIALS_FILE", &file)
        .spawn();
    watch.wait_for_times("deployed in ", 1);
    become_root_of("444455556666");
    save("\n[queue]\nretention = 600\n");
    watch.wait_for_times("the credentials are now of account 444455556666", 1);
    watch.wait_for_times("waiting for the next save", 1);
    become_root_of("111122223333");
    save("\n[queue]\nretention = 700\n");
    watch.wait_for_times("deployed in ", 2);
    watch.signal(Signal::TERM);
    assert_eq!(watch.wait().code, Some(0));
}

/// A body's schema is a source of the stage, and a file that is missing is waited for.
#[test]
fn files_that_gatewayq_toml_names_are_watched() {
    let (emulator, project) = (Ministack::start(), Project::empty());
    project.configure(
        "[app]\nname = \"named\"\n[[route]]\nmethod = \"POST\"\npath = \"/a\"\ntask = \"tasks.add\"\nbody = \"a.json\"\n",
    );
    let schema = |kind: &str| {
        fs::write(project.path("a.json"), format!("{{\"type\": \"{kind}\"}}")).unwrap()
    };
    schema("object");
    let watch = project.on(&emulator, ["watch", "--yes"]).prebuilt().spawn();
    watch.wait_for_times("deployed in ", 1);
    fs::remove_file(project.path("a.json")).unwrap();
    watch.wait_for_times("waiting for the next save", 1);
    schema("array");
    watch.wait_for_times("deployed in ", 2);
    watch.signal(Signal::TERM);
    let watch = watch.wait();
    assert_eq!(watch.code, Some(0), "{watch}");
    assert!(watch.says("a.json changed: deploying"), "{watch}");
    assert!(!watch.says("\u{1b}"), "{watch}");
}

#[test]
fn an_account_is_not_deployed_to_unasked() {
    let (emulator, project) = (Ministack::start(), Project::walkthrough());
    let asked = project.on(&emulator, ["watch"]).prebuilt().exits(2);
    assert!(asked.says("pass --yes"), "{asked}");
    project.configure("[app]\n");
    project
        .on(&emulator, ["watch", "--yes"])
        .prebuilt()
        .exits(2);
}
