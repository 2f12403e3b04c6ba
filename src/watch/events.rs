//! The system's word that something in a folder changed: a reason to look at once.
//!
//! What it says of files is not used. It may come late, or not at all.

use camino::Utf8PathBuf;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Notify;

#[derive(Debug)]
pub(super) struct Events {
    /// None where the system has none for us, as where all that one user may have are in use.
    watcher: Option<RecommendedWatcher>,
    folders: BTreeSet<Utf8PathBuf>,
    /// Whether the system took all of them.
    all: bool,
    word: Arc<Notify>,
}

impl Events {
    pub(super) fn new() -> Self {
        let mut events = Self::none();
        let to = Arc::clone(&events.word);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own looks open folders.
            if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
                to.notify_one();
            }
        });
        events.watcher = watcher.ok();
        events
    }

    pub(super) fn none() -> Self {
        Self {
            watcher: None,
            folders: BTreeSet::new(),
            all: false,
            word: Arc::new(Notify::new()),
        }
    }

    /// Listens to these folders and to no others. One that was replaced since the last time is another by the same name:
    /// so all of them are named again.
    pub(super) fn aim(&mut self, folders: BTreeSet<Utf8PathBuf>) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for gone in self.folders.difference(&folders) {
            // The system forgets by itself what is deleted.
            let _gone = watcher.unwatch(gone.as_std_path());
        }
        self.all = true;
        for folder in &folders {
            let listened = watcher.watch(folder.as_std_path(), RecursiveMode::NonRecursive);
            self.all &= listened.is_ok() || !folder.exists();
        }
        self.folders = folders;
    }

    /// Whether word comes from every folder, as far as the system knows.
    pub(super) fn are_complete(&self) -> bool {
        self.all
    }

    /// Waits for the next one; one that came since the last wait counts.
    pub(super) async fn next(&self) {
        self.word.notified().await;
    }
}
