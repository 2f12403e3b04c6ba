//! The name of a consumer.

use crate::config::{NAME_RULE, is_name};
use std::fmt;
use std::str::FromStr;

/// A consumer's name, under the rule of apps and stages: it becomes part of a key's name and tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consumer(String);

impl FromStr for Consumer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match is_name(text) {
            true => Ok(Self(text.to_owned())),
            false => Err(format!("allowed: {NAME_RULE}")),
        }
    }
}

impl fmt::Display for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Consumer {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Consumer;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_a_name() {
        assert!("mobile-app2".parse::<Consumer>().is_ok());
        for bad in ["", "Mobile", "a--b", "a b", "-a", "1a", "a\n", "é"] {
            assert!(bad.parse::<Consumer>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_passes(text in "\\PC{0,50}") {
            if let Ok(name) = text.parse::<Consumer>() {
                prop_assert!(name.as_ref().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            }
        }
    }
}
