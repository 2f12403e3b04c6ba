//! The secret access key of the local AWS's root: random, one for each project, for its owner alone.

use std::fs::{self, Metadata};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use camino::Utf8Path;
use secrecy::{ExposeSecret, SecretString};

use super::error::{Error, file};
use super::folder::Folder;
use crate::hex::hex;

/// As long as AWS's own secret access keys: 160 bits as hexadecimal digits.
const LENGTH: usize = 40;

/// Reads the project's secret, or makes one where there is none. Under the folder's lock.
///
/// # Errors
/// [`Error::Secret`] where others may have read or changed it, or it is not one of ours.
pub(super) fn ensure(folder: &Folder) -> Result<SecretString, Error> {
    let path = folder.secret();
    match read(&path)? {
        Some(secret) => Ok(secret),
        None => create(folder, &path),
    }
}

fn read(path: &Utf8Path) -> Result<Option<SecretString>, Error> {
    let bad = |why| Error::Secret {
        path: path.to_owned(),
        why,
    };
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file("read", path)(error)),
    };
    if !metadata.is_file() {
        return Err(bad("is not a file"));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(bad("belongs to another user"));
    }
    if !is_its_owners_alone(&metadata) {
        return Err(bad(
            "can be read or changed by others (its mode has to be 0600)",
        ));
    }
    let text = fs::read_to_string(path).map_err(file("read", path))?;
    let text = text.trim_end();
    let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != LENGTH || !text.bytes().all(digits) {
        return Err(bad("is damaged"));
    }
    Ok(Some(text.into()))
}

fn is_its_owners_alone(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o077 == 0
}

/// Writes it whole or not at all; a temporary file has mode 0600 from its beginning, wherever there are modes.
fn create(folder: &Folder, path: &Utf8Path) -> Result<SecretString, Error> {
    let secret = SecretString::from(random::<{ LENGTH / 2 }>()?);
    let write = || {
        let mut temporary = tempfile::NamedTempFile::new_in(folder.root())?;
        writeln!(temporary, "{}", secret.expose_secret())?;
        temporary.persist_noclobber(path)?;
        Ok::<(), std::io::Error>(())
    };
    write().map_err(file("write", path))?;
    keeps_modes(path)?;
    Ok(secret)
}

/// Removes what others can read although it was written for its owner alone.
fn keeps_modes(path: &Utf8Path) -> Result<(), Error> {
    let metadata = fs::symlink_metadata(path).map_err(file("read", path))?;
    if is_its_owners_alone(&metadata) {
        return Ok(());
    }
    fs::remove_file(path).map_err(file("remove", path))?;
    let folder = path.parent().unwrap_or(path).to_owned();
    Err(Error::NoModes { folder })
}

/// `BYTES` random bytes as hexadecimal digits, from the system.
pub(super) fn random<const BYTES: usize>() -> Result<String, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Random {
        why: error.to_string(),
    })?;
    Ok(hex(&bytes))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let project = tempfile::tempdir().unwrap();
        let folder = Folder::of(Utf8Path::from_path(project.path()).unwrap());
        folder.create().unwrap();
        (project, folder)
    }

    #[test]
    fn it_is_made_once_for_its_owner_alone_and_is_another_one_in_each_project() {
        let (_project, folder) = folder();
        let secret = ensure(&folder).unwrap();
        assert_eq!(secret.expose_secret().len(), LENGTH);
        let mode = folder.secret().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = ensure(&folder).unwrap();
        assert_eq!(again.expose_secret(), secret.expose_secret());
        let (_other, other) = self::folder();
        let other = ensure(&other).unwrap();
        assert_ne!(other.expose_secret(), secret.expose_secret());
    }

    /// As on a Windows drive below WSL, where every file is everybody's.
    #[test]
    fn a_file_system_without_modes_is_told_and_keeps_no_secret() {
        let (_project, folder) = folder();
        ensure(&folder).unwrap();
        let path = folder.secret();
        assert!(keeps_modes(&path).is_ok());
        fs::set_permissions(&path, Permissions::from_mode(0o777)).unwrap();
        let told = keeps_modes(&path).unwrap_err().to_string();
        assert!(told.contains("keeps no modes"), "{told}");
        assert!(!path.exists());
    }

    #[test]
    fn one_that_others_could_know_is_not_used() {
        let (_project, folder) = folder();
        ensure(&folder).unwrap();
        let path = folder.secret();
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let told = ensure(&folder).unwrap_err().to_string();
            assert!(
                told.contains("0600") && told.contains("remove it"),
                "{told}"
            );
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        for content in ["", "test", &"Z".repeat(LENGTH)] {
            fs::write(&path, content).unwrap();
            let told = ensure(&folder).unwrap_err().to_string();
            assert!(told.contains("is damaged"), "{told}");
        }
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
        assert!(ensure(&folder).is_err());
    }
}
