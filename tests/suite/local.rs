//! `--local`: the same commands with an emulator that gatewayq brings along.
use std::net::TcpListener;

use crate::support::cli::Cli;
use crate::support::project::Project;
use crate::support::target_dir;

/// One cache for all runs, so that the emulator is installed once.
fn local<'a>(project: &Project, args: impl IntoIterator<Item = &'a str>) -> Cli {
    project
        .command(args)
        .env("XDG_CACHE_HOME", target_dir().join("test-cache"))
        // Nobody is there: the local AWS is on this machine, whatever the network needs.
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("all_proxy", "socks5://127.0.0.1:1")
        .env("AWS_CA_BUNDLE", "/nowhere.pem")
        .env("AWS_PROFILE", "nobody")
}

/// Stops the emulator however the test ends.
struct Stop<'a>(&'a Project);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        let _ = local(self.0, ["local", "stop"]).run();
    }
}

#[test]
fn the_first_command_of_the_readme() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    local(&project, ["deploy", "--local"]).prebuilt().ok();
    let sent = local(&project, ["invoke", "/sendtosqs", "--local", "--json"])
        .ok()
        .json();
    assert_eq!(sent["body"]["message_status"], "success");
    let status = local(&project, ["status", "--local", "--check"]).ok();
    assert!(
        status.says("waiting 1"),
        "the task can be seen on the queue: {status}"
    );

    // What is in it survives a stop; reset takes it away.
    local(&project, ["local", "stop"]).ok();
    assert_eq!(
        local(&project, ["local", "status", "--json"]).ok().json()["running"],
        false
    );
    local(&project, ["status", "--local", "--check"]).ok();
    local(&project, ["delete", "--local", "--yes"]).ok();
    local(&project, ["local", "reset"]).ok();
    local(&project, ["status", "--local", "--check"]).exits(3);
}

#[test]
fn a_port_that_is_taken() {
    let project = Project::walkthrough();
    let _stop = Stop(&project);
    let listener = (20_000..30_000)
        .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
        .unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = local(&project, ["local", "start"])
        .env("GATEWAYQ_LOCAL_PORT", &port)
        .exits(1);
    let error = output.stderr.split_once("error:").unwrap().1;
    insta::assert_snapshot!(error.replace(&port, "PORT"));
}
