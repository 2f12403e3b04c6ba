//! A deploy that is held to a plan, and the plan that it is held to.

use super::Failure;
use super::artifact::built;
use super::session::Session;
use crate::build::Upload;
use crate::engine::Plan;
use crate::output::harmless;
use crate::saved_plan::SavedPlan;
use crate::shell::quoted;
use crate::whole_file;
use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// # Errors
/// A file that cannot be written.
pub(super) fn write(path: &Utf8Path, plan: &SavedPlan) -> Result<(), Failure> {
    let text = plan.text().context("the plan has no JSON form")?;
    whole_file::replace(path, text.as_bytes())
        .with_context(|| format!("the plan {path} cannot be written"))?;
    Ok(())
}

/// The plan of `--plan`.
pub(super) struct Planned {
    path: Utf8PathBuf,
    saved: SavedPlan,
    /// Its first round was permitted, so something may be changed already.
    begun: AtomicBool,
}

impl Planned {
    /// # Errors
    /// Exit code 2: the file is no plan, or one of another gatewayq.
    pub(super) fn load(path: &Utf8Path) -> Result<Self, Failure> {
        let saved = SavedPlan::load(path).map_err(|error| {
            Failure::usage(harmless(&format!("the plan {path}: {error}")).into_owned())
        })?;
        Ok(Self {
            path: path.to_owned(),
            saved,
            begun: AtomicBool::new(false),
        })
    }

    /// Asked with the plan of each round, before that round changes anything.
    ///
    /// # Errors
    /// Exit code 1 with what is different: of the first round anything, of a later one what it would do beyond the plan.
    pub(super) fn permits(
        &self,
        session: &Session,
        upload: &Upload,
        plan: &Plan,
    ) -> Result<(), Failure> {
        let names = session.names();
        let now = SavedPlan::of(&names, &session.settings, built(upload)?, plan);
        if self.begun.swap(true, Ordering::Relaxed) {
            let end = "The plan was done in part, and somebody else is changing the stage";
            return self.refused(session, &self.saved.unplanned(&now), end);
        }
        self.refused(
            session,
            &self.saved.differences(&now),
            "Nothing was changed",
        )
    }

    fn refused(&self, session: &Session, different: &[String], end: &str) -> Result<(), Failure> {
        if different.is_empty() {
            return Ok(());
        }
        let (path, flags) = (&self.path, &session.flags);
        let (list, out) = (different.join("\n  "), quoted(path.as_str()));
        let message = format!(
            "{path} is not what a deploy would do now:\n  {list}\n  {end}\n  help: look at a new plan: `gatewayq \
             plan{flags} --out {out}`"
        );
        Err(Failure::failed(harmless(&message).into_owned()))
    }
}
