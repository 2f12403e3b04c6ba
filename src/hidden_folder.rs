//! `.gatewayq` of a project: what gatewayq keeps there for itself. Its owner alone may read it, and it
//! stays out of the project's history.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;

/// Its name.
pub(crate) const NAME: &str = ".gatewayq";

/// Makes the folder `inside` the project's hidden one, `local/data`, and all above it.
///
/// # Errors
/// What the file system says.
pub(crate) fn make(project: &Utf8Path, inside: &str) -> io::Result<Utf8PathBuf> {
    let hidden = project.join(NAME);
    let folder = hidden.join(inside);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)?;
    let ignore = hidden.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n")?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_the_owners_and_not_gits() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let made = make(project, "local/data").unwrap();
        for folder in [&made, &project.join(NAME)] {
            let mode = fs::metadata(folder).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{folder}");
        }
        let ignore = project.join(NAME).join(".gitignore");
        assert_eq!(fs::read_to_string(&ignore).unwrap(), "*\n");
        fs::write(&ignore, "mine").unwrap();
        make(project, "").unwrap();
        assert_eq!(fs::read_to_string(&ignore).unwrap(), "mine");
    }
}
