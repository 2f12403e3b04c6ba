//! The handler's crate as source, complete in itself.

use crate::hex::sha256;
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use etcetera::BaseStrategy;
use std::fs;

/// Path and content of each file of the crate.
pub(crate) const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The crate, written into the user's cache (`XDG_CACHE_HOME`, else `~/.cache`) to be built there.
/// Other sources are another folder, so that an old one is never half updated.
///
/// # Errors
/// A user without a home, or a folder that cannot be written.
pub(crate) fn carried() -> anyhow::Result<Utf8PathBuf> {
    let strategy =
        etcetera::choose_base_strategy().context("there is no home folder to keep a cache in")?;
    let cache = Utf8PathBuf::try_from(strategy.cache_dir())?;
    carried_in(&cache.join("gatewayq"))
}

fn carried_in(cache: &Utf8Path) -> anyhow::Result<Utf8PathBuf> {
    let folder = cache.join(format!("handler-{}", &fingerprint()[..12]));
    restore(&folder)
        .with_context(|| format!("the handler's source cannot be written to {folder}"))?;
    Ok(folder)
}

/// Makes the folder's files be these, whatever a killed run left there. Others wait.
fn restore(folder: &Utf8Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let lock = fs::File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    for (path, content) in FILES {
        let path = folder.join(path);
        // An untouched time stamp is what lets cargo see that nothing has changed.
        if fs::read(&path).is_ok_and(|found| found == *content) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, content)?;
    }
    Ok(())
}

/// A hash over names and contents.
fn fingerprint() -> String {
    let mut all = Vec::new();
    for (path, content) in FILES {
        all.extend(path.as_bytes());
        all.push(0);
        all.extend((content.len() as u64).to_le_bytes());
        all.extend(*content);
    }
    sha256(&all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::{Table, Value};

    const ROOT: &str = env!("CARGO_MANIFEST_DIR");

    fn read(path: &str) -> Table {
        let text = fs::read_to_string(format!("{ROOT}/{path}")).unwrap();
        text.parse().unwrap()
    }

    #[test]
    fn the_crate_is_whole_and_nothing_of_the_repository_is_in_it() {
        let names: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        for needed in [
            "Cargo.toml",
            "Cargo.lock",
            "README.md",
            "src/main.rs",
            "src/lib.rs",
            "src/custom.rs",
        ] {
            assert!(names.contains(&needed), "{names:?}");
        }
        assert!(
            !names
                .iter()
                .any(|name| name.contains("bench") || name.contains("target"))
        );
        let manifest = FILES
            .iter()
            .find(|(path, _)| *path == "Cargo.toml")
            .unwrap()
            .1;
        assert!(!String::from_utf8_lossy(manifest).contains("workspace = true"));
    }

    #[test]
    fn what_a_killed_run_left_behind_is_made_whole() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Utf8Path::from_path(dir.path()).unwrap();
        let folder = carried_in(cache).unwrap();
        for (path, content) in FILES {
            assert_eq!(fs::read(folder.join(path)).unwrap(), *content, "{path}");
        }
        let whole = fs::read(folder.join("src/main.rs")).unwrap();
        fs::write(folder.join("src/main.rs"), &whole[..10]).unwrap();
        fs::remove_file(folder.join("src/lib.rs")).unwrap();
        assert_eq!(carried_in(cache).unwrap(), folder);
        assert_eq!(fs::read(folder.join("src/main.rs")).unwrap(), whole);
        assert!(folder.join("src/lib.rs").exists());
    }

    /// The standalone manifests say what those of the repository say together.
    #[test]
    fn the_standalone_manifests_are_the_workspaces() {
        let root = read("Cargo.toml");
        for folder in ["", "routes/"] {
            let member = read(&format!("lambda-handler/{folder}Cargo.toml"));
            let alone = read(&format!("lambda-handler/standalone/{folder}Cargo.toml"));
            let workspace = &root["workspace"];
            for section in ["package", "dependencies", "dev-dependencies", "bin", "test"] {
                let shared = section.strip_prefix("dev-").unwrap_or(section);
                let shared = workspace.get(shared);
                let wanted = member.get(section).map(|own| resolved(own, shared));
                assert_eq!(alone.get(section), wanted.as_ref(), "{folder}{section}");
            }
            let mut lints = workspace["lints"]["rust"].clone();
            // A `pub` too many in a user's own code is not ours to tell.
            lints.as_table_mut().unwrap().remove("unreachable_pub");
            assert_eq!(alone["lints"]["rust"], lints);
        }
        let alone = read("lambda-handler/standalone/Cargo.toml");
        let profile = |manifest: &toml::Table| {
            let mut release = manifest["profile"]["release"].clone();
            let packages = release.as_table_mut().unwrap().remove("package");
            (release, packages.unwrap())
        };
        let ((here, ours), (there, theirs)) = (profile(&root), profile(&alone));
        assert_eq!(here, there);
        // What the handler is made of is compiled alike in both places.
        let lock = read("lambda-handler/standalone/Cargo.lock");
        for package in lock["package"].as_array().unwrap() {
            let name = package["name"].as_str().unwrap();
            assert_eq!(ours.get(name), theirs.get(name), "{name}");
        }
    }

    /// `x.workspace = true` replaced by what the workspace says of x, with the features of both and
    /// paths as they are in the crate that stands alone.
    fn resolved(member: &Value, workspace: Option<&Value>) -> Value {
        let (Some(table), Some(workspace)) = (member.as_table(), workspace) else {
            return member.clone();
        };
        let mut table = table.clone();
        for (name, value) in &mut table {
            let Some(own) = value.as_table().filter(|own| own.contains_key("workspace")) else {
                continue;
            };
            let own = own.clone();
            *value = workspace[name].clone();
            if let Some(Value::String(path)) = value.get_mut("path") {
                *path = path.replace("lambda-handler/", "");
            }
            if let Some(more) = own.get("features").and_then(Value::as_array) {
                let features = value.as_table_mut().unwrap().entry("features");
                let all = features.or_insert_with(|| Value::Array(Vec::new()));
                all.as_array_mut().unwrap().extend(more.clone());
            }
        }
        Value::Table(table)
    }

    /// So that what a user builds is what was tested here. `scripts/standalone-lock.sh` renews it.
    #[test]
    fn the_standalone_lock_is_part_of_the_workspaces() {
        let (root, alone) = (
            read("Cargo.lock"),
            read("lambda-handler/standalone/Cargo.lock"),
        );
        let all = root["package"].as_array().unwrap();
        for package in alone["package"].as_array().unwrap() {
            let same = |other: &&Value| {
                ["name", "version", "checksum"]
                    .iter()
                    .all(|key| other.get(key) == package.get(key))
            };
            assert!(
                all.iter().any(|other| same(&other)),
                "{package} is not in Cargo.lock"
            );
        }
    }
}
