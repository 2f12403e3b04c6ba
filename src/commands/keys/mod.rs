//! `gatewayq keys`

mod import;
mod make;
mod move_to;
mod show;
mod switch;
mod usage;

use super::Failure;
use super::session::{Session, not_deployed};
use crate::cli::{Global, Keys};
use crate::config::DEFAULT_PLAN;
use crate::endpoint;
use crate::engine::{Cx, Error, Handle};
use crate::keys::{self, Consumer, Day, Entry, Key, KeyValue, Missing, Plan, Plans};
use crate::output::Printer;
use crate::resources::{KeyList, Lists, Whose};
use crate::stack::Stack;

pub(crate) async fn run(global: &Global, printer: &Printer, action: &Keys) -> Result<(), Failure> {
    // What stands in a file or on standard input is read before AWS is asked for anything.
    let arguments = Arguments::read(action)?;
    let keys = StageKeys::open(global, printer).await?;
    match action {
        Keys::List => keys.show_list().await,
        Keys::Create { name, plan, .. } => {
            keys.create(name, plan.as_deref(), arguments.value).await
        }
        Keys::Import { .. } => keys.import(arguments.entries).await,
        Keys::Move { name, plan } => keys.move_to(name, plan).await,
        Keys::Rotate { name } => keys.rotate(name).await,
        Keys::Disable { name } => keys.disable(name).await,
        Keys::Enable { name } => keys.enable(name).await,
        Keys::Delete { name, retired, yes } => keys.delete(name, *retired, *yes).await,
        Keys::Show { name } => keys.show(name).await,
        Keys::Usage { name, .. } => keys.show_usage(name.as_ref(), arguments.since).await,
    }
}

/// What a command reads besides its command line.
struct Arguments {
    value: Option<KeyValue>,
    entries: Vec<Entry>,
    /// The first and the last day of a report.
    since: (Day, Day),
}

impl Arguments {
    fn read(action: &Keys) -> Result<Self, Failure> {
        let today = keys::today();
        let mut arguments = Self {
            value: None,
            entries: Vec::new(),
            since: (today, today),
        };
        match action {
            Keys::Create {
                value: Some(value), ..
            } => arguments.value = Some(make::value(value)?),
            Keys::Import { file } => arguments.entries = import::entries(file)?,
            Keys::Usage { since, .. } => {
                let first = since.day(today).map_err(Failure::usage)?;
                arguments.since = (first, today);
            }
            _ => {}
        }
        Ok(arguments)
    }
}

/// A stage's keys, with what is needed to work on them.
struct StageKeys {
    session: Session,
    stack: Stack,
    plans: Plans,
    /// The account's keys, as they are at the first look.
    list: KeyList,
    cx: Cx,
    flags: String,
    /// Where and of which stage the consumers' names are kept for the shell.
    global: Global,
}

impl StageKeys {
    async fn open(global: &Global, printer: &Printer) -> Result<Self, Failure> {
        let session = Session::open(global, printer).await?;
        let lists = Lists::new(&Whose::Stage(session.names()));
        let list = lists.keys.clone();
        let plans = |stack: &Stack| {
            let listed = stack.plans().into_values().map(Handle::id);
            listed.chain([stack.unlisted_plans.id()]).collect()
        };
        let stack = session.inspect_sharing(lists, plans).await?;
        let plans = Plans::of(&stack);
        if plans.named(DEFAULT_PLAN).is_none() {
            return Err(not_deployed(&stack, global));
        }
        let cx = session.runtime.cx("API keys");
        let flags = endpoint::flags(global);
        Ok(Self {
            session,
            stack,
            plans,
            list,
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
        let keys = keys::list(&self.cx, &self.list, &self.stack.tags, &self.plans).await;
        let keys = keys.map_err(|error| self.unread(error))?;
        self.remember(keys.ours.iter().map(|key| key.consumer.as_str()));
        Ok(keys)
    }

    /// The plan of this name, to put a key on.
    fn plan(&self, name: &str) -> Result<&Plan, Failure> {
        self.plans.listed(name).map_err(|missing| match missing {
            Missing::Unknown(listed) => Failure::usage(format!(
                "gatewayq.toml has no usage plan of that name; allowed: {}",
                listed.join(", ")
            )),
            Missing::NotDeployed => Failure::failed(format!(
                "the usage plan {name} is not deployed yet: gatewayq deploy{}",
                self.flags
            )),
        })
    }

    /// Keeps these consumers for the shell to complete.
    fn remember<'a>(&self, consumers: impl Iterator<Item = &'a str>) {
        let names: Vec<&str> = consumers.collect();
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

    fn unread(&self, error: Error) -> Failure {
        Failure::reading("the stage's API keys", error, &self.flags)
    }

    fn changing(&self, key: &Key, error: Error) -> Failure {
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
                super::denied::help(&error, &self.flags)
            )),
        }
    }
}
