//! What CI does around the recipe that everybody runs.
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::support::workspace;

fn program(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Property tests draw the same cases each time, and a failure says which.
#[test]
fn a_run_that_fails_says_its_seed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    for there in ["rustup", "python3", "cc", "chromium"] {
        program(&at("bin").join(there), "exit 0");
    }
    program(&at("scripts/tools"), "echo tools");
    fs::create_dir_all(at(".ci")).unwrap();
    fs::copy(workspace().join(".ci/run"), at(".ci/run")).unwrap();
    let run = |just: &str| {
        program(&at("tools/just"), just);
        let path = format!("{}:/usr/bin:/bin", at("bin").display());
        let mut bash = Command::new("bash");
        let bash = bash.arg(at(".ci/run")).env_clear().env("PATH", path);
        bash.output().unwrap()
    };
    let failed = run("echo drawn with $PROPTEST_RNG_SEED; exit 7");
    assert_eq!(failed.status.code(), Some(7), "{failed:?}");
    let drawn = String::from_utf8(failed.stdout).unwrap();
    let seed = drawn.trim().strip_prefix("drawn with ").unwrap_or_default();
    assert!(seed.parse::<u64>().is_ok(), "{drawn:?}");
    let told = String::from_utf8(failed.stderr).unwrap();
    assert!(
        told.contains(&format!("PROPTEST_RNG_SEED={seed}")),
        "{told}"
    );
    let passed = run("exit 0");
    assert!(
        passed.status.success() && passed.stderr.is_empty(),
        "{passed:?}"
    );
}

/// The unit tests run with an environment of their own: the seed goes with them.
#[test]
fn the_unit_tests_are_told_the_seed() {
    let script = fs::read_to_string(workspace().join("scripts/test-fast")).unwrap();
    let (_, environment) = script.split_once("env -i").unwrap();
    let (environment, _) = environment.split_once("\"$binary\"").unwrap();
    let passed_on = "${PROPTEST_RNG_SEED:+PROPTEST_RNG_SEED=\"$PROPTEST_RNG_SEED\"}";
    assert!(environment.contains(passed_on), "{environment}");
}
