//! A section of the file: the base's, under the one that a stage puts over it.

use std::collections::BTreeMap;
use std::ops::Range;

use camino::Utf8Path;
use serde_json::{Map, Value, json};
use toml::de::DeTable;

use super::diagnostics::{Problems, shown};
use super::field::{Field, Or, Row, TomlNode};

/// Reads keys out of up to two tables. The stage's value goes before the base's; both are checked.
///
/// Whoever reads a section asks for all of its keys, whatever the others say: what is not asked
/// for is an unknown key, and what is asked for is the manual.
pub(super) struct Section<'a, 'i> {
    /// `[function]`, as messages call it.
    label: String,
    /// The stage's table first. None while the manual is made.
    layers: Vec<&'a TomlNode<'i>>,
    /// The keys that were asked for.
    rows: Vec<Row>,
    problems: &'a mut Problems,
}

impl<'a, 'i> Section<'a, 'i> {
    /// Reads a section with `read` and reports the keys that do not belong there.
    pub(super) fn read<T>(
        label: &str,
        layers: Vec<&'a TomlNode<'i>>,
        problems: &'a mut Problems,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut section = Self {
            label: label.to_owned(),
            layers,
            rows: Vec::new(),
            problems,
        };
        let value = read(&mut section);
        let names: Vec<&str> = section.rows.iter().map(|row| row.name.as_str()).collect();
        for layer in &section.layers {
            if let Some(table) = layer.get_ref().as_table() {
                check_names(label, table, &names, section.problems);
            }
        }
        value
    }

    /// The value, if there is one. `about` says what it does.
    pub(super) fn get<T: 'static>(&mut self, field: Field<T>, about: &'static str) -> Option<T> {
        self.all(field, None, about).into_iter().next()
    }

    /// The good ones of the values, the one in `over` first and the base's last.
    fn all<T: 'static>(
        &mut self,
        mut field: Field<T>,
        over: Option<&'a DeTable<'i>>,
        about: &'static str,
    ) -> Vec<T> {
        field.row.about = about;
        let name = field.row.name.as_str();
        let over = over.and_then(|table| table.get(name));
        let nodes: Vec<&TomlNode<'i>> = over.into_iter().chain(self.nodes(name)).collect();
        let values = nodes.iter();
        let values = values.filter_map(|node| field.accept(node, self.problems));
        let values = values.collect();
        self.rows.push(field.row);
        values
    }

    /// The value or the default.
    pub(super) fn value<T: 'static>(&mut self, or: Or<T>, about: &'static str) -> T {
        self.get(or.field, about).unwrap_or(or.default)
    }

    /// The value; reports when there is none.
    pub(super) fn require<T: 'static>(
        &mut self,
        mut field: Field<T>,
        about: &'static str,
    ) -> Option<T> {
        field.row.required = true;
        if !self.has(&field.row.name) && !self.layers.is_empty() {
            let message = format!("`{}` is missing in {}", field.row.name, self.label);
            self.report_all(message);
        }
        self.get(field, about)
    }

    /// The entries of the base with the stage's over them, and those of `over` over both.
    pub(super) fn merged<T: 'static>(
        &mut self,
        field: Field<BTreeMap<String, T>>,
        over: Option<&'a DeTable<'i>>,
        about: &'static str,
    ) -> BTreeMap<String, T> {
        let layers = self.all(field, over, about);
        layers.into_iter().rev().flatten().collect()
    }

    /// Whether a layer has the key, good or bad.
    pub(super) fn has(&self, name: &str) -> bool {
        self.nodes(name).next().is_some()
    }

    /// How many items a list has as it is written, good or bad.
    pub(super) fn written(&self, name: &str) -> Option<usize> {
        let list = self.nodes(name).next()?.get_ref().as_array()?;
        Some(list.len())
    }

    /// Where the value stands, or else the section.
    pub(super) fn place(&self, name: &str) -> Range<usize> {
        let node = self.nodes(name).next();
        node.map_or_else(|| self.span(), |node| node.span())
    }

    /// Reports something about a key.
    pub(super) fn report(&mut self, name: &str, message: impl Into<String>) {
        self.report_at(self.place(name), message);
    }

    /// Reports something about the section.
    pub(super) fn report_all(&mut self, message: impl Into<String>) {
        self.report_at(self.span(), message);
    }

    /// Reports something at a place.
    pub(super) fn report_at(&mut self, place: Range<usize>, message: impl Into<String>) {
        self.problems.report(place, message);
    }

    fn nodes(&self, name: &str) -> impl Iterator<Item = &'a TomlNode<'i>> {
        let layers = self.layers.iter();
        layers.filter_map(move |layer| layer.get_ref().as_table()?.get(name))
    }

    fn span(&self) -> Range<usize> {
        self.layers.first().map_or(0..0, |layer| layer.span())
    }
}

/// What reads a section, once its value is dropped.
pub(super) type Read = fn(&mut Section<'_, '_>);

/// The keys of a section: what `read` asks an empty one for.
pub(super) fn rows(read: impl FnOnce(&mut Section<'_, '_>)) -> Vec<Row> {
    let mut problems = Problems::new("", Utf8Path::new(""));
    Section::read("", Vec::new(), &mut problems, |section| {
        read(section);
        std::mem::take(&mut section.rows)
    })
}

/// The JSON Schema of a table with these keys.
pub(super) fn schema(rows: Vec<Row>) -> Value {
    let required = rows.iter().filter(|row| row.required);
    let required: Vec<String> = required.map(|row| row.name.clone()).collect();
    let properties: Map<String, Value> = rows.into_iter().map(Row::property).collect();
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    })
}

/// A key whose value is a table with keys of its own. `example` says in TOML what is allowed.
pub(super) fn table<T: 'static>(
    name: &str,
    example: &'static str,
    read: fn(&mut Section<'_, '_>) -> Option<T>,
) -> Field<T> {
    let keys = rows(|section| drop(read(section)));
    let words = keys.iter();
    let words: Vec<String> = words
        .map(|row| format!("{} {}", row.name, row.allowed))
        .collect();
    let allowed = format!("`{example}`; {}", words.join("; "));
    let schema = schema(keys);
    Field::new(
        name,
        "table",
        allowed,
        schema,
        move |row, node, problems| {
            if !node.get_ref().is_table() {
                problems.refuse(&row.name, node.span(), example);
                return None;
            }
            Section::read(&format!("`{}`", row.name), vec![node], problems, read)
        },
    )
}

/// Reports each key that is not one of `allowed`, with the one that was probably meant.
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

/// Which of `allowed` was probably meant, in words; empty where none is near.
pub(super) fn nearest(text: &str, allowed: &[&str]) -> String {
    // Longer than any key by far: not a slip of the finger, and costly to compare.
    if text.len() > 40 {
        return String::new();
    }
    let close = similar::get_close_matches(text, allowed, 1, 0.6);
    close
        .first()
        .map_or_else(String::new, |key| format!(" did you mean `{key}`?"))
}
