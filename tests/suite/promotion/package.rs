//! `gatewayq package`, and what `--package` makes of its file.
use std::fs;
use std::process::Command;

use serde_json::json;

use crate::support::cli::Output;
use crate::support::ministack::Ministack;
use crate::support::project::Project;

const CONFIG: &str = include_str!("../../../gatewayq.toml");
/// The stage prod has another routes file.
const PROD: &str = "\n[stages.prod.queue]\nvisibility_timeout = 77\n";

/// A package of the project, made with the handler that was built for all tests.
pub(super) fn packed(project: &Project, name: &str) -> Output {
    project
        .command(["package", "--out", name, "--json"])
        .prebuilt()
        .ok()
}

fn git(project: &Project, words: &[&str]) {
    let mut git = Command::new("git");
    let identity = [
        "-c",
        "user.name=n",
        "-c",
        "user.email=e",
        "-c",
        "commit.gpgsign=false",
    ];
    let done = git
        .args(identity)
        .args(words)
        .current_dir(project.folder())
        .status();
    assert!(done.unwrap().success(), "{words:?}");
}

#[test]
fn one_package_serves_every_stage_and_nothing_is_built() {
    let (ms, project) = (Ministack::start(), Project::new(&format!("{CONFIG}{PROD}")));
    fs::write(project.path(".gitignore"), "*.zip\n.gatewayq/\n").unwrap();
    git(&project, &["init", "-q"]);
    git(&project, &["add", "gatewayq.toml", ".gitignore"]);
    git(&project, &["commit", "-qm", "one"]);
    let package = packed(&project, "one.zip").json();
    assert_eq!(package["dirty"], false, "{package}");
    let commit = package["commit"].as_str().unwrap().to_owned();
    let without_git = project.command(["package", "--out", "no.zip"]).prebuilt();
    let without_git = without_git.env("PATH", "/nowhere").ok();
    assert!(
        without_git.says("the package says no commit"),
        "{without_git}"
    );

    // The commit in the version's description is that of the package, wherever the checkout is by then.
    git(&project, &["commit", "-q", "--allow-empty", "-m", "two"]);
    let mut hashes = Vec::new();
    for stage in ["dev", "prod"] {
        let words = ["deploy", "--stage", stage, "--package", "one.zip", "--json"];
        let deployed = project.on(&ms, words).env("PATH", "/nowhere").ok().json();
        assert_eq!(deployed["handler"]["from"], "package");
        assert_eq!(
            deployed["handler"]["sha256"],
            package["bootstrap"]["sha256"]
        );
        let function = format!("gatewayq-example-{stage}");
        let name = json!({"FunctionName": function, "Qualifier": "live"});
        let function = ms.call("lambda", "GetFunctionConfiguration", name);
        let description = function["Description"].as_str().unwrap();
        assert!(description.contains(&commit), "{description}");
        hashes.push(function["CodeSha256"].as_str().unwrap().to_owned());
        project.on(&ms, ["invoke", "/", "--stage", stage]).ok();
        let plan = ["plan", "--stage", stage, "--package", "one.zip", "--check"];
        project.on(&ms, plan).ok();
    }
    assert_ne!(hashes[0], hashes[1], "each stage has its own routes file");
}

#[test]
fn the_same_is_packed_into_the_same_bytes_and_replaced_whole() {
    let (one, other) = (Project::walkthrough(), Project::walkthrough());
    let read = |project: &Project| fs::read(project.path("p.zip")).unwrap();
    fs::write(one.path("p.zip"), "what was there").unwrap();
    let (first, second) = (packed(&one, "p.zip").json(), packed(&other, "p.zip").json());
    assert_eq!(read(&one), read(&other));
    assert_eq!(first, second);
    assert_eq!(first["bytes"], read(&one).len());

    let missing = one
        .command(["package", "--out", "no/p.zip"])
        .prebuilt()
        .exits(1);
    assert!(
        missing.says("the package no/p.zip cannot be written"),
        "{missing}"
    );
}

/// None of these asks AWS for anything that could change it.
#[test]
fn what_is_not_this_stages_package_is_refused() {
    let (ms, project) = (Ministack::start(), Project::walkthrough());
    packed(&project, "p.zip");
    let whole = fs::read(project.path("p.zip")).unwrap();
    fs::write(project.path("short.zip"), &whole[..whole.len() / 2]).unwrap();
    let mut turned = whole.clone();
    turned[whole.len() / 2] ^= 1;
    fs::write(project.path("turned.zip"), turned).unwrap();
    fs::write(project.path("text.zip"), "text").unwrap();
    let refused = |file: &str, why: &str| {
        let output = project.on(&ms, ["deploy", "--package", file]).exits(1);
        assert!(output.says(&format!("the package {file}")), "{output}");
        assert!(output.says(why), "{output}");
    };
    refused("missing.zip", "cannot be read");
    refused("text.zip", "not a package of gatewayq");
    refused("short.zip", "damaged or cut off");
    refused("turned.zip", "damaged or cut off");
    project.configure(&CONFIG.replace("gatewayq-example", "other"));
    refused(
        "p.zip",
        "it is for the app gatewayq-example, and gatewayq.toml is of other",
    );
    project.configure(&format!("{CONFIG}\n[function]\narchitecture = \"arm64\"\n"));
    refused("p.zip", "it is for x86_64");
    let both = ["deploy", "--package", "p.zip", "--bootstrap", "b"];
    project.on(&ms, both).exits(2);
    assert!(ms.inventory().is_empty(), "{:?}", ms.inventory());
}
