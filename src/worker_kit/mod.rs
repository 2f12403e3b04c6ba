//! The Celery side's files, embedded, so that `gatewayq worker init` needs no download.

mod target;

pub(crate) use target::{Target, Worker, write as write_for};

use crate::scaffold::{self, Written};
use camino::Utf8Path;
use std::fs;
use std::io;

macro_rules! kit {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../worker/", $name)))),+]
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
/// may have been edited: it is left as it is.
///
/// # Errors
/// A folder or file that cannot be written; what was written before stays.
pub(crate) fn write(dir: &Utf8Path) -> io::Result<Written> {
    let files = FILES.map(|(name, content)| (name, content.as_bytes()));
    scaffold::write(dir, &files)
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
pub(crate) const REQUIREMENTS: &str = include_str!("../../worker/requirements.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_edited_stays() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap().join("worker");
        assert_eq!(write(&dir).unwrap().written.len(), FILES.len());
        fs::write(dir.join("tasks.py"), "mine").unwrap();
        fs::remove_file(dir.join("README.md")).unwrap();
        let again = write(&dir).unwrap();
        assert_eq!(again.written, ["README.md"]);
        assert_eq!(again.kept.len(), FILES.len() - 1);
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

    #[test]
    fn the_container_has_what_the_worker_needs() {
        let text = include_str!("../../worker/Containerfile");
        let copied: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("COPY "))
            .flat_map(|line| line.split(' '))
            .filter(|word| !word.starts_with('.'))
            .collect();
        let needed = FILES.map(|(name, _)| name).into_iter();
        let needed = needed.filter(|name| name.ends_with(".py") || *name == "requirements.txt");
        for name in needed {
            assert!(copied.contains(&name), "{name}: {copied:?}");
        }
        assert!(text.contains("\nUSER 10001\n"), "{text}");
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
