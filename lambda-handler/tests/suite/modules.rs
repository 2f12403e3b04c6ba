//! What no compiler looks after: no test file is forgotten, no modules depend on each other in a circle.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Name and text of each Rust file right in this folder of the crate.
fn files(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(&path).unwrap())
    })
    .collect()
}

#[test]
fn no_test_file_is_forgotten() {
    let main =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/main.rs"))
            .unwrap();
    let listed: Vec<_> = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    for name in files("tests/suite").keys().filter(|name| *name != "main") {
        assert!(
            listed.contains(&name.as_str()),
            "main.rs lacks `mod {name};`"
        );
    }
    assert!(files("tests").is_empty(), "tests belong into tests/suite");
}

/// The modules that a file takes something from with `use crate::…` or names with `crate::…::`.
/// Comments and the file's own tests do not count.
fn uses(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let code = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        })
        .collect()
}

#[test]
fn modules_depend_on_each_other_in_one_direction() {
    for folder in ["src", "routes/src"] {
        let files = files(folder);
        let mut left: BTreeMap<_, Vec<String>> = files
            .iter()
            .filter(|(name, _)| !["lib", "main"].contains(&name.as_str()))
            .map(|(name, text)| (name.clone(), uses(text)))
            .collect();
        assert!(left.len() > 3 && left.values().any(|uses| !uses.is_empty()));
        // What needs nothing that is left goes, until only circles are there.
        while let Some(free) = left
            .iter()
            .find(|(_, uses)| !uses.iter().any(|used| left.contains_key(used)))
            .map(|(name, _)| name.clone())
        {
            left.remove(&free);
        }
        assert!(
            left.is_empty(),
            "in {folder} these need each other: {left:#?}"
        );
    }
}
