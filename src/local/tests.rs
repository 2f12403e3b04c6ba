//! What shows without a real server; the rest is in tests/suite/local.
#![allow(clippy::unwrap_used)]

use std::os::unix::fs::PermissionsExt;

use camino::Utf8Path;

use super::*;

#[tokio::test]
async fn a_server_that_does_not_come_up_shows_its_log() {
    let project = tempfile::tempdir().unwrap();
    let project = Utf8Path::from_path(project.path()).unwrap();
    let folder = Folder::of(project);
    folder.create().unwrap();
    let python = project.join("python");
    std::fs::write(
        &python,
        "#!/bin/sh\nread word\necho \"no module, got ${#word} characters\"\nexit 4\n",
    )
    .unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    let secret = secret::ensure(&folder).unwrap();
    let told = server::start(&folder, None, &python, &secret, None, &|_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("it ended (exit status: 4)"), "{told}");
    assert!(told.contains("no module, got 40 characters"), "{told}");
    assert!(told.contains("server.log"), "{told}");
}
