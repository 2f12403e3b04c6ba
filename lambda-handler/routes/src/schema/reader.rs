//! A schema on its way to rules, keyword by keyword; `keywords` has those that stand for themselves.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::check::shown;
use super::keywords::{self, SINGLE};
use super::pattern::Pattern;
use super::place::below;
use super::rule::Rule;
use super::{Id, graph};

/// What was read so far. Places (`at`) are JSON pointers.
#[derive(Default)]
pub(super) struct Reader {
    schemas: Vec<Vec<Rule>>,
    ids: BTreeMap<String, Id>,
    /// Where each `$ref` stands and where it leads; until all schemas are read, [`Rule::Ref`] counts these.
    refs: Vec<(String, String)>,
    wrong: Vec<(String, String)>,
}

impl Reader {
    /// The rules of a file's schema and of those within it, in this order; or what is wrong, each with its place.
    pub(super) fn read(value: &Value) -> Result<Vec<Vec<Rule>>, Vec<(String, String)>> {
        let mut reader = Self::default();
        reader.schema(value, "");
        reader.resolve();
        if reader.wrong.is_empty()
            && let Some(id) = graph::endless(&reader.schemas)
        {
            let at = reader.ids.iter().find(|(_, own)| **own == id);
            let at = at.map(|(at, _)| at.clone()).unwrap_or_default();
            reader.report(&at, "goes round in a circle of references");
        }
        match reader.wrong.is_empty() {
            true => Ok(reader.schemas),
            false => Err(reader.wrong),
        }
    }

    /// Reads a schema and those within it.
    pub(super) fn schema(&mut self, value: &Value, at: &str) -> Id {
        let id = self.schemas.len();
        self.schemas.push(Vec::new());
        self.ids.insert(at.to_owned(), id);
        let rules = match value {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![Rule::Never],
            Value::Object(keywords) => self.rules(keywords, at),
            other => {
                self.refuse(at, other, "an object, true or false");
                Vec::new()
            }
        };
        self.schemas[id] = rules;
        id
    }

    fn rules(&mut self, keywords: &Map<String, Value>, at: &str) -> Vec<Rule> {
        keywords::check(self, keywords, at);
        let mut rules = Vec::new();
        for (name, read) in SINGLE {
            if let Some(value) = keywords.get(*name) {
                rules.extend(read(self, value, &below(at, name)));
            }
        }
        rules.extend(self.properties(keywords, at));
        rules.extend(self.items(keywords, at));
        rules.extend(self.contains(keywords, at));
        rules.extend(self.condition(keywords, at));
        rules
    }

    fn properties(&mut self, keywords: &Map<String, Value>, at: &str) -> Option<Rule> {
        let group = ["properties", "patternProperties", "additionalProperties"];
        let [named, patterns, rest] = group.map(|name| keywords.get(name));
        named.or(patterns).or(rest)?;
        let [named_at, patterns_at, rest_at] = group.map(|name| below(at, name));
        let patterns = patterns.map_or_else(Vec::new, |value| self.named(value, &patterns_at));
        let patterns = patterns.into_iter().filter_map(|(text, id)| {
            let pattern = self.pattern(&text, &below(&patterns_at, &text));
            Some((pattern?, id))
        });
        Some(Rule::Properties {
            patterns: patterns.collect(),
            named: named.map_or_else(Vec::new, |value| self.named(value, &named_at)),
            rest: rest.map(|value| self.schema(value, &rest_at)),
        })
    }

    fn items(&mut self, keywords: &Map<String, Value>, at: &str) -> Option<Rule> {
        let (first, rest) = (keywords.get("prefixItems"), keywords.get("items"));
        (first.is_some() || rest.is_some()).then(|| Rule::Items {
            first: first.map_or_else(Vec::new, |list| self.list(list, &below(at, "prefixItems"))),
            rest: rest.map(|value| self.schema(value, &below(at, "items"))),
        })
    }

    fn contains(&mut self, keywords: &Map<String, Value>, at: &str) -> Option<Rule> {
        let [min, max] = ["minContains", "maxContains"].map(|name| {
            let at = below(at, name);
            if !keywords.contains_key("contains") && keywords.contains_key(name) {
                self.report(&at, "does nothing without `contains`");
            }
            keywords.get(name).and_then(|value| self.count(value, &at))
        });
        let schema = self.schema(keywords.get("contains")?, &below(at, "contains"));
        let min = min.unwrap_or(1);
        Some(Rule::Contains { schema, min, max })
    }

