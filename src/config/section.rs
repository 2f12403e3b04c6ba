//! A section of the file: the base's, under the one that a stage puts over it.

use std::ops::Range;

use toml::de::DeTable;

use super::keys::{Describe, Key, Node, Or, names};
use super::problems::{Problems, shown};

/// Reads keys out of up to two tables. The stage's value goes before the base's; both are checked.
pub(super) struct Section<'a, 'i> {
    /// `[function]`, as messages call it.
    label: &'a str,
    /// The stage's table first.
    layers: Vec<&'a Node<'i>>,
    problems: &'a mut Problems,
}

impl<'a, 'i> Section<'a, 'i> {
    /// Opens a section and tells of keys that do not belong there.
    pub(super) fn open(
        label: &'a str,
        keys: &[&dyn Describe],
        layers: Vec<&'a Node<'i>>,
        problems: &'a mut Problems,
    ) -> Self {
        let allowed = names(keys);
        for table in layers.iter().filter_map(|layer| layer.get_ref().as_table()) {
            check_names(label, table, &allowed, problems);
        }
        Self {
            label,
            layers,
            problems,
        }
    }

    /// The value, if there is one.
    pub(super) fn get<K: Key>(&mut self, key: &K) -> Option<K::Value> {
        self.each(key).into_iter().next()
    }

    /// The value or the default.
    pub(super) fn value<K: Key>(&mut self, key: &Or<K>) -> K::Value {
        self.get(&key.0).unwrap_or_else(key.1)
    }

    /// The value; tells when there is none.
    pub(super) fn require<K: Key>(&mut self, key: &K) -> Option<K::Value> {
        if !self.has(key.name()) {
            let message = format!("`{}` is missing in {}", key.name(), self.label);
            self.problems.report(self.span(), message);
        }
        self.get(key)
    }

    /// The good values of all layers, the stage's first.
    pub(super) fn each<K: Key>(&mut self, key: &K) -> Vec<K::Value> {
        let nodes: Vec<&Node<'i>> = self.nodes(key.name()).collect();
        let accepted = nodes
            .into_iter()
            .filter_map(|node| key.accept(node, self.problems));
        accepted.collect()
    }

    /// Whether a layer has the key, good or bad.
    pub(super) fn has(&self, name: &str) -> bool {
        self.nodes(name).next().is_some()
    }

    /// Where the value stands, or else the section.
    pub(super) fn place(&self, name: &str) -> Range<usize> {
        let node = self.nodes(name).next();
        node.map_or_else(|| self.span(), |node| node.span())
    }

    /// Tells something about a key.
    pub(super) fn report(&mut self, name: &str, message: impl Into<String>) {
        self.problems.report(self.place(name), message);
    }

    fn nodes(&self, name: &str) -> impl Iterator<Item = &'a Node<'i>> {
        let tables = self
            .layers
            .iter()
            .filter_map(|node| node.get_ref().as_table());
        tables.filter_map(move |table| table.get(name))
    }

    fn span(&self) -> Range<usize> {
        self.layers.first().map_or(0..0, |layer| layer.span())
    }
}

/// The tables called `name` in `parents`, in their order; tells when it is something else.
pub(super) fn tables<'a, 'i>(
    name: &str,
    parents: &[&'a DeTable<'i>],
    problems: &mut Problems,
) -> Vec<&'a Node<'i>> {
    let mut found = Vec::new();
    for node in parents.iter().filter_map(|parent| parent.get(name)) {
        if node.get_ref().is_table() {
            found.push(node);
        } else {
            problems.refuse(name, node.span(), &format!("a section: [{name}]"));
        }
    }
    found
}

/// Tells of each key that is not one of `allowed`, with the one that was probably meant.
pub(super) fn check_names(
    label: &str,
    table: &DeTable<'_>,
    allowed: &[&str],
    problems: &mut Problems,
) {
    for name in table.keys() {
        let text = name.get_ref().as_ref();
        if !allowed.contains(&text) {
            let message = format!(
                "unknown key `{}` in {label};{} allowed: {}",
                shown(text),
                nearest(text, allowed),
                allowed.join(", ")
            );
            problems.report(name.span(), message);
        }
    }
}

fn nearest(text: &str, allowed: &[&str]) -> String {
    // Longer than any key by far: not a slip of the finger, and costly to compare.
    if text.len() > 40 {
        return String::new();
    }
    let close = similar::get_close_matches(text, allowed, 1, 0.6);
    close
        .first()
        .map_or_else(String::new, |key| format!(" did you mean `{key}`?"))
}
