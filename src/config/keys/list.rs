//! Lists of one kind of value.

use super::{Describe, Key, Node, Row};
use crate::config::problems::Problems;

/// A list, each item of which another key reads.
pub(in crate::config) struct List<K> {
    pub(in crate::config) name: &'static str,
    /// Reads an item. It is named `name[]` in messages.
    pub(in crate::config) item: K,
    pub(in crate::config) min: usize,
    pub(in crate::config) max: usize,
}

impl<K> List<K> {
    fn allowed(&self) -> String {
        match self.min {
            0 => format!("a list of at most {}", self.max),
            min => format!("a list of {min} to {}", self.max),
        }
    }
}

impl<K: Describe> Describe for List<K> {
    fn row(&self) -> Row {
        let item = self.item.row();
        let allowed = format!("{}: {}", self.allowed(), item.allowed);
        Row::plain(self.name, "list of strings", allowed, item.about)
    }
}

impl<K: Key<Value: PartialEq>> Key for List<K> {
    type Value = Vec<K::Value>;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<Self::Value> {
        let list = node.get_ref().as_array();
        let list = list.filter(|list| (self.min..=self.max).contains(&list.len()));
        let Some(list) = list else {
            problems.refuse(self.name, node.span(), &self.allowed());
            return None;
        };
        let mut values = Vec::new();
        for item in list.iter() {
            let Some(value) = self.item.accept(item, problems) else {
                continue;
            };
            if values.contains(&value) {
                let message = format!("`{}` has {} twice", self.name, self.item.show(&value));
                problems.report(item.span(), message);
            }
            values.push(value);
        }
        Some(values)
    }

    fn show(&self, values: &Self::Value) -> String {
        let items: Vec<String> = values.iter().map(|value| self.item.show(value)).collect();
        format!("[{}]", items.join(", "))
    }
}
