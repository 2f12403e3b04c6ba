//! How the files were when they were last looked at.

use super::sources::{Source, Tree};
use super::{Changes, ignored};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;

/// What two versions of a file differ in: a save writes it, or renames another over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    bytes: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
}

/// The files of one source; one that is not there has no entry.
type Files = BTreeMap<Utf8PathBuf, Stamp>;

/// The files of all sources.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Snapshot {
    sources: BTreeMap<Source, Files>,
}

impl Snapshot {
    /// Has these sources and no others from now on: new ones as they are, the others as they were.
    pub(super) fn aim(&mut self, sources: Vec<Source>) {
        let mut before = std::mem::take(&mut self.sources);
        for source in sources {
            let files = before.remove(&source).unwrap_or_else(|| files(&source));
            self.sources.insert(source, files);
        }
    }

    /// The folders that the files are in, and those that others may come in.
    pub(super) fn folders(&self) -> BTreeSet<Utf8PathBuf> {
        let named = self.sources.keys().flat_map(|source| {
            let folder = (source.tree != Tree::File).then(|| source.path.clone());
            folder.into_iter().chain(parent(&source.path))
        });
        let files = self.sources.values().flat_map(BTreeMap::keys);
        named.chain(files.filter_map(|path| parent(path))).collect()
    }

    /// The same sources as they are now.
    pub(super) fn peek(&self) -> Self {
        let now = |source: &Source| (source.clone(), files(source));
        Self {
            sources: self.sources.keys().map(now).collect(),
        }
    }

    /// Takes `now` for what was seen, and gives what differed from it.
    pub(super) fn take(&mut self, now: Self) -> Changes {
        let mut changes = Changes::default();
        for (source, now) in &now.sources {
            let before = self.sources.get(source);
            let before = before.unwrap_or(now);
            let differs = |path: &&Utf8PathBuf| before.get(*path) != now.get(*path);
            let paths = now.keys().chain(before.keys());
            changes
                .of(source.part)
                .extend(paths.filter(differs).cloned());
        }
        *self = now;
        changes
    }

    /// Takes the files of this name as they are.
    pub(super) fn accept(&mut self, name: &str) {
        for (source, before) in &mut self.sources {
            let written = |path: &Utf8PathBuf| path.file_name() == Some(name);
            before.extend(files(source).into_iter().filter(|(path, _)| written(path)));
        }
    }
}

fn parent(path: &Utf8Path) -> Option<Utf8PathBuf> {
    path.parent().map(Utf8Path::to_owned)
}

impl Stamp {
    fn of(path: &Utf8Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        metadata.is_file().then(|| Self {
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        })
    }
}

/// The files of a source as they are.
fn files(source: &Source) -> Files {
    let mut files = Files::new();
    match source.tree {
        Tree::File => {
            files.extend(Stamp::of(&source.path).map(|stamp| (source.path.clone(), stamp)))
        }
        Tree::All | Tree::Python => walk(&source.path, source.tree, &mut files),
    }
    files
}

/// What goes away meanwhile is not there.
fn walk(folder: &Utf8Path, tree: Tree, files: &mut Files) {
    let Ok(entries) = folder.read_dir_utf8() else {
        return;
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        // A folder behind a symbolic link may be one above.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !ignored::folder(path) {
                walk(path, tree, files);
            }
        } else if !ignored::file(name)
            && tree.has(name)
            && let Some(stamp) = Stamp::of(path)
        {
            files.insert(path.to_owned(), stamp);
        }
    }
}
