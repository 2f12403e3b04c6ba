//! The function's versions. What the API invokes is the alias `live` of one of them.
//!
//! A deploy that changes code or configuration publishes a version. The alias comes to it later, as one of the deploy's last
//! writes ([`LiveVersion`]).

mod calls;
mod live;
mod record;
mod state;

pub(crate) use live::{LiveVersion, ROLLED_BACK, Serve};
pub(crate) use record::{Record, describe, described};
pub(crate) use state::{State, Version};

use super::function::Function;
use super::support::UNKNOWN;
use crate::build::Upload;
use crate::engine::{Call, Cx, Error, Field, Ref, Resource, Set};
use crate::names::LIVE;
use futures::FutureExt;

/// The version that holds the function as the stack wants it, and the alias.
pub(crate) struct Versions {
    pub function: Ref<Function>,
    /// The function's name.
    pub name: String,
    /// The hash of the API's definition that a version is live with.
    pub definition: String,
    /// Tells the commit that the code is of.
    pub upload: Option<Upload>,
    /// ARN of the caller.
    pub caller: String,
    /// Whether another of the versions that there are is to be live: whatever the stack wants, none is published.
    pub switching: bool,
}

const PUBLISH: Call<Versions> = Call {
    operation: "PublishVersion",
    run: |versions, cx, found, _| {
        versions
            .publish(cx, found)
            .map(|made| made.map(drop))
            .boxed()
    },
};
const CREATE_ALIAS: Call<Versions> = Call {
    operation: "CreateAlias",
    run: |versions, cx, found, _| {
        versions
            .name_newest(cx, found)
            .map(|made| made.map(drop))
            .boxed()
    },
};

impl Versions {
    /// Whether the newest version is the function as it is to be. An older one is not asked: Lambda publishes anew
    /// whatever differs from the newest.
    fn is_current(&self, found: &State) -> bool {
        let Some((_, newest)) = found.all.last_key_value() else {
            return false;
        };
        let other_definition = |record: &Record| record.definition != self.definition;
        let wanted = self.function.planned();
        !newest.record.as_ref().is_some_and(other_definition)
            && newest.function.runs_the_same_as(&wanted)
    }

    fn record(&self, found: &State) -> Record {
        let commit = self.upload.as_ref().and_then(Upload::commit);
        let live = found.live().and_then(|live| live.version.parse().ok());
        Record {
            commit: commit.map(str::to_owned),
            definition: self.definition.clone(),
            after: live,
            by: self.caller.clone(),
        }
    }
}

impl Resource for Versions {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text("Version", |s| s.newest.clone(), Set::By(&PUBLISH)),
        Field::text(
            "alias",
            |s| s.has_alias.then(|| LIVE.to_owned()),
            Set::By(&CREATE_ALIAS),
        ),
    ];

    fn identifiers(state: &mut State) -> Vec<(String, &mut String)> {
        let newest = state.newest.get_or_insert_default();
        vec![("number".to_owned(), newest)]
    }

    fn kind(&self) -> &'static str {
        "version"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let (found, function) = futures::join!(self.look(cx), self.function.observed());
        function?;
        found
    }

    fn wanted(&self, found: Option<&State>) -> State {
        let found = found.cloned().unwrap_or_default();
        let newest = match self.switching || self.is_current(&found) {
            true => found.newest.clone(),
            false => Some(UNKNOWN.to_owned()),
        };
        State {
            newest,
            has_alias: true,
            ..found
        }
    }

    async fn create(&self, cx: &Cx, _wanted: State) -> Result<State, Error> {
        self.complete(cx, State::default()).await
    }

    async fn update(&self, cx: &Cx, found: State, _wanted: State) -> Result<State, Error> {
        self.complete(cx, found).await
    }

    /// They go with the function.
    async fn delete(&self, _cx: &Cx, _found: State) -> Result<(), Error> {
        Ok(())
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        let newest = found.newest.clone();
        newest
            .map(|number| ("newest", number))
            .into_iter()
            .collect()
    }
}

impl Versions {
    async fn complete(&self, cx: &Cx, mut state: State) -> Result<State, Error> {
        if !self.is_current(&state) {
            let (number, version) = self.publish(cx, &state).await?;
            state.all.insert(number, version);
        }
        let mut aliases = std::mem::take(&mut state.aliases);
        if !aliases.contains_key(LIVE) {
            aliases.insert(LIVE.to_owned(), self.name_newest(cx, &state).await?);
        }
        Ok(State::new(state.all, aliases))
    }
}
