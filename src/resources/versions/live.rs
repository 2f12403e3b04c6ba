//! The switch: which version the API's requests reach.

use super::Versions;
use super::calls::aliases;
use super::state::{Alias, State as Published};
use crate::engine::{Call, Change, Cx, Error, Field, Ref, Resource, Set, diff};
use crate::names::LIVE;
use crate::resources::Queue;
use crate::resources::support::{found, unknown_or};
use aws_sdk_lambda::types::AliasRoutingConfiguration;
use futures::FutureExt;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Which version is to be live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serve {
    /// The newest.
    Newest,
    /// Of so many requests in a hundred the newest; of the others, the one that is live.
    Canary(u8),
    /// What a rollback or a canary made live; else the newest.
    AsSwitched,
    /// This one alone.
    Version(u64),
}

/// What the alias is to name.
pub(crate) struct LiveVersion {
    pub versions: Ref<Versions>,
    /// Of a deploy: what the new version sends to.
    pub queue: Option<Ref<Queue>>,
    /// The function's name.
    pub function: String,
    pub serve: Serve,
    /// Whether it was looked at before.
    pub looked: AtomicBool,
}

/// What it names.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// A number, or `$LATEST`.
    pub version: String,
    /// Shares of the requests, from 0 to 1, by the other version that takes them: a canary.
    pub weights: BTreeMap<String, String>,
    /// What gatewayq says that it made of it.
    description: String,
    /// Lambda's own mark of what it was when it was looked at.
    revision: Option<String>,
}

/// A queue's new policy may take as long (SQS API reference, SetQueueAttributes: "up to 60 seconds").
const POLICY_SPREADS: Duration = Duration::from_secs(60);

const SWITCH: Call<LiveVersion> = Call {
    operation: "UpdateAlias",
    run: |live, cx, found, wanted| live.switch(cx, found, wanted).boxed(),
};

/// Stands behind a version that a rollback made live.
pub(crate) const ROLLED_BACK: &str = ", rolled back";

/// What the description says of an alias that a deploy, a canary or a promotion set. With other words somebody else has set it.
pub(super) fn words(version: &str, weights: &BTreeMap<String, String>) -> String {
    let canary = weights
        .iter()
        .map(|(version, share)| format!(", canary {version} at {share}"));
    format!("gatewayq: version {version}{}", canary.collect::<String>())
}

impl State {
    fn of(alias: Alias) -> Self {
        let weights = alias.weights.into_iter();
        Self {
            version: alias.version,
            weights: weights
                .map(|(version, share)| (version, share.to_string()))
                .collect(),
            description: alias.description,
            revision: alias.revision,
        }
    }

    fn new(version: String, weights: BTreeMap<String, String>) -> Self {
        Self {
            description: words(&version, &weights),
            version,
            weights,
            revision: None,
        }
    }

    fn rolled_back(version: String) -> Self {
        let mut state = Self::new(version, BTreeMap::new());
        state.description += ROLLED_BACK;
        state
    }

    /// The version, with the word that a rollback made it live.
    fn text(&self) -> String {
        let back = if self.is_rolled_back() {
            ROLLED_BACK
        } else {
            ""
        };
        format!("{}{back}", self.version)
    }

    /// Whether a rollback made it what it is.
    pub(crate) fn is_rolled_back(&self) -> bool {
        let back = Self::rolled_back(self.version.clone());
        self.weights.is_empty() && self.description == back.description
    }

    /// The version that takes a share of the requests, where a canary of gatewayq's is in flight.
    pub(crate) fn canary(&self) -> Option<(&str, &str)> {
        let (version, share) = self.weights.first_key_value()?;
        let is_ours = self.description == words(&self.version, &self.weights);
        is_ours.then_some((version, share))
    }
}

impl LiveVersion {
    async fn switch(&self, cx: &Cx, found: &State, wanted: &State) -> Result<(), Error> {
        if self.is_overtaken(found) {
            return Err(self.changed());
        }
        let queue = self.queue.as_ref().and_then(Ref::current);
        if queue.is_some_and(|queue| queue.former_sender.is_some()) {
            cx.wait_for_spreading("SQS to let the new role send", POLICY_SPREADS)
                .await?;
        }
        let shares = wanted.weights.iter();
        let shares =
            shares.filter_map(|(version, share)| Some((version.clone(), share.parse().ok()?)));
        // Without any, those that there are go.
        let routing = AliasRoutingConfiguration::builder();
        let routing = routing.set_additional_version_weights(Some(shares.collect()));
        let request = cx
            .lambda
            .update_alias()
            .function_name(&self.function)
            .name(LIVE)
            .function_version(&wanted.version)
            .routing_config(routing.build())
            .description(&wanted.description)
            .set_revision_id(found.revision.clone());
        let switched = cx.call("UpdateAlias", request.send()).await;
        switched.map(drop).map_err(|error| match error {
            // It is not the alias any more that was looked at.
            Error::Aws(refused) if refused.code == "PreconditionFailedException" => self.changed(),
            other => other,
        })
    }

