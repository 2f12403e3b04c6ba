//! Numbers.

use toml::de::DeValue;

use super::{Describe, Key, Node, Row};
use crate::config::problems::Problems;

/// Days that CloudWatch Logs can keep a log group (PutRetentionPolicy).
const RETENTIONS: [i32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// A whole number between limits.
pub(in crate::config) struct Integer {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) unit: &'static str,
    pub(in crate::config) min: i32,
    pub(in crate::config) max: i32,
    pub(in crate::config) about: &'static str,
}

impl Integer {
    fn allowed(&self) -> String {
        format!("{} to {} ({})", self.min, self.max, self.unit)
    }
}

impl Describe for Integer {
    fn row(&self) -> Row {
        Row::plain(self.name, "integer", self.allowed(), self.about)
    }
}

impl Key for Integer {
    type Value = i32;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<i32> {
        let value = integer(node).filter(|value| (self.min..=self.max).contains(value));
        if value.is_none() {
            let allowed = match node.get_ref() {
                DeValue::Integer(_) => self.allowed(),
                _ => format!("an integer, {}", self.allowed()),
            };
            problems.refuse(self.name, node.span(), &allowed);
        }
        value
    }

    fn show(&self, value: &i32) -> String {
        value.to_string()
    }
}

/// A log group's retention in days: one of CloudWatch's steps.
pub(in crate::config) struct Days {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) about: &'static str,
}

impl Days {
    fn allowed() -> String {
        let steps: Vec<String> = RETENTIONS.iter().map(i32::to_string).collect();
        format!("{} (days)", steps.join(", "))
    }
}

impl Describe for Days {
    fn row(&self) -> Row {
        Row::plain(self.name, "integer", Self::allowed(), self.about)
    }
}

impl Key for Days {
    type Value = i32;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<i32> {
        let value = integer(node).filter(|value| RETENTIONS.contains(value));
        if value.is_none() {
            problems.refuse(self.name, node.span(), &Self::allowed());
        }
        value
    }

    fn show(&self, value: &i32) -> String {
        value.to_string()
    }
}

/// A number above 0, with or without a fraction.
pub(in crate::config) struct Number {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) unit: &'static str,
    pub(in crate::config) max: f64,
    pub(in crate::config) about: &'static str,
}

impl Number {
    fn allowed(&self) -> String {
        format!("a number above 0, at most {} ({})", self.max, self.unit)
    }
}

impl Describe for Number {
    fn row(&self) -> Row {
        Row::plain(self.name, "number", self.allowed(), self.about)
    }
}

impl Key for Number {
    type Value = f64;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<f64> {
        let value = match node.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => integer(node).map(f64::from),
        };
        // Infinity and NaN fail the comparison.
        let value = value.filter(|value: &f64| *value > 0.0 && *value <= self.max);
        if value.is_none() {
            problems.refuse(self.name, node.span(), &self.allowed());
        }
        value
    }

    fn show(&self, value: &f64) -> String {
        value.to_string()
    }
}

/// The integer, in whatever base it is written, if it fits 32 bits.
fn integer(node: &Node<'_>) -> Option<i32> {
    let integer = node.get_ref().as_integer()?;
    i32::from_str_radix(integer.as_str(), integer.radix()).ok()
}
