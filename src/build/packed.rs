//! Zips that were packed before, in the project's `.gatewayq/packed`: most deploys have nothing new to
//! pack. A file's name is the hash of what went in, and it begins with the hash of what came out. Neither
//! is a secret, and a file may have come with a checkout: what it holds is compared with what is to be
//! packed, and one that is damaged or holds anything else is packed again. Losing the folder costs time and
//! nothing else.

use super::Error;
use super::archive::{self, Artifact};
use crate::hex::{sha256, sha256_of};
use crate::hidden_folder;
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Write};
use std::time::SystemTime;

/// Zips that are kept: the last ones of a few stages.
const KEPT: usize = 8;

/// Bytes of a SHA-256.
const DIGEST: usize = 32;

/// As [`archive::zip`], taken from the project's folder where the same was packed before.
///
/// # Errors
/// As [`archive::zip`]. A folder that cannot be read or written is none.
pub(crate) fn zip(project: &Utf8Path, bootstrap: &[u8], routes: &[u8]) -> Result<Artifact, Error> {
    let bootstrap_sha256 = sha256(bootstrap);
    let name = name(&bootstrap_sha256, routes);
    let path = project.join(hidden_folder::NAME).join("packed").join(&name);
    let found = load(&path).filter(|zip| archive::holds(zip, bootstrap, routes));
    if let Some(zip) = found {
        return Ok(Artifact::of(zip, bootstrap_sha256));
    }
    let artifact = archive::zip(bootstrap, routes)?;
    let _ = keep(project, &name, &artifact.zip);
    Ok(artifact)
}

/// The version stands for the packer: another one may pack the same into other bytes.
fn name(bootstrap_sha256: &str, routes: &[u8]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    sha256_of(&[version.as_bytes(), bootstrap_sha256.as_bytes(), routes])
}

fn load(path: &Utf8Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let zip = bytes.get(DIGEST..)?;
    let whole = Sha256::digest(zip).as_slice() == bytes.get(..DIGEST)?;
    whole.then(|| bytes.split_off(DIGEST))
}

/// Written beside its place and moved there whole: another deploy may read it at the same time.
fn keep(project: &Utf8Path, name: &str, zip: &[u8]) -> io::Result<()> {
    let folder = hidden_folder::make(project, "packed")?;
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    file.write_all(&Sha256::digest(zip))?;
    file.write_all(zip)?;
    file.persist(folder.join(name))?;
    forget(&folder)
}

/// Removes all but the newest.
fn forget(folder: &Utf8Path) -> io::Result<()> {
    let mut files: Vec<(SystemTime, Utf8PathBuf)> = Vec::new();
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        files.push((entry.metadata()?.modified()?, entry.into_path()));
    }
    files.sort();
    let old = files.len().saturating_sub(KEPT);
    for (_, path) in &files[..old] {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use gatewayq_routes::FILE_NAME;

    fn files(project: &Utf8Path) -> Vec<Utf8PathBuf> {
        let folder = project.join(".gatewayq/packed");
        let files = folder.read_dir_utf8().unwrap();
        files.map(|file| file.unwrap().into_path()).collect()
    }

    #[test]
    fn the_same_is_packed_once_and_a_damaged_zip_again() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        let packed = zip(project, b"binary", b"{}").unwrap();
        assert_eq!(packed, archive::zip(b"binary", b"{}").unwrap());
        let file = &files(project)[0];

        // What is taken is what is there: the same content, packed in another way.
        let plant = |zip: &[u8]| fs::write(file, [&Sha256::digest(zip), zip].concat()).unwrap();
        let other_way =
            archive::pack(&[(FILE_NAME, 0o644, b"{}"), ("bootstrap", 0o755, b"binary")]);
        let other_way = other_way.unwrap();
        plant(&other_way);
        assert_eq!(zip(project, b"binary", b"{}").unwrap().zip, other_way);

        let strangers: [&[(&str, u32, &[u8])]; 7] = [
            &[("bootstrap", 0o644, b"binary"), (FILE_NAME, 0o644, b"{}")],
            &[("bootstrap", 0o755, b"binary"), (FILE_NAME, 0o600, b"{}")],
            &[("bootstrap", 0o755, b"others"), (FILE_NAME, 0o644, b"{}")],
            &[
                ("bootstrap", 0o755, b"binary, and more"),
                (FILE_NAME, 0o644, b"{}"),
            ],
            &[("bootstrap", 0o755, b"binary"), (FILE_NAME, 0o644, b"[]")],
            &[("bootstrap", 0o755, b"binary")],
            &[
                ("bootstrap", 0o755, b"binary"),
                (FILE_NAME, 0o644, b"{}"),
                ("more", 0o644, b""),
            ],
        ];
        for planted in strangers {
            plant(&archive::pack(planted).unwrap());
            assert_eq!(
                zip(project, b"binary", b"{}").unwrap(),
                packed,
                "{planted:?}"
            );
        }

        // A second file of the same name, which the packer itself refuses to make.
        for names in [["bootstrbp", "bootstrap"], ["bootstrap", "bootstrbp"]] {
            let files: &[(&str, u32, &[u8])] = &[
                (names[0], 0o755, b"others"),
                (names[1], 0o755, b"binary"),
                (FILE_NAME, 0o644, b"{}"),
            ];
            let mut twice = archive::pack(files).unwrap();
            while let Some(at) = twice.windows(9).position(|name| name == b"bootstrbp") {
                twice[at..at + 9].copy_from_slice(b"bootstrap");
            }
            plant(&twice);
            assert_eq!(zip(project, b"binary", b"{}").unwrap(), packed);
        }

        for damage in [b"".as_slice(), b"short", &[0; 300]] {
            fs::write(file, damage).unwrap();
            assert_eq!(zip(project, b"binary", b"{}").unwrap(), packed);
            assert_eq!(load(file).as_ref(), Some(&packed.zip), "it was put right");
        }
    }

    #[test]
    fn a_few_are_kept_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        for number in 0..KEPT + 3 {
            zip(project, b"binary", number.to_string().as_bytes()).unwrap();
        }
        assert_eq!(files(project).len(), KEPT);
        for file in files(project) {
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_time_alone() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        fs::write(project.join(".gatewayq"), "in the way").unwrap();
        let packed = zip(project, b"binary", b"{}").unwrap();
        assert_eq!(packed, archive::zip(b"binary", b"{}").unwrap());
    }
}
