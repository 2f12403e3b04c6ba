//! No secret in anything that is printed, and none on a command line.
//!
//! What every command of the whole suite prints is recorded and searched: for the credentials as it
//! is printed, and for the values of API keys whenever an emulator ends (see `Ministack`'s drop).
use std::time::Duration;

use crate::support::ministack::Ministack;
use crate::support::project::Project;
use crate::support::proxy::{Fault, Proxy, When};
use crate::support::recorder;

/// Each command, as talkative as it can be, in both forms.
#[test]
fn nothing_that_is_printed_holds_a_key_or_a_credential() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy", "-v"]).prebuilt().ok();
    project.on(&ms, ["plan", "-v"]).prebuilt().ok();
    for command in [
        &["status"][..],
        &["keys", "create", "web"],
        &["keys", "rotate", "web"],
        &["keys", "list"],
        &["keys", "disable", "web"],
        &["keys", "enable", "web"],
        &["invoke", "/"],
        &["logs"],
        &["worker", "env"],
        &["policy", "deployer"],
        &["policy", "api-user"],
        &["doctor"],
    ] {
        for form in ["-v", "--json"] {
            let whole = [command, &[form]].concat();
            project.on(&ms, whole).run();
        }
    }
    ms.forbid_api_keys();
    let value = project.on(&ms, ["keys", "show", "web"]).ok().stdout;
    assert!(!recorder::secrets_in(value.as_bytes()).is_empty());
}

/// Every call of these commands in turn answered with an error, or with what cannot be read: none
/// of the errors repeats an answer.
#[test]
fn no_error_holds_a_key() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    project.on(&ms, ["keys", "create", "web"]).ok();
    ms.forbid_api_keys();
    let proxy = Proxy::start(&ms);
    for command in [
        &["keys", "show", "web", "-v"][..],
        &["keys", "list", "-v"],
        &["invoke", "/", "-v"],
    ] {
        proxy.reset();
        let run = || {
            let run = project.on(&ms, command.iter().copied()).through(&proxy);
            run.env("GATEWAYQ_MAX_WAIT", "0").run()
        };
        run();
        for call in 0..proxy.record().len() {
            for fault in [Fault::FailsAfter(500), Fault::CutAfter] {
                proxy.reset();
                proxy.inject(When::Call(call), fault);
                run();
            }
        }
    }
}

#[test]
fn a_keys_value_is_on_no_command_line() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    project.on(&ms, ["deploy"]).prebuilt().ok();
    let value = project
        .on(&ms, ["keys", "show"])
        .ok()
        .stdout
        .trim()
        .to_owned();
    recorder::forbid(&value);
    let proxy = Proxy::start(&ms);
    proxy.latency(Duration::from_millis(300));
    let running = project.on(&ms, ["invoke", "/"]).through(&proxy).spawn();
    let pid = running.pid().as_raw_nonzero();
    let mut seen = 0;
    for _ in 0..40 {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains("invoke") {
            seen += 1;
        }
        assert!(recorder::secrets_in(&line).is_empty());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(seen > 0);
    assert_eq!(running.wait().code, Some(0));
}
