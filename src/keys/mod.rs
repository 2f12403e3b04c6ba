//! The API keys of a stage's consumers.
//!
//! Keys are found by their tags, as everything is: `gatewayq:key` names the consumer, `gatewayq:plan` the
//! usage plan that the key belongs on. A key's description says that it was retired or disabled. A
//! key in use is a resource like those of a stack, so that making it, putting it on its plan and
//! losing an answer are the engine's work.

mod calls;
mod consumer;
mod graph;
mod import;
mod known;
mod plans;
mod usage;
mod value;

pub(crate) use calls::{delete, list, move_to, set_state, take_off, value};
pub(crate) use consumer::Consumer;
pub(crate) use graph::{KeyGraph, Marks, Outcome, Wanted, graph};
pub(crate) use import::{Entry, parse};
pub(crate) use known::{known, remember};
pub(crate) use plans::{Missing, Plan, Plans};
pub(crate) use usage::{Day, Since, Use, today, usage};
pub(crate) use value::{KeyValue, VALUE_RULE};

use crate::resources::{DISABLED, ListedKey, RETIRED};

/// One key of a stage, without its value.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub id: String,
    pub consumer: String,
    pub state: KeyState,
    /// The usage plan that it is on; on none it opens nothing.
    pub plan: Option<String>,
    /// The usage plan that it belongs on.
    pub home: String,
    /// Seconds since 1970.
    pub created: i64,
}

/// The keys that open a stage, or may.
pub(crate) struct Keys {
    pub ours: Vec<Key>,
    /// Made by hand and put on one of the stage's usage plans: shown, and never changed.
    pub foreign: Vec<ForeignKey>,
}

/// A key on a usage plan of the stage that gatewayq did not make.
pub(crate) struct ForeignKey {
    pub key: ListedKey,
    /// The usage plan that it is on.
    pub plan: String,
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
