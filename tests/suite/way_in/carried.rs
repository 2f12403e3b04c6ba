//! A build of gatewayq without a handler on board, and a project without a crate: the source that
//! gatewayq carries is built, far from the repository.
use std::fs;

use super::outside::{folder, quick};
use crate::support::cli::Cli;
use crate::support::ministack::Ministack;

#[test]
fn the_source_that_gatewayq_carries_is_built() {
    let ms = Ministack::start();
    // Always the same path, so that cargo finds again what it built for the run before.
    let folder = folder("carried");
    let _ = fs::remove_dir_all(&folder);
    let home = folder.join("home");
    fs::create_dir_all(&home).unwrap();
    let run = |args: &[&str]| {
        let args = args.iter().copied();
        quick(Cli::new(&folder, &home).args(args).at(&ms.aws()))
    };
    run(&["init", "--name", "carried"]).ok();
    assert!(!folder.join("lambda-handler").exists());

    let plan = run(&["plan"]).ok();
    assert!(
        plan.says("handler: built from the source in gatewayq"),
        "{plan}"
    );
    let deployed = run(&["deploy", "--json"]).ok().json();
    assert_eq!(deployed["handler"]["from"], "source", "{deployed}");
    assert!(home.join(".cache/gatewayq").is_dir());
    let sent = run(&["invoke", "/sendtosqs", "--json"]).ok().json();
    assert_eq!(sent["body"]["message_status"], "success", "{sent}");

    // The same source is the same function: nothing to upload.
    run(&["plan", "--check"]).ok();
    let _ = fs::remove_dir_all(&folder);
}
