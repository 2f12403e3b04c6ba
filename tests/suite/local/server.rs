//! The server that `gatewayq local` keeps for a project: its port, its files, its process.
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

use super::{CACHE, Stop, local};
use crate::support::project::Project;
use crate::support::{target_dir, wait};

/// `gatewayq local …` as JSON.
fn said(project: &Project, action: &str) -> Value {
    local(project, ["local", action, "--json"]).ok().json()
}

fn folder(project: &Project) -> PathBuf {
    project.path(".gatewayq/local")
}

/// Another server on the port that the project's had.
fn take(port: &Value) -> TcpListener {
    let port = u16::try_from(port.as_u64().unwrap()).unwrap();
    TcpListener::bind(("127.0.0.1", port)).unwrap()
}

#[test]
fn a_stop_and_a_start_keep_the_place_and_each_says_what_it_did() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    assert_eq!(said(&project, "status")["running"], false);
    assert_eq!(said(&project, "stop")["stopped"], false);
    assert_eq!(said(&project, "reset")["reset"], true);
    assert!(!project.path(".gatewayq").exists());

    let first = said(&project, "start");
    assert_eq!(said(&project, "status"), first);
    assert_eq!(said(&project, "start"), first);
    assert_eq!(said(&project, "stop")["stopped"], true);
    assert_eq!(said(&project, "status")["running"], false);
    assert_eq!(said(&project, "stop")["stopped"], false);

    let second = said(&project, "start");
    assert_eq!(second["endpoint"], first["endpoint"]);
    assert_ne!(second["pid"], first["pid"]);
}

#[test]
fn it_listens_on_loopback_alone_and_keeps_its_files_to_itself() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let started = said(&project, "start");
    let port = started["port"].as_u64().unwrap();
    assert!(port < 32768);
    #[cfg(target_os = "linux")]
    {
        let pid = u32::try_from(started["pid"].as_u64().unwrap()).unwrap();
        let expected = format!("127.0.0.1:{port}").parse().unwrap();
        assert_eq!(crate::support::listening::addresses(pid), [expected]);
    }
    let mode = folder(&project).metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let ignored = fs::read_to_string(project.path(".gatewayq/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
    for temporary in std::env::temp_dir().read_dir().unwrap().flatten() {
        let name = temporary.file_name().into_string().unwrap_or_default();
        assert!(!name.contains(&port.to_string()), "{name}");
    }
    let own = format!("tmp/ministack-{port}.pid");
    assert!(folder(&project).join(own).is_file());
}

/// What another command holds it waits for, and can be told not to.
#[test]
fn a_signal_ends_a_wait_for_another_command() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    said(&project, "status");
    fs::create_dir_all(folder(&project)).unwrap();
    let held = fs::File::create(folder(&project).join("lock")).unwrap();
    held.lock().unwrap();
    let start = local(&project, ["local", "start", "--json"]).spawn();
    start.wait_for("waiting for another gatewayq");
    start.signal(Signal::TERM);
    let ended = start.wait();
    assert_eq!(ended.code, Some(130), "{ended}");
    assert_eq!(ended.json()["exit_code"], 130, "{ended}");
    held.unlock().unwrap();
}

#[test]
fn starts_at_once_give_one_server() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let start = || local(&project, ["local", "start", "--json"]).spawn();
    let starts: Vec<_> = (0..4).map(|_| start()).collect();
    let mut servers: Vec<Value> = Vec::new();
    for start in starts {
        servers.push(start.wait().json());
    }
    assert!(servers[0]["pid"].is_u64(), "{servers:?}");
    assert!(
        servers.iter().all(|server| *server == servers[0]),
        "{servers:?}"
    );
}

#[test]
fn a_port_lost_to_another_server_is_replaced_and_said() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let lost = said(&project, "start")["port"].clone();
    said(&project, "stop");
    let _listener = take(&lost);
    let start = local(&project, ["local", "start", "--json"]).ok();
    let moved = start.json();
    assert_ne!(moved["port"], lost);
    assert!(
        start.says(&format!("moves to port {}", moved["port"])),
        "{start}"
    );

    let on = |port: &Value| {
        let start = local(&project, ["local", "start", "--json"]);
        start.env("GATEWAYQ_LOCAL_PORT", port.to_string())
    };
    let refused = on(&lost).exits(1);
    assert!(
        refused.says(&format!("already runs on port {}", moved["port"])),
        "{refused}"
    );
    assert_eq!(on(&moved["port"]).ok().json(), moved);
}

