//! What a build of the handler reads: its crate, the crates beside it that it depends on, and the workspace's files.

use super::layout::Layout;
use super::toolchain::{self, text};
use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::BTreeSet;

/// Where the sources are, as far as they are the user's own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Folders of crates, none below another.
    pub folders: Vec<Utf8PathBuf>,
    /// Of the workspace around them.
    pub files: Vec<Utf8PathBuf>,
}

/// The sources of the crate in `crate_dir`. While cargo cannot read the crate's manifests, they are the crate's own folder.
pub(crate) async fn sources(crate_dir: &Utf8Path) -> Sources {
    let Ok(layout) = Layout::find(crate_dir) else {
        return Sources {
            folders: vec![crate_dir.to_owned()],
            files: Vec::new(),
        };
    };
    let own = layout.manifest.parent().unwrap_or(crate_dir).to_owned();
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version=1"];
    let output = toolchain::run("cargo", &arguments, crate_dir).await;
    let metadata = output.ok().filter(|output| output.status.success());
    let metadata = metadata.and_then(|output| MetadataCommand::parse(text(&output.stdout)).ok());
    let folders = match metadata {
        Some(metadata) => needed(&metadata, own),
        None => BTreeSet::from([own]),
    };
    let root = layout.workspace_root;
    let names = [
        "Cargo.toml",
        "Cargo.lock",
        ".cargo/config.toml",
        "rust-toolchain.toml",
    ];
    Sources {
        files: names.map(|name| root.join(name)).to_vec(),
        folders: outermost(folders),
    }
}

/// The folders of a crate and of all that it depends on by a path. What those outside of the workspace depend on is not known.
fn needed(metadata: &Metadata, own: Utf8PathBuf) -> BTreeSet<Utf8PathBuf> {
    let (mut found, mut open) = (BTreeSet::new(), vec![own]);
    while let Some(folder) = open.pop() {
        let is_there = |package: &&Package| package.manifest_path.parent() == Some(&folder);
        let package = metadata.packages.iter().find(is_there);
        let dependencies = package
            .into_iter()
            .flat_map(|package| &package.dependencies);
        let built =
            dependencies.filter(|dependency| dependency.kind != DependencyKind::Development);
        let paths: Vec<Utf8PathBuf> = built
            .filter_map(|dependency| dependency.path.clone())
            .collect();
        if found.insert(folder) {
            open.extend(paths);
        }
    }
    found
}

/// Without those that are below another.
fn outermost(folders: BTreeSet<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
    let mut outer: Vec<Utf8PathBuf> = Vec::new();
    // In this order a folder comes before what is in it.
    for folder in folders {
        if !outer.iter().any(|known| folder.starts_with(known)) {
            outer.push(folder);
        }
    }
    outer
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A package of `cargo metadata`, with the folders that it depends on and those that its tests do.
    fn package(name: &str, needs: &[&str], tests: &[&str]) -> Value {
        let dependency = |name: &&str, kind: Option<&str>| {
            json!({
                "name": name, "req": "*", "kind": kind, "optional": false, "uses_default_features": true, "features": [],
                "path": format!("/w/{name}"),
            })
        };
        let needs = needs.iter().map(|name| dependency(name, None));
        let tests = tests.iter().map(|name| dependency(name, Some("dev")));
        json!({
            "name": name, "version": "0.1.0", "id": name, "targets": [], "features": {}, "edition": "2024",
            "manifest_path": format!("/w/{name}/Cargo.toml"), "dependencies": needs.chain(tests).collect::<Vec<_>>(),
        })
    }

    #[test]
    fn the_crates_beside_it_are_sources_too() {
        let metadata = json!({
            "packages": [
                package("handler", &["shared"], &["bench"]),
                package("shared", &["basis"], &[]),
                package("basis", &[], &[]),
                package("bench", &[], &[]),
                package("other", &[], &[]),
            ],
            "workspace_members": [], "target_directory": "/w/target", "version": 1, "workspace_root": "/w",
        });
        let metadata = MetadataCommand::parse(metadata.to_string()).unwrap();
        let found = needed(&metadata, Utf8PathBuf::from("/w/handler"));
        let expected = ["/w/basis", "/w/handler", "/w/shared"].map(Utf8PathBuf::from);
        assert_eq!(found, expected.into());
    }

    /// A slip in a manifest, or no cargo: the crate itself is looked at all the same.
    #[tokio::test]
    async fn a_crate_that_cargo_cannot_read_is_a_source_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(dir.path()).unwrap();
        let root = root.canonicalize_utf8().unwrap();
        std::fs::create_dir(root.join("handler")).unwrap();
        std::fs::write(root.join("Cargo.toml"), "[workspace]\nmembers = [\"*\"]\n").unwrap();
        let slip = "[package]\nname = \"handler\"\nversion = \"first\"\n";
        std::fs::write(root.join("handler/Cargo.toml"), slip).unwrap();
        let found = sources(&root.join("handler")).await;
        assert_eq!(found.folders, [root.join("handler")]);
        assert!(found.files.contains(&root.join("Cargo.lock")));
    }

    #[test]
    fn a_folder_in_another_is_one_with_it() {
        let folders = ["/a", "/a/routes", "/ab"].map(Utf8PathBuf::from);
        assert_eq!(
            outermost(folders.into()),
            ["/a", "/ab"].map(Utf8PathBuf::from)
        );
    }
}
