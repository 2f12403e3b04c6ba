//! The API keys of a stage's consumers.
//!
//! Keys are found by their tags, as everything is: `gatewayq:key` names the consumer. A key's
//! description says that it was retired or disabled. A key in use is a resource like
//! those of a stack, so that making it, attaching it and losing an answer are the engine's work.

mod calls;
mod consumer;
mod known;

pub(crate) use calls::{delete, list, set_state, take_off, value};
pub(crate) use consumer::Consumer;
pub(crate) use known::{known, remember};

use crate::engine::{Graph, Runtime};
use crate::names::Names;
use crate::resources::{ApiKey, DISABLED, KeyList, ListedKey, PlanKey, PlanOfKey, RETIRED};
use crate::tags::Tags;

/// One key of a stage, without its value.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub id: String,
    pub consumer: String,
    pub state: KeyState,
    /// Whether the stage's usage plan knows it: without that it opens nothing.
    pub attached: bool,
    /// Seconds since 1970.
    pub created: i64,
}

/// The keys that open a stage, or may.
pub(crate) struct Keys {
    pub ours: Vec<Key>,
    /// Made by hand and put on the stage's usage plan: shown, and never changed.
    pub foreign: Vec<ListedKey>,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyState {
    Active,
    /// Valid, but a newer one took its place.
    Retired,
    /// Taken off the usage plan on purpose.
    Disabled,
}

impl KeyState {
    /// In one word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Disabled => "disabled",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Active => "in use",
            Self::Retired => RETIRED,
            Self::Disabled => DISABLED,
        }
    }

    fn of(description: Option<&str>) -> Self {
        match description {
            Some(RETIRED) => Self::Retired,
            Some(DISABLED) => Self::Disabled,
            _ => Self::Active,
        }
    }
}

/// A graph of the key that `consumer` is to have, attached to the plan with this id.
pub(crate) fn graph(
    runtime: &Runtime,
    names: &Names,
    tags: &Tags,
    consumer: &Consumer,
    plan_id: &str,
) -> Graph {
    let mut graph = Graph::new(runtime.clone());
    let key = graph.add(|_| ApiKey {
        names: names.clone(),
        tags: tags.clone(),
        consumer: consumer.to_string(),
        deleting: false,
        list: KeyList::default(),
    });
    graph.add(|depends| PlanKey {
        key: depends.on(&key),
        plan: PlanOfKey::Id(plan_id.to_owned()),
        consumer: consumer.to_string(),
    });
    graph
}
