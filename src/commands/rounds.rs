//! A stage that is deployed at each save: what `dev` and `watch` have in common.

use super::deploy::{self, Deployed};
use super::interrupt::Ends;
use super::place::Place;
use super::session::{Session, project_dir, settings};
use super::{Failure, show};
use crate::cli::{Deploy, Global, Source as Binary};
use crate::output::Printer;
use crate::watch::{self, Changes, Source, Watch};
use camino::Utf8PathBuf;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// What cargo writes beside the sources in a build.
const LOCK: &str = "Cargo.lock";

/// The deploys of one stage, and the files that they are of.
pub(super) struct Rounds<'a> {
    global: &'a Global,
    printer: &'a Printer,
    ends: &'a Ends,
    arguments: Deploy,
    /// Where the rounds go: where somebody said they may, or else where the first one went.
    place: OnceCell<Place>,
    pub project: Utf8PathBuf,
    /// What is watched besides the stage's sources.
    beside: Vec<Source>,
    watch: Watch,
    /// What changed during a deploy.
    later: Changes,
}

impl<'a> Rounds<'a> {
    /// # Errors
    /// Exit code 2 for the project's folder.
    pub(super) fn new(
        global: &'a Global,
        printer: &'a Printer,
        ends: &'a Ends,
        source: &Binary,
        beside: Vec<Source>,
        place: Option<Place>,
    ) -> Result<Self, Failure> {
        let project = project_dir(global)?;
        Ok(Self {
            global,
            printer,
            ends,
            arguments: Deploy {
                source: source.clone(),
                plan: None,
                replace: false,
                canary: None,
            },
            place: place.map(OnceCell::from).unwrap_or_default(),
            project,
            beside,
            watch: Watch::new(),
            later: Changes::default(),
        })
    }

    /// What changed since the last deploy; waits for it. `None` is Ctrl-C.
    pub(super) async fn changes(&mut self) -> Option<Changes> {
        if self.ends.orderly.is_cancelled() {
            return None;
        }
        if !self.later.is_empty() {
            return Some(std::mem::take(&mut self.later));
        }
        tokio::select! {
            changes = self.watch.changed() => Some(changes),
            () = self.ends.orderly.cancelled() => None,
        }
    }

    /// Says why the next deploy is made.
    pub(super) fn tell(&self, changed: &BTreeSet<Utf8PathBuf>) {
        let changed = watch::named(changed, &self.project);
        self.printer.note(&format!("{changed} changed: deploying"));
    }

    /// One deploy. Changes of the worker meanwhile are given to `on_worker`; those of the stage are for the next.
    ///
    /// # Errors
    /// As `gatewayq deploy` ends.
    pub(super) async fn deploy(
        &mut self,
        on_worker: impl Fn(&BTreeSet<Utf8PathBuf>),
    ) -> Result<Deployed, Failure> {
        self.aim().await;
        let cancel = self.ends.orderly.clone();
        let (is_local, place) = (self.global.local, &self.place);
        let may_go = |session: &Session| {
            let now = Place::of(session);
            match is_local {
                true => Ok(()),
                false => place.get_or_init(|| now.clone()).holds(&now),
            }
        };
        let round = deploy::once(self.global, self.printer, &self.arguments, cancel, may_go);
        let mut round = Box::pin(round);
        let deployed = loop {
            tokio::select! {
                deployed = &mut round => break deployed,
                mut changes = self.watch.changed() => {
                    let worker = std::mem::take(&mut changes.worker);
                    if !worker.is_empty() {
                        on_worker(&worker);
                    }
                    self.later.add(changes);
                }
                () = self.ends.now.cancelled() => {
                    return Err(Failure::Interrupted("a deploy was given up in the middle; the next goes on from there".to_owned()));
                }
            }
        };
        self.watch.accept(LOCK);
        self.later
            .stage
            .retain(|path| path.file_name() != Some(LOCK));
        deployed
    }

    /// Shows why a deploy failed.
    ///
    /// # Errors
    /// What ends the command: Ctrl-C.
    pub(super) fn failed(&self, failure: Failure) -> Result<(), Failure> {
        if matches!(failure, Failure::Interrupted(_)) {
            return Err(failure);
        }
        show(self.printer, &failure);
        self.printer.note("waiting for the next save");
        Ok(())
    }

    /// Watches what gatewayq.toml leads to now.
    async fn aim(&mut self) {
        let settings = settings(self.global).ok();
        let given = self.arguments.source.handler();
        let mut sources = watch::of_project(&self.project, settings.as_ref(), given).await;
        sources.extend(self.beside.iter().cloned());
        self.watch.aim(sources);
    }
}
