//! The handler's crate, written by `gatewayq handler init`, is whole without the repository.
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::cli::Cli;
use crate::support::ministack::Ministack;
use crate::support::target_dir;

/// One and the same path for all runs: what cargo built of the dependencies is found again.
pub(super) fn folder(name: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    target_dir().hash(&mut hasher);
    std::env::temp_dir().join(format!("gatewayq-{name}-{:x}", hasher.finish()))
}

/// A release build in the way of a debug one: what is proven is that it works, not that it is small.
pub(super) fn quick(cli: Cli) -> Cli {
    cli.env("CARGO_TARGET_DIR", target_dir().join("outside"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .limit(Duration::from_secs(1200))
}

#[test]
fn a_route_in_rust_works_outside_the_clone() {
    let ms = Ministack::start();
    let folder = folder("outside");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("home")).unwrap();
    let home = folder.join("home");
    let run = |args: &[&str]| {
        Cli::new(&folder, &home)
            .args(args.iter().copied())
            .at(&ms.aws())
    };
    run(&["init", "--name", "outside", "--handler"]).ok();
    let again = run(&["handler", "init", "--json"]).ok().json();
    assert_eq!(again["written"], serde_json::json!([]));

    take_the_example(&folder);
    let deployed = quick(run(&["deploy", "--json"])).ok().json();
    assert_eq!(deployed["handler"]["from"], "crate");
    assert_eq!(deployed["handler"]["path"], "lambda-handler");
    let good = run(&["invoke", "POST", "/orders/7", "--json"]).ok().json();
    assert_eq!(good["body"]["message_status"], "success", "{good}");
    let bad = run(&["invoke", "POST", "/orders/seven"]).exits(1);
    assert!(bad.says("the id is a number"), "{bad}");
    let unfit = run(&["invoke", "POST", "/orders/7", "-d", r#"{"args": [1]}"#]).exits(1);
    assert!(unfit.says("`/args` must have at most 0 items"), "{unfit}");
    run(&["invoke", "/sendtosqs"]).ok();
    let _ = fs::remove_dir_all(&folder);
}

/// Puts the example of custom.rs in the place of the function there, and its route in gatewayq.toml, with a schema
/// for its bodies.
fn take_the_example(folder: &Path) {
    let path = folder.join("lambda-handler/src/custom.rs");
    let text = fs::read_to_string(&path).unwrap();
    let mut parts = text.split("//! ```");
    let example = parts.nth(1).expect("an example in custom.rs");
    let lines = example.lines().map(|line| {
        line.trim_start_matches("//!")
            .strip_prefix(' ')
            .unwrap_or_default()
    });
    let code = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("use lambda_handler::", "use crate::");
    fs::write(&path, code).unwrap();
    let file = folder.join("gatewayq.toml");
    let text = fs::read_to_string(&file).unwrap();
    let route = "[[route]]\nmethod = \"POST\"\npath = \"/orders/{id}\"\ntask = \"tasks.ship\"\n";
    let body = r#"{"properties": {"args": {"maxItems": 0}}}"#;
    fs::write(folder.join("body.json"), body).unwrap();
    fs::write(&file, format!("{text}\n{route}body = \"body.json\"\n")).unwrap();
}
