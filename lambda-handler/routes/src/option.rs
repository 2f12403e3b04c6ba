//! The options that a route can open to its callers.

use serde::{Deserialize, Serialize};

/// The options of Celery's `apply_async` that a route can open to its callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum OptionName {
    /// Run at this moment: RFC 3339 text with a time zone.
    Eta,
    /// Drop the task when it has not started by then: RFC 3339 text with a time zone.
    Expires,
    /// Run after this many seconds.
    Countdown,
    /// The caller's own task id.
    TaskId,
    /// Kill the task after this many seconds.
    TimeLimit,
    /// Raise `SoftTimeLimitExceeded` in the task after this many seconds.
    SoftTimeLimit,
}

impl OptionName {
    /// Every option with its key, in the order of the documentation.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("eta", Self::Eta),
        ("expires", Self::Expires),
        ("countdown", Self::Countdown),
        ("task_id", Self::TaskId),
        ("time_limit", Self::TimeLimit),
        ("soft_time_limit", Self::SoftTimeLimit),
    ];

    /// Every option, in the same order.
    pub const ALL: [Self; Self::NAMED.len()] = {
        let mut all = [Self::Eta; Self::NAMED.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = Self::NAMED[at].1;
            at += 1;
        }
        all
    };

    /// The option's key in gatewayq.toml, in `routes.json` and in a request's body.
    #[must_use]
    pub fn key(self) -> &'static str {
        // The table is in the order of the variants: a test checks it.
        Self::NAMED[self as usize].0
    }

    /// The option with that key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let mut named = Self::NAMED.into_iter();
        named.find(|(own, _)| *own == key).map(|(_, option)| option)
    }
}

impl TryFrom<String> for OptionName {
    type Error = String;

    fn try_from(key: String) -> Result<Self, String> {
        Self::from_key(&key).ok_or_else(|| format!("`{key}` is not an option of a task"))
    }
}

impl From<OptionName> for &'static str {
    fn from(option: OptionName) -> Self {
        option.key()
    }
}

#[cfg(test)]
mod tests {
    use super::OptionName;

    #[test]
    fn each_option_has_its_own_key() {
        for (place, (key, option)) in OptionName::NAMED.into_iter().enumerate() {
            assert_eq!((option as usize, option.key()), (place, key));
            assert_eq!(OptionName::from_key(key), Some(option));
        }
    }
}
