//! The function's versions and aliases as Lambda holds them.

use super::record::Record;
use crate::names::LIVE;
use crate::resources::support::UNKNOWN;
use crate::resources::{function, role};
use chrono::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// Published versions, and who names them.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// By number.
    pub all: BTreeMap<u64, Version>,
    /// By name.
    pub(super) aliases: BTreeMap<String, Alias>,
    /// The newest version's number, or that it is known after the deploy.
    pub(super) newest: Option<String>,
    pub(super) has_alias: bool,
}

/// One version: code and configuration that nobody can change.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// `None` where somebody else published it.
    pub record: Option<Record>,
    /// When it was published, as Lambda writes it: `2026-11-29T05:31:14.000+0000`.
    pub published: String,
    pub(super) function: function::State,
}

/// An alias: a name for a version that can change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alias {
    /// A number, or `$LATEST`.
    pub version: String,
    /// The share of requests that another version takes, from 0 to 1, by that version.
    pub weights: BTreeMap<String, f64>,
    pub description: String,
    /// Lambda's mark of what it is now: another one once somebody changes it.
    pub revision: Option<String>,
}

impl State {
    pub(super) fn new(all: BTreeMap<u64, Version>, aliases: BTreeMap<String, Alias>) -> Self {
        Self {
            newest: all.last_key_value().map(|(number, _)| number.to_string()),
            has_alias: aliases.contains_key(LIVE),
            all,
            aliases,
        }
    }

    /// The alias that the API invokes.
    pub(crate) fn live(&self) -> Option<&Alias> {
        self.aliases.get(LIVE)
    }

    /// The hash of the API's definition that a version is live with.
    pub(crate) fn definition_of(&self, version: &str) -> Option<&str> {
        let version = self.all.get(&version.parse().ok()?)?;
        Some(&version.record.as_ref()?.definition)
    }

    /// Whether an alias's requests, or most of them, reach this version.
    pub(crate) fn is_live(&self, number: u64) -> bool {
        self.live()
            .is_some_and(|live| live.version == number.to_string())
    }

    /// The version that was live before this one.
    pub(crate) fn before(&self, number: u64) -> Option<u64> {
        self.all.get(&number)?.record.as_ref()?.after
    }

    /// The versions from here that a stage which keeps so many has no use for. None that an alias names is among them, none of
    /// `live`, and not the one `before` which a rollback goes to, however many were published since and rolled back.
    pub(crate) fn old(
        &self,
        keep: i32,
        live: &BTreeSet<u64>,
        before: Option<u64>,
    ) -> BTreeSet<u64> {
        // One that is still to be published counts, too.
        let coming = self.newest.as_deref() == Some(UNKNOWN);
        let keep = usize::try_from(keep)
            .unwrap_or_default()
            .saturating_sub(usize::from(coming));
        let named = self.aliases.values().flat_map(Alias::versions);
        let named: BTreeSet<u64> = named.chain(live.iter().copied()).chain(before).collect();
        let ours = self.all.iter().rev();
        let ours = ours.filter(|(_, version)| version.record.is_some());
        let old = ours.map(|(number, _)| *number).skip(keep);
        old.filter(|number| !named.contains(number)).collect()
    }
}

impl Version {
    /// The ARN of its role.
    pub(crate) fn runs_as(&self) -> &str {
        self.function.role()
    }

    pub(crate) fn is_in_vpc(&self) -> bool {
        self.function.is_in_vpc()
    }

    /// Why it cannot run any more, beside what the function, and the role that gatewayq makes, are now.
    pub(crate) fn outlived(
        &self,
        function: &function::State,
        role: Option<&role::State>,
    ) -> Option<String> {
        let (then, now) = (self.function.role(), function.role());
        if then != now {
            return Some(format!(
                "it runs as {then}, which is not the function's role any more ({now})"
            ));
        }
        // Lambda's grant to read a version's environment is for a role's id.
        if role.is_some_and(|role| self.is_before(role.created)) {
            return Some(format!(
                "it was published before the role {now} was made anew, and Lambda lets it run as the one before alone"
            ));
        }
        let left = self.is_in_vpc() && !function.is_in_vpc();
        left.then(|| {
            "it is in a VPC, for which the function's role has no permission any more".to_owned()
        })
    }
}

impl Version {
    /// Whether it was published before that second since 1970, as far as Lambda says so.
    fn is_before(&self, second: i64) -> bool {
        let published = DateTime::parse_from_str(&self.published, "%Y-%m-%dT%H:%M:%S%.f%z");
        published.is_ok_and(|published| published.timestamp() < second)
    }
}

impl Alias {
    /// The numbers of all versions that requests may reach by it.
    pub(crate) fn versions(&self) -> impl Iterator<Item = u64> {
        let all = [&self.version].into_iter().chain(self.weights.keys());
        all.filter_map(|version| version.parse().ok())
    }
}
