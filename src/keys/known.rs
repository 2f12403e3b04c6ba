//! The consumers that were last seen, for the shell to complete: it cannot wait for AWS.
//!
//! This is a hint and nothing else reads it. Names only; no ids, no values.

use crate::hidden_folder;
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::fs;

const FILE: &str = "consumers.json";

/// A stage, on AWS or on the local AWS, as a key of the file.
fn entry(stage: &str, local: bool) -> String {
    match local {
        true => format!("{stage} --local"),
        false => stage.to_owned(),
    }
}

fn read(project: &Utf8Path) -> BTreeMap<String, Vec<String>> {
    let text = fs::read(project.join(hidden_folder::NAME).join(FILE)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The consumers of the stage, as they were when a command last listed them; empty where none did.
pub(crate) fn known(project: &Utf8Path, stage: &str, local: bool) -> Vec<String> {
    read(project)
        .remove(&entry(stage, local))
        .unwrap_or_default()
}

/// Keeps the names for the next completion. A folder that cannot be written to costs nothing else.
pub(crate) fn remember(project: &Utf8Path, stage: &str, local: bool, names: &[&str]) {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    names.dedup();
    if names == known(project, stage, local) {
        return;
    }
    let mut all = read(project);
    all.insert(entry(stage, local), names);
    let written = hidden_folder::make(project, "").and_then(|folder| {
        let text = serde_json::to_vec_pretty(&all)?;
        fs::write(folder.join(FILE), text)
    });
    drop(written);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        assert!(known(project, "prod", false).is_empty());
        remember(project, "prod", false, &["bolt", "acme", "bolt"]);
        remember(project, "prod", true, &["test"]);
        assert_eq!(known(project, "prod", false), ["acme", "bolt"]);
        assert_eq!(known(project, "prod", true), ["test"]);
        remember(project, "prod", false, &[]);
        assert!(known(project, "prod", false).is_empty());
    }

    #[test]
    fn a_file_that_is_broken_or_in_the_way_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let folder = hidden_folder::make(project, "").unwrap();
        fs::write(folder.join(FILE), "half a fi").unwrap();
        remember(project, "dev", false, &["acme"]);
        assert_eq!(known(project, "dev", false), ["acme"]);
        fs::remove_file(folder.join(FILE)).unwrap();
        fs::create_dir(folder.join(FILE)).unwrap();
        remember(project, "dev", false, &["acme"]);
        assert!(known(project, "dev", false).is_empty());
    }
}
