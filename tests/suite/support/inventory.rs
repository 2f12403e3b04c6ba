//! An account's content, as another client than the program's own sees it.
use serde_json::{Value, json};

use super::boto::Place;
use super::diff;

/// Roles, policies, queues, functions, REST APIs (with resources, methods, stages, deployments), API keys, usage
/// plans, custom domain names (with what is mapped on them), log groups, alarms, tables and the API Gateway account settings of
/// one region. Two with nothing done in between are equal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inventory(pub Value);

impl Inventory {
    /// Reads all of it.
    #[track_caller]
    pub(crate) fn take(aws: &Place) -> Self {
        Self(aws.call("inventory", "Take", json!({})))
    }

    /// The names of one kind: `roles`, `policies`, `queues`, `functions`, `rest_apis`, `api_keys`, `usage_plans`,
    /// `domain_names`, `log_groups`, `alarms` or `tables`. The second thing of a name shows as `name #2`.
    pub(crate) fn names(&self, kind: &str) -> Vec<String> {
        let things = self.0[kind]
            .as_object()
            .unwrap_or_else(|| panic!("no kind {kind}"));
        things.keys().cloned().collect()
    }

    /// How many things there are of all kinds together.
    pub(crate) fn len(&self) -> usize {
        self.0
            .as_object()
            .unwrap()
            .keys()
            .filter(|kind| *kind != "account")
            .map(|kind| self.names(kind).len())
            .sum()
    }

    /// Whether nothing is there (the account's settings aside).
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fails with the differing lines when the two are not the same.
    #[track_caller]
    pub(crate) fn assert_same(&self, other: &Self) {
        diff::assert_same("inventory", &self.0, &other.0);
    }
}
