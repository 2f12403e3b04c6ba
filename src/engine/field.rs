//! Managed fields as data: a resource lists each of its fields once, and diff, patch operations and
//! the choice of calls all follow from that list.
//!
//! A field's second half, [`Set`], cannot be left out: it says which call brings the field from what
//! was found to what is wanted, or that AWS has no such call. A table is a `const` of plain
//! functions, so each line can be found with grep and stepped into.

use super::{Change, Cx, Error, Resource};
use futures::future::BoxFuture;
use serde_json::{Value as Document, json};
use std::collections::{BTreeMap, BTreeSet};

/// One managed field of the resource `R`.
pub(crate) struct Field<R: Resource> {
    /// AWS's name, as a plan shows it: `throttle.rateLimit`.
    pub name: &'static str,
    value: Value<R::State>,
    set: Set<R>,
}

/// How a field's value is read from a state.
enum Value<S> {
    /// One value as text; `None` where it is not set.
    Text(fn(&S) -> Option<String>),
    /// A JSON document, with the comparison that AWS's own reading of it asks for.
    Document(
        fn(&S) -> Option<&Document>,
        fn(&Document, &Document) -> bool,
    ),
    /// Named values, exactly these: a plan shows `Environment QUEUE_URL`.
    Entries(fn(&S) -> &BTreeMap<String, String>),
    /// Named values at least; what others put beside them stays. A plan shows `tag team`.
    AtLeast(fn(&S) -> &BTreeMap<String, String>),
    /// Items without an order, added and removed one by one.
    Items(fn(&S) -> &BTreeSet<String>),
}