    fn condition(&mut self, keywords: &Map<String, Value>, at: &str) -> Option<Rule> {
        let [test, then, or_else] = ["if", "then", "else"].map(|name| {
            let at = below(at, name);
            keywords
                .get(name)
                .map(|value| (self.schema(value, &at), at))
        });
        match (test, then, or_else) {
            (None, None, None) => None,
            (Some((_, at)), None, None) => {
                self.report(&at, "does nothing without `then` or `else`");
                None
            }
            (None, then, or_else) => {
                for (_, at) in then.into_iter().chain(or_else) {
                    self.report(&at, "does nothing without `if`");
                }
                None
            }
            (Some((test, _)), then, or_else) => Some(Rule::If {
                test,
                then: then.map(|(id, _)| id),
                or_else: or_else.map(|(id, _)| id),
            }),
        }
    }

    /// The schemas of an object, in the order of their names.
    pub(super) fn named(&mut self, value: &Value, at: &str) -> Vec<(String, Id)> {
        let Value::Object(entries) = value else {
            self.refuse(at, value, "an object of schemas");
            return Vec::new();
        };
        let schemas = entries.iter();
        let mut schemas: Vec<_> = schemas
            .map(|(name, value)| (name.clone(), self.schema(value, &below(at, name))))
            .collect();
        schemas.sort();
        schemas
    }

    /// The schemas of an array.
    pub(super) fn list(&mut self, value: &Value, at: &str) -> Vec<Id> {
        match value {
            Value::Array(list) if !list.is_empty() => {
                let places = list.iter().enumerate();
                let ids = places.map(|(n, value)| self.schema(value, &format!("{at}/{n}")));
                ids.collect()
            }
            _ => {
                self.refuse(at, value, "an array of at least one schema");
                Vec::new()
            }
        }
    }

    /// A whole number, zero or more; `2.0` is one too.
    pub(super) fn count(&mut self, value: &Value, at: &str) -> Option<usize> {
        let float = value.as_f64().filter(|number| number.fract() == 0.0);
        let float = float.filter(|number| (0.0..=1e15).contains(number));
        let whole = value
            .as_u64()
            .and_then(|number| usize::try_from(number).ok());
        #[expect(clippy::cast_sign_loss, reason = "it is not below zero")]
        let count = whole.or_else(|| float.map(|number| number as usize));
        if count.is_none() {
            self.refuse(at, value, "a whole number, 0 or more");
        }
        count
    }

    pub(super) fn pattern(&mut self, text: &str, at: &str) -> Option<Pattern> {
        let pattern = Pattern::new(text);
        pattern
            .map_err(|why| self.report(at, &format!("is not an expression that is read: {why}")))
            .ok()
    }

    /// The rule of a `$ref`.
    pub(super) fn reference(&mut self, target: &str, at: &str) -> Option<Rule> {
        let Some(fragment) = target.strip_prefix('#') else {
            self.report(
                at,
                "leads out of this file; allowed: `#`, or `#/` and the way to a schema",
            );
            return None;
        };
        let pointer = percent_decode_str(fragment).decode_utf8_lossy();
        self.refs.push((at.to_owned(), pointer.into_owned()));
        Some(Rule::Ref(self.refs.len() - 1))
    }

    /// Gives each `$ref` the schema that it leads to.
    fn resolve(&mut self) {
        let mut targets = Vec::new();
        for (at, pointer) in std::mem::take(&mut self.refs) {
            let target = self.ids.get(&pointer).copied();
            if target.is_none() {
                self.report(&at, "leads to no schema of this file");
            }
            targets.push(target.unwrap_or_default());
        }
        for rule in self.schemas.iter_mut().flatten() {
            if let Rule::Ref(id) = rule {
                *id = targets[*id];
            }
        }
    }

    /// Adds a fault.
    pub(super) fn report(&mut self, at: &str, message: &str) {
        let name = match at {
            "" => "the schema".to_owned(),
            at => format!("`{}`", shown(at)),
        };
        self.wrong
            .push((at.to_owned(), format!("{name} {message}")));
    }

    /// Adds "(place) is (value); allowed: …".
    pub(super) fn refuse(&mut self, at: &str, value: &Value, allowed: &str) {
        let value = shown(&value.to_string());
        self.report(at, &format!("is {value}; allowed: {allowed}"));
    }
}
