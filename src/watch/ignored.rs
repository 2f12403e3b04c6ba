//! What no save is of, wherever it is: other programs' own files, and what is made of sources.

use camino::Utf8Path;

/// A folder with one of these in it is a cache (bford.info/cachedir; cargo puts one into `target`) or a Python
/// environment (PEP 405).
const MARKS: [&str; 2] = ["CACHEDIR.TAG", "pyvenv.cfg"];

/// Folders that are made of sources and have no mark.
const MADE: [&str; 2] = ["__pycache__", "node_modules"];

/// Names that editors give to files on the way to a save: backups (Emacs, vim, kate), and new versions before they are renamed
/// (JetBrains, and many by `.tmp`).
const BESIDE: [&str; 6] = ["~", ".swp", ".swx", ".tmp", "___jb_tmp___", "___jb_old___"];

/// The file by which vim finds out whether it can write into the folder.
const VIM_TRIES: &str = "4913";

/// Whether a file's name is one that sources do not have.
pub(super) fn file(name: &str) -> bool {
    is_hidden(name)
        || name == VIM_TRIES
        || (name.starts_with('#') && name.ends_with('#'))
        || BESIDE.iter().any(|end| name.ends_with(end))
}

/// Whether a folder is one that no sources are in.
pub(super) fn folder(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    is_hidden(name) || MADE.contains(&name) || MARKS.iter().any(|mark| path.join(mark).exists())
}

/// `.git`, `.gatewayq`, `.venv`; cargo's own folder of settings is a source all the same.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') && name != ".cargo"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_editors_write_beside_a_file_is_ignored() {
        for name in [
            ".tasks.py.swp",
            "tasks.py~",
            "4913",
            "#tasks.py#",
            ".#tasks.py",
            "main.rs.tmp",
            "tasks.py___jb_tmp___",
            ".gitignore",
        ] {
            assert!(file(name), "{name}");
        }
        for name in ["tasks.py", "main.rs", "Cargo.toml", ".cargo", "build.rs"] {
            assert!(!file(name), "{name}");
        }
    }

    #[test]
    fn caches_and_environments_are_ignored_by_their_marks() {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(dir.path()).unwrap();
        for name in ["target", "env", "src", ".git", "__pycache__"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        assert!(!folder(&root.join("target")), "a module of that name");
        fs::write(root.join("target/CACHEDIR.TAG"), "").unwrap();
        fs::write(root.join("env/pyvenv.cfg"), "").unwrap();
        for name in ["target", "env", ".git", "__pycache__"] {
            assert!(folder(&root.join(name)), "{name}");
        }
        assert!(!folder(&root.join("src")));
    }
}
