//! The Celery side's files, embedded, so that `gatewayq worker init` needs no download.

use camino::Utf8Path;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};

macro_rules! kit {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../worker/", $name)))),+]
    };
}

/// Name and content of each file.
const FILES: [(&str, &str); 9] = kit![
    "Containerfile",
    "README.md",
    "celeryconfig.py",
    "gatewayq-worker.service",
    "gatewayq_groups.py",
    "gatewayq_sqs.py",
    "requirements.in",
    "requirements.txt",
    "tasks.py",
];

/// Writes the files into `dir`, which is made where it is missing. A file that is there already
/// may have been edited: it is left as it is. Gives the names written, and those left.
///
/// # Errors
/// A folder or file that cannot be written; what was written before stays.
pub(crate) fn write(dir: &Utf8Path) -> io::Result<(Vec<&'static str>, Vec<&'static str>)> {
    fs::create_dir_all(dir)?;
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for (name, content) in FILES {
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(dir.join(name))
        {
            Ok(mut file) => {
                file.write_all(content.as_bytes())?;
                written.push(name);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => kept.push(name),
            Err(error) => return Err(error),
        }
    }
    Ok((written, kept))
}

/// Makes `dir` a copy of the kit that is gatewayq's own: what differs there is an older kit's.
///
/// # Errors
/// A folder or file that cannot be written.
pub(crate) fn refresh(dir: &Utf8Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for (name, content) in FILES {
        let path = dir.join(name);
        if fs::read(&path).is_ok_and(|found| found == content.as_bytes()) {
            continue;
        }
        fs::write(path, content)?;
    }
    Ok(())
}

/// The kit's requirements.txt: every package with its version and the hashes of its files.
pub(crate) const REQUIREMENTS: &str = include_str!("../worker/requirements.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_edited_stays() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap().join("worker");
        assert_eq!(write(&dir).unwrap().0.len(), FILES.len());
        fs::write(dir.join("tasks.py"), "mine").unwrap();
        fs::remove_file(dir.join("README.md")).unwrap();
        let (written, kept) = write(&dir).unwrap();
        assert_eq!((written, kept.len()), (vec!["README.md"], FILES.len() - 1));
        assert_eq!(fs::read_to_string(dir.join("tasks.py")).unwrap(), "mine");
    }

    #[test]
    fn a_copy_of_an_older_kit_is_renewed() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        fs::write(dir.join("celeryconfig.py"), "old").unwrap();
        refresh(dir).unwrap();
        let renewed = fs::read_to_string(dir.join("celeryconfig.py")).unwrap();
        assert!(FILES.contains(&("celeryconfig.py", renewed.as_str())));
    }

    /// A file that is added to worker/ has to be added to the kit.
    #[test]
    fn the_kit_is_the_folder() {
        let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/worker")).unwrap();
        let mut names: Vec<String> = folder
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, FILES.map(|(name, _)| name));
    }
}