    fn changed(&self) -> Error {
        Error::Changed(format!("alias {LIVE} of function {}", self.function))
    }

    /// Whether another deploy has published a version after the one that this deploy takes for the newest, and made it live:
    /// the code that is the function's now would not be the one that is live.
    fn is_overtaken(&self, found: &State) -> bool {
        let number = |version: &str| version.parse::<u64>().ok();
        let newest = number(&self.newest());
        let goes_on = matches!(self.serve, Serve::Newest | Serve::Canary(_));
        goes_on && newest.is_some_and(|newest| number(&found.version) > Some(newest))
    }

    fn newest(&self) -> String {
        unknown_or(self.versions.planned().newest)
    }

    /// What the stack wants, beside what is live.
    fn target(&self, found: Option<&State>) -> State {
        let newest = || State::new(self.newest(), BTreeMap::new());
        match (self.serve, found) {
            (Serve::Newest, _) | (_, None) => newest(),
            (Serve::Canary(_), Some(found)) if found.version == self.newest() => newest(),
            (Serve::Canary(percent), Some(found)) => {
                let share = f64::from(percent) / 100.0;
                let weights = BTreeMap::from([(self.newest(), share.to_string())]);
                State::new(found.version.clone(), weights)
            }
            (Serve::AsSwitched, Some(found)) => {
                let stays = found.is_rolled_back() || found.canary().is_some();
                if stays { found.clone() } else { newest() }
            }
            (Serve::Version(number), Some(_)) => match number.to_string() {
                newest if newest == self.newest() => State::new(newest, BTreeMap::new()),
                older => State::rolled_back(older),
            },
        }
    }
}

impl Resource for LiveVersion {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text("FunctionVersion", |s| Some(s.text()), Set::By(&SWITCH)),
        Field::entries("RoutingConfig", |s| &s.weights, Set::By(&SWITCH)),
        Field::text(
            "Description",
            |s| Some(s.description.clone()),
            Set::By(&SWITCH),
        ),
    ];

    fn kind(&self) -> &'static str {
        "alias"
    }

    fn name(&self) -> String {
        LIVE.to_owned()
    }

    /// Of several deploys at once, the last one to look sees which version and which deployment came of all their switches.
    fn settles(&self) -> bool {
        true
    }

    /// First as it was listed with the versions; later another deploy may have switched it.
    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        let versions = self.versions.observed().await?;
        let live = match self.looked.swap(true, Ordering::SeqCst) {
            false => versions.as_ref().and_then(Published::live).cloned(),
            true => found(aliases(cx, &self.function).await)?.and_then(|mut all| all.remove(LIVE)),
        };
        Ok(live.map(State::of))
    }

    fn wanted(&self, found: Option<&State>) -> State {
        self.target(found)
    }

    /// The words change with what they are about.
    fn diff(&self, found: &State, wanted: &State) -> Vec<Change> {
        let mut changes = diff::<Self>(found, wanted);
        if changes.len() > 1 {
            changes.retain(|change| change.field != "Description");
        }
        changes
    }

    /// It was made with the version, since the API's permission is to invoke the alias.
    async fn create(&self, _cx: &Cx, _wanted: State) -> Result<State, Error> {
        let versions = self.versions.require()?;
        let live = versions.live().cloned().map(State::of);
        live.ok_or_else(|| Error::Conflict(format!("alias {LIVE}")))
    }

    /// It goes with the function.
    async fn delete(&self, _cx: &Cx, _found: State) -> Result<(), Error> {
        Ok(())
    }

    fn details(&self, found: &State) -> Vec<(&'static str, String)> {
        vec![("version", found.version.clone())]
    }

    async fn warnings(&self, _cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let Some(found) = found else {
            return Ok(Vec::new());
        };
        let version = &found.version;
        let canary = found.canary().map(|(canary, share)| {
            format!(
                "a canary is in flight: version {canary} takes {share} of the requests, version {version} the others. \
                 `promote` or `rollback` ends it"
            )
        });
        let back = found.is_rolled_back().then(|| {
            format!("a rollback made version {version} live; the next deploy goes forward again")
        });
        Ok(canary.into_iter().chain(back).collect())
    }
}
