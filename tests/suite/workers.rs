//! What real Celery workers make of the handler's messages. Each check is a Python program beside
//! the worker that it starts; it exits with the reason where the two disagree.
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::support::ministack::Ministack;
use crate::support::python::{self, Python};
use crate::support::{target_dir, workspace};

/// The handler's encoder as a program: requests in, messages out. It is an example of the handler
/// crate, so `cargo test` has built it already unless only this suite was asked for.
fn encode() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let built = cargo
            .args(["build", "--quiet", "--example", "encode"])
            .current_dir(workspace())
            .status();
        assert!(built.unwrap().success(), "the example does not build");
        target_dir().join("debug/examples/encode")
    })
}

#[track_caller]
fn check(name: &str, celery: &Python, more: &[&str]) {
    let (ms, script) = (
        Ministack::start(),
        workspace().join("tests/suite/worker").join(name),
    );
    let endpoint = ms.endpoint();
    let mut command = python::main().command([script.as_os_str()]);
    command
        .arg("--encode")
        .arg(encode())
        .args(["--endpoint", endpoint.as_str()]);
    command
        .arg("--celery")
        .arg(celery.bin().join("celery"))
        .args(more);
    let admin = ms.admin();
    let output = command
        .env("AWS_ACCESS_KEY_ID", admin.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", admin.secret_access_key)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{name}: {text}");
}

#[test]
fn any_json_is_run_with_equal_arguments() {
    check("check_values.py", python::main(), &[]);
}

#[test]
fn any_json_is_run_with_equal_arguments_by_celery_5_6() {
    check("check_values.py", python::celery_56(), &[]);
}

#[test]
fn hostile_input_costs_no_worker_its_life() {
    check("check_hostile.py", python::main(), &[]);
}

#[test]
fn hostile_input_costs_no_worker_of_celery_5_6_its_life() {
    check("check_hostile.py", python::celery_56(), &[]);
}

#[test]
fn strict_order_is_kept_for_each_key() {
    check("check_order.py", python::main(), &[]);
}

#[test]
fn a_repeat_with_the_same_idempotency_key_is_one_task() {
    check("check_idempotency.py", python::main(), &[]);
}

#[test]
fn what_workers_and_programs_send_waits_for_nobody() {
    check("check_senders.py", python::main(), &[]);
}

#[test]
fn what_workers_and_programs_send_with_celery_5_6_waits_for_nobody() {
    check("check_senders.py", python::celery_56(), &[]);
}

#[test]
fn retries_wait_for_themselves_alone_and_run_once() {
    check("check_retries.py", python::main(), &[]);
}

#[test]
fn retries_of_celery_5_6_wait_for_themselves_alone_and_run_once() {
    check("check_retries.py", python::celery_56(), &[]);
}

#[test]
fn a_retry_stays_with_its_ordering_key() {
    check("check_retry_order.py", python::main(), &[]);
}

#[test]
fn a_retry_of_celery_5_6_stays_with_its_ordering_key() {
    check("check_retry_order.py", python::celery_56(), &[]);
}

#[test]
fn a_worker_survives_the_faults_of_sqs() {
    check("check_faults.py", python::main(), &[]);
}

#[test]
fn a_worker_of_celery_5_6_survives_the_faults_of_sqs() {
    check("check_faults.py", python::celery_56(), &[]);
}

#[test]
fn failures_can_go_to_the_dead_letter_queue() {
    check("check_dead_letter.py", python::main(), &[]);
}
