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

    #[tokio::test]
    async fn the_crates_beside_it_are_sources_too() {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(dir.path())
            .unwrap()
            .canonicalize_utf8()
            .unwrap();
        let package = |name: &str, more: &str| {
            let folder = root.join(name);
            std::fs::create_dir_all(folder.join("src")).unwrap();
            std::fs::write(folder.join("src/lib.rs"), "").unwrap();
            let name = name.replace('/', "-");
            let text = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}"
            );
            std::fs::write(folder.join("Cargo.toml"), text).unwrap();
        };
        let workspace = "[workspace]\nmembers = [\"*\"]\nresolver = \"3\"\n[workspace.dependencies]\nshared = { path = \"shared\" }\n";
        std::fs::write(root.join("Cargo.toml"), workspace).unwrap();
        package(
            "handler",
            "[dependencies]\nshared.workspace = true\n[dev-dependencies]\nbench = { path = \"../bench\" }\n",
        );
        package(
            "shared",
            "[dependencies]\nbasis = { path = \"../basis\" }\n",
        );
        for name in ["basis", "bench", "other"] {
            package(name, "");
        }
        let found = sources(&root.join("handler")).await;
        assert_eq!(
            found.folders,
            ["basis", "handler", "shared"].map(|name| root.join(name))
        );
        assert!(found.files.contains(&root.join("Cargo.lock")));

        // A slip in a manifest: the crate itself is still looked at.
        std::fs::write(root.join("shared/Cargo.toml"), "[package").unwrap();
        assert_eq!(
            sources(&root.join("handler")).await.folders,
            [root.join("handler")]
        );
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
