//! GitHub's own schema for the workflows, and the release's small scripts.
use std::fs;
use std::process::{Command, Stdio};

use crate::support::{python, workspace};

#[test]
fn the_workflows_are_valid() {
    let workflows = fs::read_dir(workspace().join(".github/workflows")).unwrap();
    let files: Vec<_> = workflows.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    let checked = python::checks()
        .command([
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
        ])
        .args(&files)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stdout)
    );
}

/// What a workflow or the checklist runs is there, and can be run.
#[test]
fn the_scripts_that_they_name_are_there() {
    let mut text = fs::read_to_string(workspace().join("RELEASE.md")).unwrap();
    for entry in fs::read_dir(workspace().join(".github/workflows")).unwrap() {
        text += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let word = |c: char| c.is_ascii_alphanumeric() || "/.-_".contains(c);
    let scripts = text
        .split(|c| !word(c))
        .filter(|part| part.starts_with("scripts/"));
    for script in scripts {
        let checked = Command::new("bash")
            .arg("-n")
            .arg(workspace().join(script))
            .status()
            .unwrap();
        assert!(checked.success(), "{script}");
    }
}

#[test]
fn a_tag_has_to_be_the_manifests_version() {
    let check = |tag: &str| {
        let script = workspace().join("scripts/dist/version.sh");
        let output = Command::new(script).arg(tag).output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (fine, why) = check("v99.0.0");
    assert!(!fine && why.contains(env!("CARGO_PKG_VERSION")), "{why}");
    // The first release's section is written when it is made.
    let (fine, why) = check(concat!("v", env!("CARGO_PKG_VERSION")));
    assert!(fine || why.contains("CHANGELOG.md has no section"), "{why}");
}
