//! Where cargo finds the handler's crate and the workspace around it, read from the manifests themselves:
//! to ask cargo costs a tenth of a second in every deploy. The rule is the Cargo book's, "The workspace
//! section": `package.workspace`, else the first Cargo.toml upwards with a `[workspace]` that does not
//! exclude the crate.

use super::Error;
use camino::{Utf8Path, Utf8PathBuf};
use toml::{Table, Value};

/// The crate's place.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    /// The crate's Cargo.toml, without symbolic links, as cargo names it in its messages.
    pub manifest: Utf8PathBuf,
    /// The folder of the workspace's Cargo.toml; the crate's own where there is no workspace.
    pub workspace_root: Utf8PathBuf,
}

impl Layout {
    /// # Errors
    /// [`Error::Metadata`] without a Cargo.toml. One that cannot be read is left to cargo to tell.
    pub(super) fn find(crate_dir: &Utf8Path) -> Result<Self, Error> {
        let manifest = crate_dir.join("Cargo.toml").canonicalize_utf8();
        let manifest = manifest.map_err(|_| Error::Metadata {
            crate_dir: crate_dir.to_owned(),
            output: "it has no Cargo.toml".to_owned(),
        })?;
        let own = folder(&manifest);
        let workspace_root = named(&manifest).or_else(|| above(own));
        Ok(Self {
            workspace_root: workspace_root.unwrap_or_else(|| own.to_owned()),
            manifest,
        })
    }
}

fn folder(manifest: &Utf8Path) -> &Utf8Path {
    manifest.parent().unwrap_or(manifest)
}

fn read(manifest: &Utf8Path) -> Option<Table> {
    std::fs::read_to_string(manifest).ok()?.parse().ok()
}

/// The workspace that the crate names.
fn named(manifest: &Utf8Path) -> Option<Utf8PathBuf> {
    let table = read(manifest)?;
    let path = table.get("package")?.get("workspace")?.as_str()?;
    folder(manifest).join(path).canonicalize_utf8().ok()
}

/// The first workspace upwards of `crate_dir`, itself included.
fn above(crate_dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let is_root = |folder: &&Utf8Path| {
        let table = read(&folder.join("Cargo.toml"));
        let workspace = table.as_ref().and_then(|table| table.get("workspace"));
        workspace.is_some_and(|workspace| !excludes(workspace, folder, crate_dir))
    };
    crate_dir.ancestors().find(is_root).map(Utf8Path::to_owned)
}

/// A folder that is excluded takes all below it along, but for what is a member by name.
fn excludes(workspace: &Value, root: &Utf8Path, crate_dir: &Utf8Path) -> bool {
    let holds = |list: &str| {
        let list = workspace.get(list).and_then(Value::as_array);
        let mut folders = list.into_iter().flatten().filter_map(Value::as_str);
        folders.any(|folder| crate_dir.starts_with(root.join(folder)))
    };
    holds("exclude") && !holds("members")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PACKAGE: &str =
        "[package]\nname = \"handler\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

    /// The files of a tree, and the workspace root of its folder `a/handler`.
    fn found(files: &[(&str, &str)]) -> String {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(dir.path())
            .unwrap()
            .canonicalize_utf8()
            .unwrap();
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(folder(&path)).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let layout = Layout::find(&root.join("a/handler")).unwrap();
        assert_eq!(layout.manifest, root.join("a/handler/Cargo.toml"));
        let found = layout.workspace_root;
        found.strip_prefix(&root).unwrap().to_string()
    }

    #[test]
    fn the_workspace_is_found_as_cargo_finds_it() {
        let own = ("a/handler/Cargo.toml", PACKAGE);
        let member = "[workspace]\nmembers = [\"a/handler\"]\n";
        assert_eq!(found(&[own]), "a/handler");
        assert_eq!(found(&[own, ("Cargo.toml", member)]), "");
        assert_eq!(
            found(&[
                own,
                ("a/Cargo.toml", "[workspace]\n"),
                ("Cargo.toml", member)
            ]),
            "a"
        );
        // A package without a workspace is passed by, and so is one that excludes the crate.
        assert_eq!(
            found(&[own, ("a/Cargo.toml", PACKAGE), ("Cargo.toml", member)]),
            ""
        );
        let excluding = "[workspace]\nexclude = [\"handler\"]\n";
        assert_eq!(found(&[own, ("a/Cargo.toml", excluding)]), "a/handler");
        let both = "[workspace]\nexclude = [\"a\"]\nmembers = [\"a/handler\"]\n";
        assert_eq!(found(&[own, ("Cargo.toml", both)]), "");
        let itself = format!("{PACKAGE}[workspace]\n");
        assert_eq!(
            found(&[("a/handler/Cargo.toml", &itself), ("Cargo.toml", member)]),
            "a/handler"
        );
        let naming = format!("{PACKAGE}workspace = \"../other\"\n");
        let files = [
            ("a/handler/Cargo.toml", naming.as_str()),
            ("a/other/Cargo.toml", "[workspace]\n"),
        ];
        assert_eq!(found(&files), "a/other");
    }

    #[test]
    fn a_folder_without_a_manifest_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let told = Layout::find(Utf8Path::from_path(dir.path()).unwrap()).unwrap_err();
        assert!(told.to_string().contains("it has no Cargo.toml"), "{told}");
    }
}
