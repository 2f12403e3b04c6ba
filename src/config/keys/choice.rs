//! Switches and choices.

use super::{Describe, Key, Node, Row};
use crate::config::problems::Problems;

/// `true` or `false`.
pub(in crate::config) struct Flag {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) about: &'static str,
}

impl Describe for Flag {
    fn row(&self) -> Row {
        Row::plain(self.name, "boolean", "true, false".to_owned(), self.about)
    }
}

impl Key for Flag {
    type Value = bool;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<bool> {
        let value = node.get_ref().as_bool();
        if value.is_none() {
            problems.refuse(self.name, node.span(), "true, false");
        }
        value
    }

    fn show(&self, value: &bool) -> String {
        value.to_string()
    }
}

/// One word of a list.
pub(in crate::config) struct Choice<T: 'static> {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) options: &'static [(&'static str, T)],
    pub(in crate::config) about: &'static str,
}

impl<T> Choice<T> {
    fn allowed(&self) -> String {
        let words: Vec<String> = self
            .options
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        words.join(", ")
    }
}

impl<T> Describe for Choice<T> {
    fn row(&self) -> Row {
        Row::plain(self.name, "string", self.allowed(), self.about)
    }
}

impl<T: Copy + PartialEq> Key for Choice<T> {
    type Value = T;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<T> {
        let word = node.get_ref().as_str();
        let chosen = self.options.iter().find(|(name, _)| Some(*name) == word);
        if chosen.is_none() {
            problems.refuse(self.name, node.span(), &self.allowed());
        }
        chosen.map(|(_, value)| *value)
    }

    fn show(&self, value: &T) -> String {
        let chosen = self.options.iter().find(|(_, option)| option == value);
        chosen.map_or_else(String::new, |(word, _)| format!("\"{word}\""))
    }
}
