//! The repository itself: no file that nothing reaches, no link that leads nowhere.
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::workspace;

mod ci;
mod links;
mod modules;

/// All files below a folder whose names end so. Hidden folders and build output are left out.
pub(crate) fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && !name.starts_with('.') && name != "target" {
            found.extend(files(&path, end));
        } else if kind.is_file() && name.ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A path as it is told: relative to the repository.
pub(crate) fn told(path: &Path) -> String {
    path.strip_prefix(workspace())
        .unwrap_or(path)
        .display()
        .to_string()
}
