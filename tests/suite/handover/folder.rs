//! The folder that is written into, and options that do not go together.
use std::fs;

use super::export;
use crate::support::project::Project;

#[test]
fn only_an_earlier_export_that_nobody_touched_is_replaced() {
    let project = Project::walkthrough();
    let folder = export(&project, "openapi", &[]);
    let words = ["export", "openapi", "out"];
    let refused = project.command(words).exits(2);
    assert!(
        refused.stderr.contains("out is not empty"),
        "{}",
        refused.stderr
    );
    export(&project, "openapi", &["--force"]);

    fs::write(folder.join("notes.md"), "mine").unwrap();
    fs::write(folder.join("openapi.json"), "{}").unwrap();
    let forced = [&words[..], &["--force"]].concat();
    let refused = project.command(forced.clone()).exits(2);
    assert!(
        refused
            .stderr
            .contains("openapi.json is not as an export wrote it"),
        "{}",
        refused.stderr
    );
    assert_eq!(
        fs::read_to_string(folder.join("openapi.json")).unwrap(),
        "{}"
    );

    // What another format had goes; what is somebody's own stays.
    fs::remove_file(folder.join("openapi.json")).unwrap();
    export(&project, "terraform", &["--force"]);
    assert!(!folder.join("api-gateway.json").exists());
    assert_eq!(fs::read_to_string(folder.join("notes.md")).unwrap(), "mine");

    // A file of an export's name that no export wrote.
    fs::remove_file(folder.join("gatewayq-export.json")).unwrap();
    let refused = project.command(forced).exits(2);
    assert!(
        refused.stderr.contains("is not as an export wrote it"),
        "{}",
        refused.stderr
    );
}

#[test]
fn what_is_in_the_way_of_the_folder_is_said() {
    let project = Project::walkthrough();
    fs::write(project.path("file"), "mine").unwrap();
    let refused = project.command(["export", "openapi", "file"]).exits(2);
    assert!(
        refused.stderr.contains("file cannot be read"),
        "{}",
        refused.stderr
    );
    assert_eq!(fs::read_to_string(project.path("file")).unwrap(), "mine");
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let project = Project::walkthrough();
    for (words, why) in [
        (
            &["openapi", "out", "--bootstrap", "x"][..],
            "OpenAPI has no place",
        ),
        (
            &["terraform", "out", "--local"],
            "--local is for --deployed",
        ),
        (
            &["terraform", "out", "--region", "eu-west-1"],
            "--region is for --deployed",
        ),
        (&["pulumi", "out"], "invalid value 'pulumi'"),
        (&["terraform"], "<DIR>"),
    ] {
        let words = ["export"].into_iter().chain(words.iter().copied());
        let refused = project.command(words).exits(2);
        assert!(refused.stderr.contains(why), "{}", refused.stderr);
        assert!(!project.path("out").exists());
    }
}
