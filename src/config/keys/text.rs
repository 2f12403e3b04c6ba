//! Strings, and tables of strings.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::{Describe, Key, Node, Row};
use crate::config::problems::{Problems, shown};

/// A string that some rule accepts.
pub(in crate::config) struct Text {
    pub(in crate::config) name: &'static str,
    /// The rule in words.
    pub(in crate::config) allowed: &'static str,
    /// The rule.
    pub(in crate::config) check: fn(&str) -> bool,
    pub(in crate::config) about: &'static str,
}

impl Describe for Text {
    fn row(&self) -> Row {
        Row::plain(self.name, "string", self.allowed.to_owned(), self.about)
    }
}

impl Key for Text {
    type Value = String;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<String> {
        let text = node.get_ref().as_str();
        let good = text.filter(|text| (self.check)(text));
        if good.is_none() {
            let kind = if text.is_none() { "a string, " } else { "" };
            problems.refuse(self.name, node.span(), &format!("{kind}{}", self.allowed));
        }
        good.map(str::to_owned)
    }

    fn show(&self, value: &String) -> String {
        format!("\"{value}\"")
    }
}

/// A table of strings under names of the user's own: tags, environment.
pub(in crate::config) struct TextMap {
    pub(in crate::config) name: &'static str,
    /// The rule in words, for names and values.
    pub(in crate::config) allowed: &'static str,
    /// What is wrong with a name.
    pub(in crate::config) check_name: fn(&str) -> Option<&'static str>,
    /// What is wrong with a value.
    pub(in crate::config) check_value: fn(&str) -> Option<&'static str>,
    pub(in crate::config) about: &'static str,
}

impl TextMap {
    // Values are not repeated in messages: an environment may hold what is nobody's business.
    fn entries(&self, table: &DeTable<'_>, problems: &mut Problems) -> BTreeMap<String, String> {
        let mut entries = BTreeMap::new();
        for (name, node) in table {
            let label = shown(name.get_ref());
            if let Some(wrong) = (self.check_name)(name.get_ref()) {
                let message = format!("`{}` has the name `{label}`; {wrong}", self.name);
                problems.report(name.span(), message);
            }
            let value = node.get_ref().as_str();
            let wrong = value.map_or(Some("allowed: a string"), self.check_value);
            if let Some(wrong) = wrong {
                let message = format!("the value of `{label}` in `{}`; {wrong}", self.name);
                problems.report(node.span(), message);
            }
            entries.insert(
                name.get_ref().to_string(),
                value.unwrap_or_default().to_owned(),
            );
        }
        entries
    }
}

impl Describe for TextMap {
    fn row(&self) -> Row {
        Row {
            name: self.name,
            kind: "table of strings",
            default: "{}".to_owned(),
            allowed: self.allowed.to_owned(),
            about: self.about,
        }
    }
}

impl Key for TextMap {
    type Value = BTreeMap<String, String>;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<Self::Value> {
        let Some(table) = node.get_ref().as_table() else {
            problems.refuse(self.name, node.span(), "a table of strings");
            return None;
        };
        Some(self.entries(table, problems))
    }

    fn show(&self, _: &Self::Value) -> String {
        "{}".to_owned()
    }
}
