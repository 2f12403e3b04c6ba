//! What a project's saves change: `gatewayq dev` and `gatewayq watch` act on it.
//!
//! The files are looked at and compared with how they were at the look before. So an editor that renames over its file, files that come
//! and go in between, and what changes during a deploy are all one case. The system's word that something changed is a reason
//! to look at once; without it there is a look now and then all the same, since none comes from network folders, nor from
//! those of another machine that a container or WSL shows, and no more than the system's limits allow.

mod events;
mod ignored;
mod snapshot;
mod sources;

pub(crate) use sources::{Source, of_project};

use camino::{Utf8Path, Utf8PathBuf};
use events::Events;
use snapshot::Snapshot;
use sources::Part;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// From a look to the next, where word of changes may not come. A look at a hundred files takes some 0.2 ms.
const OFTEN: Duration = Duration::from_millis(250);

/// The same where it comes.
const RARELY: Duration = Duration::from_secs(1);

/// Looks take no more than a twentieth of the time, however many the files are.
const SHARE: u32 = 20;

/// After a look without a further change, a save or a change of branches is over.
const QUIET: Duration = Duration::from_millis(150);

/// Changes that do not end are acted upon all the same.
const LONGEST: Duration = Duration::from_secs(2);

/// The files of a project under watch.
#[derive(Debug)]
pub(crate) struct Watch {
    snapshot: Snapshot,
    events: Events,
    /// From a look to the next, where word of changes comes.
    rarely: Duration,
}

/// What changed, by what it is a part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Of the stage: gatewayq.toml, what it names, the handler.
    pub stage: BTreeSet<Utf8PathBuf>,
    /// Of the worker.
    pub worker: BTreeSet<Utf8PathBuf>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self {
            snapshot: Snapshot::default(),
            events: Events::new(),
            rarely: RARELY,
        }
    }

    /// Looks at these sources from now on. Those that are new count as seen; the others are compared with how they were.
    pub(crate) fn aim(&mut self, sources: Vec<Source>) {
        self.snapshot.aim(sources);
        self.events.aim(self.snapshot.folders());
    }

    /// Waits until something has changed, and then nothing more for a moment. Given up while it waits, it has lost nothing.
    pub(crate) async fn changed(&mut self) -> Changes {
        loop {
            let begin = Instant::now();
            let now = self.snapshot.peek();
            let pause = SHARE * begin.elapsed();
            if now != self.snapshot {
                let now = self.settled(now).await;
                let changes = self.snapshot.take(now);
                self.events.aim(self.snapshot.folders());
                // What was changed and changed back is none.
                if !changes.is_empty() {
                    return changes;
                }
            }
            sleep(pause).await;
            let interval = match self.events.are_complete() {
                true => self.rarely,
                false => OFTEN,
            };
            // Which of the two it was is of no matter.
            let _word = timeout(interval, self.events.next()).await;
        }
    }

    /// The files once they are the same in two looks.
    async fn settled(&self, mut last: Snapshot) -> Snapshot {
        let begin = Instant::now();
        while begin.elapsed() < LONGEST {
            sleep(QUIET).await;
            let now = self.snapshot.peek();
            if now == last {
                break;
            }
            last = now;
        }
        last
    }

    /// Takes files of this name as they are now: they are what a build writes.
    pub(crate) fn accept(&mut self, name: &str) {
        self.snapshot.accept(name);
    }
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.stage.is_empty() && self.worker.is_empty()
    }

    /// Takes more of them in.
    pub(crate) fn add(&mut self, more: Self) {
        self.stage.extend(more.stage);
        self.worker.extend(more.worker);
    }

    fn of(&mut self, part: Part) -> &mut BTreeSet<Utf8PathBuf> {
        match part {
            Part::Stage => &mut self.stage,
            Part::Worker => &mut self.worker,
        }
    }
}

/// The paths in a few words, as seen from the project's folder: `gatewayq.toml, src/main.rs and 3 more`.
pub(crate) fn named(paths: &BTreeSet<Utf8PathBuf>, project: &Utf8Path) -> String {
    const NAMED: usize = 2;
    let short = |path: &Utf8PathBuf| path.strip_prefix(project).unwrap_or(path).to_string();
    let mut words: Vec<String> = paths.iter().take(NAMED).map(short).collect();
    match paths.len().saturating_sub(NAMED) {
        0 => {}
        more => words.push(format!("{more} more")),
    }
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