/// What makes a field as wanted.
pub(crate) enum Set<R: Resource> {
    /// This call, once for all of its fields that differ.
    By(&'static Call<R>),
    /// A patch operation in this call.
    Patch(&'static Call<R>, Patch),
    /// AWS cannot change it: the resource is deleted and created again, which loses what is in it.
    Replace,
    /// The same where nothing is lost by it.
    ReplaceLossless,
    /// Nothing but time: AWS is at work on it.
    Waiting(&'static Call<R>),
}

/// Where API Gateway's patch operations find a field.
#[derive(Clone, Copy)]
pub(crate) struct Patch {
    /// `/throttle/rateLimit`
    pub path: &'static str,
    /// The path that takes it away, where that is another: a quota goes as a whole.
    pub removal: &'static str,
    /// Whether a value that is not there yet is added; some paths take a replacement alone.
    pub is_added: bool,
}

impl Patch {
    pub(crate) const fn at(path: &'static str) -> Self {
        Self {
            path,
            removal: path,
            is_added: true,
        }
    }

    /// A path that is there whether it was set or not.
    pub(crate) const fn replaced(path: &'static str) -> Self {
        Self {
            path,
            removal: path,
            is_added: false,
        }
    }

    pub(crate) const fn removed_by(mut self, path: &'static str) -> Self {
        self.removal = path;
        self
    }
}

/// Makes a call: on a resource, from what was found (third) to what is wanted (fourth).
type Run<R> = for<'a> fn(
    &'a R,
    &'a Cx,
    &'a <R as Resource>::State,
    &'a <R as Resource>::State,
) -> BoxFuture<'a, Result<(), Error>>;

/// One call that changes fields of a resource that is there.
pub(crate) struct Call<R: Resource> {
    /// AWS's name of the operation. The calls of one table differ in it.
    pub operation: &'static str,
    pub run: Run<R>,
}

impl<R: Resource> Field<R> {
    pub(crate) const fn text(
        name: &'static str,
        value: fn(&R::State) -> Option<String>,
        set: Set<R>,
    ) -> Self {
        Self {
            name,
            value: Value::Text(value),
            set,
        }
    }

    pub(crate) const fn document(
        name: &'static str,
        value: fn(&R::State) -> Option<&Document>,
        equivalent: fn(&Document, &Document) -> bool,
        set: Set<R>,
    ) -> Self {
        Self {
            name,
            value: Value::Document(value, equivalent),
            set,
        }
    }

    pub(crate) const fn entries(
        name: &'static str,
        value: fn(&R::State) -> &BTreeMap<String, String>,
        set: Set<R>,
    ) -> Self {
        Self {
            name,
            value: Value::Entries(value),
            set,
        }
    }

    pub(crate) const fn at_least(
        name: &'static str,
        value: fn(&R::State) -> &BTreeMap<String, String>,
        set: Set<R>,
    ) -> Self {
        Self {
            name,
            value: Value::AtLeast(value),
            set,
        }
    }

    pub(crate) const fn items(
        name: &'static str,
        value: fn(&R::State) -> &BTreeSet<String>,
        set: Set<R>,
    ) -> Self {
        Self {
            name,
            value: Value::Items(value),
            set,
        }
    }

    /// Its value in a state, as data; `None` where it is not set.
    fn told(&self, state: &R::State) -> Option<Document> {
        match &self.value {
            Value::Text(value) => value(state).map(Document::String),
            Value::Document(value, _) => value(state).cloned(),
            Value::Entries(value) | Value::AtLeast(value) => Some(json!(value(state))),
            Value::Items(value) => Some(json!(value(state))),
        }
    }

    /// What sets it, in a word, for a test of all tables.
    #[cfg(test)]
    pub(crate) fn set_by(&self) -> String {
        match &self.set {
            Set::By(call) | Set::Waiting(call) => call.operation.to_owned(),
            Set::Patch(call, patch) => format!("{} {}", call.operation, patch.path),
            Set::Replace | Set::ReplaceLossless => "replace".to_owned(),
        }
    }

    fn changes(&self, found: &R::State, wanted: &R::State) -> Vec<Change> {
        let changes = match &self.value {
            Value::Text(value) => Change::of(self.name, value(found), value(wanted))
                .into_iter()
                .collect(),
            Value::Document(value, equivalent) => {
                document_change(self.name, value(found), value(wanted), *equivalent)
                    .into_iter()
                    .collect()
            }
            Value::Entries(value) => entry_changes(self.name, value(found), value(wanted), true),
            Value::AtLeast(value) => entry_changes(self.name, value(found), value(wanted), false),
            Value::Items(value) => item_changes(self.name, value(found), value(wanted)),
        };
        let mark = |change: Change| match self.set {
            Set::Replace => change.replacing(),
            Set::ReplaceLossless => change.replacing_lossless(),
            Set::By(_) | Set::Patch(..) | Set::Waiting(_) => change,
        };
        changes.into_iter().map(mark).collect()
    }

    fn call(&self) -> Option<&'static Call<R>> {
        match self.set {
            Set::By(call) | Set::Patch(call, _) | Set::Waiting(call) => Some(call),
            Set::Replace | Set::ReplaceLossless => None,
        }
    }
}

/// A field that differs, with the way to patch it where API Gateway has one.
pub(crate) struct Changed {
    pub change: Change,
    pub patch: Option<Patch>,
    /// Whether it is one item of a list.
    pub item: bool,
}

/// The fields of a state that are set, in the order of the table.
pub(super) fn told<R: Resource>(state: &R::State) -> Vec<(String, Document)> {
    let fields = R::FIELDS.iter();
    let told = fields.filter_map(|field| Some((field.name.to_owned(), field.told(state)?)));
    told.collect()
}

/// The changes of all fields of `R`, in the order of its table.
pub(crate) fn diff<R: Resource>(found: &R::State, wanted: &R::State) -> Vec<Change> {
    let changes = R::FIELDS.iter().map(|field| field.changes(found, wanted));
    changes.flatten().collect()
}

/// The fields that differ and are set by `operation`.
pub(crate) fn changed<R: Resource>(
    operation: &str,
    found: &R::State,
    wanted: &R::State,
) -> Vec<Changed> {
    let set = R::FIELDS.iter().filter(|field| {
        let call = field.call();
        call.is_some_and(|call| call.operation == operation)
    });
    let changed = set.flat_map(|field| {
        let item = matches!(field.value, Value::Items(_));
        let patch = match field.set {
            Set::Patch(_, patch) => Some(patch),
            _ => None,
        };
        let of = move |change| Changed {
            change,
            patch,
            item,
        };
        field.changes(found, wanted).into_iter().map(of)
    });
    changed.collect()
}

/// Makes the calls that the differing fields need: each once, in the order of the table.
pub(crate) async fn make_calls<R: Resource>(
    resource: &R,
    cx: &Cx,
    found: &R::State,
    wanted: &R::State,
) -> Result<(), Error> {
    let mut made = BTreeSet::new();
    for field in R::FIELDS {
        let Some(call) = field.call() else { continue };
        if !made.contains(call.operation) && !field.changes(found, wanted).is_empty() {
            made.insert(call.operation);
            (call.run)(resource, cx, found, wanted).await?;
        }
    }
    Ok(())
}

fn document_change(
    name: &str,
    before: Option<&Document>,
    after: Option<&Document>,
    equivalent: fn(&Document, &Document) -> bool,
) -> Option<Change> {
    match (before, after) {
        (Some(before), Some(after)) if equivalent(before, after) => None,
        (before, after) => Change::of(name, before.map(pretty), after.map(pretty)),
    }
}

fn pretty(document: &Document) -> String {
    // `{:#}` of a JSON value is its indented form.
    format!("{document:#}")
}

fn entry_changes(
    name: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    exactly: bool,
) -> Vec<Change> {
    let set = after.iter().filter_map(|(key, value)| {
        Change::of(
            format!("{name} {key}"),
            before.get(key).cloned(),
            Some(value.clone()),
        )
    });
    let extra = before
        .iter()
        .filter(|(key, _)| exactly && !after.contains_key(*key));
    let removed = extra.map(|(key, value)| Change::removed(format!("{name} {key}"), value));
    set.chain(removed).collect()
}

fn item_changes(name: &str, before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<Change> {
    let added = after.difference(before);
    let removed = before.difference(after);
    let added = added.map(|item| Change::added(name, item));
    added
        .chain(removed.map(|item| Change::removed(name, item)))
        .collect()
}
