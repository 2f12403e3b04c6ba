//! An account's content, as another client than the program's own sees it.
use serde_json::{Value, json};

use super::boto::Place;
use super::diff;

/// Roles, policies, queues, functions, REST APIs (with resources, methods, stages, deployments), API keys, usage
/// plans, log groups and the API Gateway account settings of one region. Two with nothing done in between are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Inventory(pub Value);

impl Inventory {
    /// Reads all of it.
    #[track_caller]
    pub fn take(aws: &Place) -> Self {
        Self(aws.call("inventory", "Take", json!({})))
    }

    /// The names of one kind: `roles`, `policies`, `queues`, `functions`, `rest_apis`, `api_keys`, `usage_plans` or
    /// `log_groups`. The second thing of a name shows as `name #2`.
    pub fn names(&self, kind: &str) -> Vec<String> {
        let things = self.0[kind]
            .as_object()
            .unwrap_or_else(|| panic!("no kind {kind}"));
        things.keys().cloned().collect()
    }

    /// Kinds and names alone, without ids, dates and details: equal for two stacks made apart.
    pub fn shape(&self) -> Value {
        let kinds = self
            .0
            .as_object()
            .unwrap()
            .keys()
            .filter(|kind| *kind != "account");
        kinds
            .map(|kind| (kind.clone(), json!(self.names(kind))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// How many things there are of all kinds together.
    pub fn len(&self) -> usize {
        self.0
            .as_object()
            .unwrap()
            .keys()
            .filter(|kind| *kind != "account")
            .map(|kind| self.names(kind).len())
            .sum()
    }

    /// Whether nothing is there (the account's settings aside).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The things of each kind whose name contains `part`.
    pub fn matching(&self, part: &str) -> Self {
        let mut kept = self.0.clone();
        for (kind, things) in kept.as_object_mut().unwrap() {
            if let Some(things) = things.as_object_mut().filter(|_| kind != "account") {
                things.retain(|name, _| name.contains(part));
            }
        }
        Self(kept)
    }

    /// Fails with the differing lines when the two are not the same.
    #[track_caller]
    pub fn assert_same(&self, other: &Self) {
        diff::assert_same("inventory", &self.0, &other.0);
    }

    /// Fails with the differing names when the two don't hold the same kinds of things under the same names.
    #[track_caller]
    pub fn assert_same_shape(&self, other: &Self) {
        diff::assert_same("inventory (names)", &self.shape(), &other.shape());
    }
}