/// A record of a server that is gone, whose process id somebody else has by now: this very test.
#[test]
fn a_stale_record_neither_misleads_nor_kills_anybody() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let file = folder(&project).join("server.json");
    let port = said(&project, "start")["port"].clone();
    let mut record: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    said(&project, "stop");
    assert!(record["process"]["pid"].is_u64(), "{record}");
    record["process"]["pid"] = std::process::id().into();
    fs::write(&file, record.to_string()).unwrap();
    assert_eq!(said(&project, "status")["running"], false);
    assert_eq!(said(&project, "stop")["stopped"], false);

    fs::write(&file, "{\"port\": \"garbage").unwrap();
    let started = said(&project, "start");
    assert_ne!(started["pid"], std::process::id());
    assert_eq!(
        started["port"], port,
        "the project's path leads to the same one"
    );

    kill(&started["pid"]);
    assert_eq!(said(&project, "status")["running"], false);
    let again = said(&project, "start");
    assert_eq!(again["port"], started["port"]);
    assert_ne!(again["pid"], started["pid"]);
}

/// Ends a server as a crash would.
fn kill(pid: &Value) {
    let pid = i32::try_from(pid.as_i64().unwrap()).unwrap();
    let pid = Pid::from_raw(pid).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    wait::until("the server to end", Duration::from_secs(10), || {
        let state = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        let zombie = state.is_ok_and(|state| state.contains(") Z "));
        (zombie || test_kill_process(pid).is_err()).then_some(())
    });
}

/// The server waits for the word that it was noted down. A Python whose standard input has ended is what it is left
/// with when its starter dies before that.
#[test]
fn a_server_that_nobody_noted_down_does_not_run() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    said(&project, "start");
    said(&project, "stop");
    for installed in fs::read_dir(target_dir().join(CACHE).join("gatewayq")).unwrap() {
        let installed = installed.unwrap();
        let python = installed.path().join("bin/python");
        let bin = project
            .path("cache/gatewayq")
            .join(installed.file_name())
            .join("bin");
        if python.exists() {
            fs::create_dir_all(&bin).unwrap();
            let script = format!(
                "#!/bin/sh\nexec '{}' \"$@\" < /dev/null\n",
                python.display()
            );
            fs::write(bin.join("python"), script).unwrap();
            fs::set_permissions(bin.join("python"), Permissions::from_mode(0o755)).unwrap();
        }
    }
    let start = local(&project, ["local", "start"]).env("XDG_CACHE_HOME", project.path("cache"));
    let start = start.exits(1);
    assert!(start.says("it ended (exit status: 3)"), "{start}");
    assert_eq!(said(&project, "status")["running"], false);
}

/// As older versions left it: a server with the word `test` for a secret, and its state.
#[test]
fn the_state_of_an_older_gatewayq_moves_over() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let deploy = ["deploy", "--local", "--json"];
    let url = local(&project, deploy).prebuilt().ok().json()["queue_url"].clone();
    let first = said(&project, "status");
    fs::remove_file(folder(&project).join("secret")).unwrap();
    let file = folder(&project).join("server.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let process = record["process"].as_object_mut().unwrap();
    process.remove("fingerprint").unwrap();
    let started_at = process.remove("started_at").unwrap();
    process.insert("born".to_owned(), started_at);
    fs::write(&file, record.to_string()).unwrap();

    assert_eq!(said(&project, "status"), first);
    let second = said(&project, "start");
    assert_ne!(second["pid"], first["pid"]);
    assert_eq!(second["endpoint"], first["endpoint"]);
    let again = local(&project, deploy).prebuilt().ok().json();
    assert_eq!(again["queue_url"], url);
    assert_eq!(again["changes"]["created"], 0, "{again}");
}
