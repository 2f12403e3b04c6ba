//! `gatewayq keys`

mod make;
mod show;
mod switch;

use super::Failure;
use super::session::{Session, not_deployed};
use crate::cli::{Global, Keys};
use crate::endpoint;
use crate::engine::{Cx, Error};
use crate::keys::{self, Consumer, Key};
use crate::output::Printer;
use crate::stack::Stack;

pub(crate) async fn run(global: &Global, printer: &Printer, action: &Keys) -> Result<(), Failure> {
    let keys = StageKeys::open(global, printer).await?;
    match action {
        Keys::List => keys.show_list().await,
        Keys::Create { name } => keys.create(name).await,
        Keys::Rotate { name } => keys.rotate(name).await,
        Keys::Disable { name } => keys.disable(name).await,
        Keys::Enable { name } => keys.enable(name).await,
        Keys::Delete { name, retired, yes } => keys.delete(name, *retired, *yes).await,
        Keys::Show { name } => keys.show(name).await,
    }
}

/// A stage's keys, with what is needed to work on them.
struct StageKeys {
    session: Session,
    stack: Stack,
    plan_id: String,
    cx: Cx,
    flags: String,
    /// Where and of which stage the consumers' names are kept for the shell.
    global: Global,
}

impl StageKeys {
    async fn open(global: &Global, printer: &Printer) -> Result<Self, Failure> {
        let session = Session::open(global, printer).await?;
        let stack = session.inspect(|stack| vec![stack.usage_plan.id()]).await?;
        let plan = stack.usage_plan.current();
        let plan_id = plan.ok_or_else(|| not_deployed(&stack, global))?.id;
        let cx = session.runtime.cx("API keys");
        let flags = endpoint::flags(global);
        Ok(Self {
            session,
            stack,
            plan_id,
            cx,
            flags,
            global: global.clone(),
        })
    }

    async fn list(&self) -> Result<Vec<Key>, Failure> {
        Ok(self.all().await?.ours)
    }

    /// Those that are not the stage's, too.
    async fn all(&self) -> Result<keys::Keys, Failure> {
        let (names, tags) = (&self.stack.names, &self.stack.tags);
        let keys = keys::list(&self.cx, names, tags, &self.plan_id).await;
        let keys = keys.map_err(|error| Failure::reading("the stage's API keys", error))?;
        self.remember(keys.ours.iter());
        Ok(keys)
    }

    /// Keeps the consumers of these keys for the shell to complete.
    fn remember<'a>(&self, keys: impl Iterator<Item = &'a Key>) {
        let names: Vec<&str> = keys.map(|key| key.consumer.as_str()).collect();
        let Global {
            project_dir,
            stage,
            local,
            ..
        } = &self.global;
        keys::remember(project_dir, stage, *local, &names);
    }

    /// The keys of one consumer.
    async fn of(&self, name: &Consumer) -> Result<Vec<Key>, Failure> {
        let mut keys = self.list().await?;
        keys.retain(|key| key.consumer == name.as_ref());
        if keys.is_empty() {
            return Err(Failure::failed(format!(
                "{} has no key of a consumer {name}: gatewayq keys create {name}{}",
                self.stack.names.base(),
                self.flags
            )));
        }
        Ok(keys)
    }
}

fn changing(key: &Key, error: Error) -> Failure {
    match error {
        Error::Cancelled => Failure::Interrupted(format!(
            "API key {} may be left as it was. Run the command again to finish",
            key.id
        )),
        error => Failure::failed(format!(
            "API key {} of {} could not be changed: {error}{}\n  The other consumers' keys are as they were; the \
             same command goes on from there",
            key.id,
            key.consumer,
            super::denied::help(&error)
        )),
    }
}
