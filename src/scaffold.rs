//! Files that are written only where there are none.

use camino::Utf8Path;
use serde::Serialize;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;

/// What came of each file, by its path in the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Written {
    pub written: Vec<String>,
    /// Those that were there before, and are as they were.
    pub kept: Vec<String>,
}

impl Written {
    /// The same, seen from the folder above `folder`.
    pub(crate) fn inside(self, folder: &str) -> Self {
        let inside = |names: Vec<String>| {
            let names = names.iter();
            names.map(|name| format!("{folder}/{name}")).collect()
        };
        Self {
            written: inside(self.written),
            kept: inside(self.kept),
        }
    }

    pub(crate) fn extend(&mut self, more: Self) {
        self.written.extend(more.written);
        self.kept.extend(more.kept);
    }

    /// A line for each file.
    pub(crate) fn lines(&self) -> String {
        let line = |state: &str, path: &String| format!("{state:<9}{path}");
        let written = self.written.iter().map(|path| line("written", path));
        let kept = self.kept.iter().map(|path| line("kept", path));
        written.chain(kept).collect::<Vec<_>>().join("\n")
    }
}

/// Writes the files into `folder`, which is made where it is missing. What is there already, of
/// whatever kind, is left as it is: it may have been edited.
///
/// # Errors
/// A folder or file that cannot be written; what was written before stays.
pub(crate) fn write(folder: &Utf8Path, files: &[(&str, &[u8])]) -> io::Result<Written> {
    let mut outcome = Written::default();
    for (path, content) in files {
        let list = match create(&folder.join(path), content)? {
            true => &mut outcome.written,
            false => &mut outcome.kept,
        };
        list.push((*path).to_owned());
    }
    Ok(outcome)
}

/// False where something was there.
fn create(path: &Utf8Path, content: &[u8]) -> io::Result<bool> {
    let told = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(told)?;
    }
    match whole(path, content) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(told(error)),
    }
}

/// A file that has its name has its content too: what is there is kept from then on, and half a
/// file must not be.
fn whole(path: &Utf8Path, content: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    let mut file = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.persist_noclobber(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[(&str, &[u8])] = &[("a", b"1"), ("deep/down/b", b"2")];

    #[test]
    fn only_what_is_missing_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap().join("new");
        assert_eq!(write(&folder, FILES).unwrap().written, ["a", "deep/down/b"]);
        fs::write(folder.join("a"), "mine").unwrap();
        fs::remove_file(folder.join("deep/down/b")).unwrap();
        let again = write(&folder, FILES).unwrap();
        assert_eq!(
            (again.written, again.kept),
            (vec!["deep/down/b".to_owned()], vec!["a".to_owned()])
        );
        assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "mine");
    }

    #[test]
    fn what_is_in_the_way_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        fs::create_dir(folder.join("a")).unwrap();
        fs::write(folder.join("deep"), "a file where a folder has to be").unwrap();
        let error = write(folder, FILES).unwrap_err().to_string();
        assert!(error.contains("deep/down/b"), "{error}");
        assert!(folder.join("a").is_dir() && folder.join("deep").is_file());
    }
}
