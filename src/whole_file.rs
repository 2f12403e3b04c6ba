//! Files that are replaced wholly or not at all.

use camino::Utf8Path;
use std::fs::Permissions;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;

/// Puts `content` at `path`, in the place of a file that may be there. It is written beside its place and moved there
/// when it is on the disk, so that whoever reads finds the old file or the new one, and a full disk or a kill leaves
/// the old one. The permissions are those that the user's umask gives.
///
/// # Errors
/// A folder that is missing or cannot be written, and a place where something other than a file is: to move a file
/// over a device such as `/dev/null` would take the device away.
pub(crate) fn replace(path: &Utf8Path, content: &[u8]) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if !found.is_file() => {
            return Err(io::Error::other(
                "something other than a regular file is there",
            ));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let folder = path.parent().filter(|folder| *folder != "");
    let mut file = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder.unwrap_or(Utf8Path::new(".")))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_was_there_is_replaced_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        for content in ["one", "two, and longer"] {
            replace(&folder.join("file"), content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), content);
        }
        assert_eq!(folder.read_dir_utf8().unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_file_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        fs::create_dir(folder.join("folder")).unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.join("link")).unwrap();
        for name in ["folder", "link", "missing/file"] {
            assert!(replace(&folder.join(name), b"x").is_err(), "{name}");
        }
        assert_eq!(folder.read_dir_utf8().unwrap().count(), 2);
    }
}
