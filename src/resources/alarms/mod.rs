//! The stage's CloudWatch alarms, all together.

mod alarm;
mod calls;

pub(crate) use alarm::Alarm;

use super::marks;
use super::rest_api::RestApi;
use super::stage::{Stage, stage_arn};
use super::support::gone;
use crate::engine::{Call, Cx, Error, Field, Owner, Ref, Resource, Set};
use crate::names::Names;
use crate::tags::{ALARMS_TAG, OFF, Tags};
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet};

/// The alarms as the stack wants them. They come after the stage, whose tag tells of them, and
/// go before it.
pub(crate) struct Alarms {
    pub names: Names,
    pub tags: Tags,
    pub api: Ref<RestApi>,
    pub stage: Ref<Stage>,
    /// By name. None where the stack wants none.
    pub wanted: BTreeMap<String, Alarm>,
    /// The names of all that there can be.
    pub known: BTreeSet<String>,
    /// Whether the stage is being deleted.
    pub deleting: bool,
}

/// The alarms in CloudWatch.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    found: BTreeMap<String, Found>,
    /// Each alarm's fields, `orders-dev-errors Threshold`.
    fields: BTreeMap<String, String>,
    /// Each alarm's tags, `orders-dev-errors gatewayq:app`.
    tags: BTreeMap<String, String>,
}

/// One of them.
#[derive(Clone, Debug)]
struct Found {
    alarm: Alarm,
    tags: BTreeMap<String, String>,
    /// Why it rings, where it does.
    rings: Option<String>,
}

const PUT: Call<Alarms> = Call {
    operation: "PutMetricAlarm",
    run: |alarms, cx, found, wanted| alarms.put(cx, found, wanted).boxed(),
};
const TAG: Call<Alarms> = Call {
    operation: "TagResource",
    run: |alarms, cx, found, _| alarms.tag(cx, found).boxed(),
};

impl State {
    fn new(found: BTreeMap<String, Found>) -> Self {
        let named = |name: &String, fields: BTreeMap<String, String>| {
            let name = name.clone();
            let fields = fields.into_iter();
            fields.map(move |(field, value)| (format!("{name} {field}"), value))
        };
        let all = found.iter();
        let fields = all
            .clone()
            .flat_map(|(name, one)| named(name, one.alarm.fields()));
        let tags = all.flat_map(|(name, one)| named(name, one.tags.clone()));
        Self {
            fields: fields.collect(),
            tags: tags.collect(),
            found,
        }
    }
}

impl Alarms {
    /// A stage that was made with the tag, or got it, is looked at; no other is asked for anything.
    async fn is_marked(&self) -> Result<bool, Error> {
        let stage = self.stage.observed().await?;
        Ok(!self.wanted.is_empty() || stage.is_some_and(|stage| stage.is_marked(ALARMS_TAG)))
    }
}

impl Resource for Alarms {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::at_least("tag", |s| &s.tags, Set::By(&TAG)),
        Field::entries("alarm", |s| &s.fields, Set::By(&PUT)),
    ];

    fn kind(&self) -> &'static str {
        "alarms"
    }

    fn name(&self) -> String {
        self.names.base()
    }

    async fn read(&self, cx: &Cx) -> Result<Option<State>, Error> {
        if !self.is_marked().await? {
            return Ok(None);
        }
        let mut found = calls::find(cx, &self.names, &self.known).await?;
        // Somebody else's is in the way of nothing but a put under its name.
        let is_put = |name: &String| self.wanted.contains_key(name) && !self.deleting;
        found.retain(|name, one| is_put(name) || self.tags.owner(&one.tags) == Owner::Ours);
        // Taken away, and not the tag: that is still to be done.
        let is_there = !found.is_empty() || !self.is_wanted();
        Ok(is_there.then(|| State::new(found)))
    }

    /// A put replaces whatever alarm has the name.
    fn owner(&self, found: &State) -> Owner {
        for (name, one) in &found.found {
            if let Owner::Foreign(why) = self.tags.owner(&one.tags) {
                return Owner::Foreign(format!("{name}: {why}"));
            }
        }
        Owner::Ours
    }

    fn is_wanted(&self) -> bool {
        !self.wanted.is_empty()
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        let wanted = self.wanted.iter().map(|(name, alarm)| {
            let one = Found {
                alarm: alarm.clone(),
                tags: self.tags.map(),
                rings: None,
            };
            (name.clone(), one)
        });
        State::new(wanted.collect())
    }

    async fn create(&self, cx: &Cx, wanted: State) -> Result<State, Error> {
        self.put(cx, &State::default(), &wanted).await?;
        Ok(wanted)
    }

    /// The tag tells that they have to be looked for, so it changes last.
    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        let names: Vec<String> = found.found.into_keys().collect();
        calls::delete(cx, &names).await?;
        // A stage that goes, too, needs no such tag, and its API may be gone already.
        let Some(api) = self.api.current().filter(|_| !self.deleting) else {
            return Ok(());
        };
        let arn = stage_arn(&self.names, &api.id);
        gone(marks::set(cx, arn, ALARMS_TAG, OFF).await)
    }

    async fn adopt(&self, cx: &Cx, found: State) -> Result<(), Error> {
        self.tag(cx, &found).await
    }

    async fn warnings(&self, _cx: &Cx, found: Option<&State>) -> Result<Vec<String>, Error> {
        let all = found.into_iter().flat_map(|found| &found.found);
        let ringing =
            all.filter_map(|(name, one)| Some(format!("{name} rings: {}", one.rings.as_ref()?)));
        Ok(ringing.collect())
    }
}
