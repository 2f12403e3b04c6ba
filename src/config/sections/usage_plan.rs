//! `[usage_plan]`: the limits of each API key.

use crate::config::keys::{Choice, Describe, Integer, Key, Node, Number, Or, Row};
use crate::config::problems::Problems;
use crate::config::section::Section;
use crate::config::settings::{Period, Quota, UsagePlan};

const RATE: Or<Number> = Or(
    Number {
        name: "rate",
        unit: "requests a second",
        max: 1_000_000.0,
        about: "What a key may ask for in the long run.",
    },
    || 10.0,
);
const BURST: Or<Integer> = Or(
    Integer {
        name: "burst",
        unit: "requests",
        min: 1,
        max: 1_000_000,
        about: "What a key may ask for at once.",
    },
    || 20,
);
const QUOTA: QuotaKey = QuotaKey { name: "quota" };

const LIMIT: Integer = Integer {
    name: "limit",
    unit: "requests",
    min: 1,
    max: i32::MAX,
    about: "",
};
const PERIOD: Choice<Period> = Choice {
    name: "period",
    options: &[
        ("day", Period::Day),
        ("week", Period::Week),
        ("month", Period::Month),
    ],
    about: "",
};

pub(in crate::config) const KEYS: &[&dyn Describe] = &[&RATE, &BURST, &QUOTA];

/// Reads the section.
pub(in crate::config) fn read(mut section: Section<'_, '_>) -> UsagePlan {
    UsagePlan {
        rate: section.value(&RATE),
        burst: section.value(&BURST),
        quota: section.get(&QUOTA),
    }
}

/// `{ limit = 1000, period = "day" }`
struct QuotaKey {
    name: &'static str,
}

impl Describe for QuotaKey {
    fn row(&self) -> Row {
        Row {
            name: self.name,
            kind: "table",
            default: String::new(),
            allowed: "`{ limit = 1000, period = \"day\" }`; limit 1 to 2147483647 (requests), \
                      period \"day\", \"week\" or \"month\""
                .to_owned(),
            about: "What a key may ask for in a period; without it, no limit.",
        }
    }
}

impl Key for QuotaKey {
    type Value = Quota;

    fn name(&self) -> &'static str {
        self.name
    }

    fn accept(&self, node: &Node<'_>, problems: &mut Problems) -> Option<Quota> {
        if !node.get_ref().is_table() {
            problems.refuse(self.name, node.span(), "{ limit = 1000, period = \"day\" }");
            return None;
        }
        quota(node, problems)
    }

    fn show(&self, _: &Quota) -> String {
        String::new()
    }
}

fn quota<'i>(node: &Node<'i>, problems: &mut Problems) -> Option<Quota> {
    let mut section = Section::open("`quota`", &[&LIMIT, &PERIOD], vec![node], problems);
    let (limit, period) = (section.require(&LIMIT), section.require(&PERIOD));
    Some(Quota {
        limit: limit?,
        period: period?,
    })
}
