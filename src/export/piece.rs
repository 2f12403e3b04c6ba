//! The stack's resources as they are wanted, from which each format takes field by field. What it does not take is
//! left over, and told.

use super::token::{self, ACCOUNT, PARTITION, REGION};
use crate::aws::{Aws, Identity};
use crate::build::Upload;
use crate::config::Settings;
use crate::engine::{Described, MaxWait, NodeId, Runtime};
use crate::policies::RenderError;
use crate::resources::{Lists, Whose};
use crate::stack::{self, Purpose, Stack};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Where an export is for.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub identity: Identity,
    pub region: String,
}

impl Place {
    /// Any account and Region: the format's own words stand for both.
    pub(crate) fn any() -> Self {
        Self {
            identity: Identity {
                account: token::of(ACCOUNT),
                partition: token::of(PARTITION),
                caller_arn: String::new(),
            },
            region: token::of(REGION),
        }
    }
}

/// A resource, with the fields that nobody has taken yet.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub node: NodeId,
    pub kind: &'static str,
    pub name: String,
    pub depends_on: Vec<NodeId>,
    fields: BTreeMap<String, Value>,
    #[cfg(test)]
    pub resource: &'static str,
}

/// What is left of a piece: a field that a format has no place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Untaken {
    pub resource: String,
    pub field: String,
}

/// All that the stack wants, what others depend on first.
///
/// # Errors
/// A policy template that cannot be filled in.
pub(super) fn pieces(
    settings: &Settings,
    place: &Place,
    upload: &Upload,
) -> Result<Vec<Piece>, RenderError> {
    let aws = Aws::unasked(place.identity.clone(), place.region.clone());
    let runtime = Runtime {
        aws: Arc::new(aws),
        events: Arc::new(|_| ()),
        cancel: CancellationToken::new(),
        max_wait: MaxWait::default(),
    };
    let lists = Lists::new(&Whose::Stage(stack::names(&runtime, settings)));
    let purpose = Purpose::Deploy(upload.clone(), None);
    let stack = Stack::sharing(lists, &runtime, settings, &purpose)?;
    let described = stack
        .graph
        .describe(|node, name| token::of(&token::key(node, name)));
    Ok(described.into_iter().map(Piece::new).collect())
}

impl Piece {
    fn new(described: Described) -> Self {
        Self {
            node: described.node,
            kind: described.kind,
            name: described.name,
            depends_on: described.depends_on,
            fields: described.fields.into_iter().collect(),
            #[cfg(test)]
            resource: described.resource,
        }
    }

    /// `queue shop-dev.fifo`
    pub(super) fn what(&self) -> String {
        format!("{} {}", self.kind, token::shown(&self.name))
    }

    /// The token of an identifier of its own.
    pub(super) fn own(&self, identifier: &str) -> String {
        token::of(&token::key(self.node, identifier))
    }

    #[cfg(test)]
    pub(super) fn put(&mut self, field: &str, value: Value) {
        self.fields.insert(field.to_owned(), value);
    }

    /// A field as it is; `Null` where it is not set.
    pub(super) fn take(&mut self, field: &str) -> Value {
        self.fields.remove(field).unwrap_or_default()
    }

    /// A field that is a number or `true` or `false`: plans show those as text.
    pub(super) fn scalar(&mut self, field: &str) -> Value {
        scalar(self.take(field))
    }

    /// A text; `Null` where it is empty, too.
    pub(super) fn text(&mut self, field: &str) -> Value {
        let text = self.take(field);
        if text == "" { Value::Null } else { text }
    }

    /// Named values.
    pub(super) fn entries(&mut self, field: &str) -> BTreeMap<String, String> {
        serde_json::from_value(self.take(field)).unwrap_or_default()
    }

    /// A list; `Null` where nothing is in it.
    pub(super) fn items(&mut self, field: &str) -> Value {
        let items = self.take(field);
        match items.as_array() {
            Some(all) if all.is_empty() => Value::Null,
            _ => items,
        }
    }

    /// The user's own tags. By those of gatewayq it finds what is its own, which this is not any more.
    pub(super) fn tags(&mut self) -> BTreeMap<String, String> {
        let mut tags = self.entries("tag");
        tags.retain(|key, _| !key.starts_with(OWN_TAGS));
        tags
    }

    /// Fields that tell how the resource is, and not how it is to be.
    pub(super) fn pass_over(&mut self, fields: &[&str]) {
        for field in fields {
            self.fields.remove(*field);
        }
    }

    /// The names of the fields that are left.
    pub(super) fn names(&self) -> Vec<String> {
        self.fields.keys().cloned().collect()
    }

    /// What is left of one whose kind a format does not know.
    pub(super) fn unknown(&self) -> Vec<Untaken> {
        vec![Untaken {
            resource: self.what(),
            field: "all of it".to_owned(),
        }]
    }

    pub(super) fn untaken(self) -> impl Iterator<Item = Untaken> {
        let resource = self.what();
        self.fields.into_keys().map(move |field| Untaken {
            resource: resource.clone(),
            field,
        })
    }
}

/// What the tags begin with by which gatewayq finds its own.
pub(super) const OWN_TAGS: &str = "gatewayq:";

/// A number, `true` or `false` out of its text; anything else stays as it is.
pub(super) fn scalar(text: Value) -> Value {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let read = text.as_str().and_then(read);
    let read = read.filter(|value| value.is_number() || value.is_boolean());
    // 10.0 is 10 wherever it is read as a number, and looks better.
    match read.as_ref().and_then(Value::as_f64) {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => Value::from(number as i64),
        _ => read.unwrap_or(text),
    }
}

/// Name and type of the table's one key, which a plan shows as `id HASH`.
pub(super) fn key(table: &mut Piece) -> (String, String) {
    let schema = table.take("KeySchema");
    let (name, kind) = schema
        .as_str()
        .and_then(|text| text.split_once(' '))
        .unwrap_or_default();
    (name.to_owned(), kind.to_owned())
}

/// An object without what is `Null` in it.
pub(super) fn set(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_null());
    let map: Map<String, Value> = pairs
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_truth_come_out_of_their_texts_and_nothing_else_does() {
        for (text, value) in [
            ("256", json!(256)),
            ("1.5", json!(1.5)),
            ("3.0", json!(3)),
            ("true", json!(true)),
            ("ERROR", json!("ERROR")),
            ("[1]", json!("[1]")),
            ("", json!("")),
        ] {
            assert_eq!(scalar(json!(text)), value);
        }
    }
}
