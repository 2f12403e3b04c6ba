//! A file that no `mod` line names is not compiled, and nobody is told: its tests would never run.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{files, told};
use crate::support::workspace;

/// Folders of Rust sources, each with the files that cargo compiles by itself.
const FOLDERS: [(&str, &[&str]); 3] = [
    ("src", &["lib.rs", "main.rs"]),
    ("lambda-handler/src", &["lib.rs", "main.rs"]),
    ("tests/suite", &["main.rs"]),
];

#[test]
fn every_rust_file_is_in_the_tree_of_modules() {
    for (folder, roots) in FOLDERS {
        let folder = workspace().join(folder);
        let mut reached = BTreeSet::new();
        for root in roots {
            reach(&folder.join(root), true, &mut reached);
        }
        let all = files(&folder, ".rs").into_iter();
        let forgotten: Vec<String> = all
            .filter(|file| !reached.contains(file))
            .map(|file| told(&file))
            .collect();
        assert!(forgotten.is_empty(), "no mod line names {forgotten:?}");
    }
}

#[test]
fn a_forgotten_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "main.rs",
        "mod a;\n#[cfg(test)]\n#[path = \"other.rs\"]\nmod tests;\n// mod c;\n",
    );
    write("a.rs", "pub(crate) mod b;\n");
    for name in ["a/b/mod.rs", "other.rs", "c.rs", "a/d.rs"] {
        write(name, "");
    }
    let mut reached = BTreeSet::new();
    reach(&folder.path().join("main.rs"), true, &mut reached);
    let all = files(folder.path(), ".rs").into_iter();
    let forgotten: Vec<PathBuf> = all.filter(|file| !reached.contains(file)).collect();
    assert_eq!(
        forgotten,
        ["a/d.rs", "c.rs"].map(|name| folder.path().join(name))
    );
}

/// Follows the `mod` lines of a file. A root has its modules beside it, as a `mod.rs` has.
fn reach(file: &Path, root: bool, reached: &mut BTreeSet<PathBuf>) {
    if !reached.insert(file.to_owned()) {
        return;
    }
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", told(file)));
    let folder = file.parent().unwrap();
    let within = match root || file.ends_with("mod.rs") {
        true => folder.to_owned(),
        false => file.with_extension(""),
    };
    let mut path = None;
    for line in text.lines().map(str::trim) {
        if let Some(attribute) = line.strip_prefix("#[path = \"") {
            path = attribute.split('"').next();
        } else if let Some(name) = declared(line) {
            let next = match path.take() {
                Some(path) => folder.join(path),
                None => place(&within, name),
            };
            reach(&next, false, reached);
        }
    }
}

/// `pub(crate) mod name;` to its name.
fn declared(line: &str) -> Option<&str> {
    let (before, name) = line.strip_suffix(';')?.rsplit_once("mod ")?;
    let before = before.trim();
    (before.is_empty() || before.starts_with("pub")).then_some(name)
}

fn place(within: &Path, name: &str) -> PathBuf {
    let beside = within.join(format!("{name}.rs"));
    match beside.exists() {
        true => beside,
        false => within.join(name).join("mod.rs"),
    }
}
