//! The keys of the file. Each is one constant that reads its value, knows its limits and
//! describes itself, so that reader, messages and manual cannot drift apart.

mod choice;
mod json;
mod list;
mod number;
mod text;

use toml::Spanned;
use toml::de::DeValue;

use super::problems::Problems;

pub(super) use choice::{Choice, Flag};
pub(super) use json::{Json, Shape};
pub(super) use list::List;
pub(super) use number::{Days, Integer, Number};
pub(super) use text::{Text, TextMap};

/// A value in the file, with its place.
pub(super) type Node<'i> = Spanned<DeValue<'i>>;

/// A key's line in the manual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// As it is written in the file.
    pub(super) name: &'static str,
    /// Its TOML type.
    pub(super) kind: &'static str,
    /// What it is without the key; empty where it has to be given or is simply off.
    pub(super) default: String,
    /// Its limits, with the unit.
    pub(super) allowed: String,
    /// What it does.
    pub(super) about: &'static str,
}

impl Row {
    /// A key without a default.
    fn plain(name: &'static str, kind: &'static str, allowed: String, about: &'static str) -> Self {
        Self {
            name,
            kind,
            default: String::new(),
            allowed,
            about,
        }
    }
}

/// What describes itself.
pub(super) trait Describe {
    /// The key's line in the manual.
    fn row(&self) -> Row;
}

/// What reads a value.
pub(super) trait Key: Describe {
    /// What it reads.
    type Value;

    /// The key.
    fn name(&self) -> &'static str;

    /// The value, or `None` after telling what is wrong with it.
    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<Self::Value>;

    /// A value as it would be written in the file.
    fn show(&self, value: &Self::Value) -> String;
}

/// A key with a default.
pub(super) struct Or<K: Key>(pub(super) K, pub(super) fn() -> K::Value);

impl<K: Key> Describe for Or<K> {
    fn row(&self) -> Row {
        Row {
            default: self.0.show(&(self.1)()),
            ..self.0.row()
        }
    }
}

/// The names of some keys.
pub(super) fn names(keys: &[&dyn Describe]) -> Vec<&'static str> {
    keys.iter().map(|key| key.row().name).collect()
}
