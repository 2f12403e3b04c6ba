//! `[app]`: the name and the tags.

use std::collections::BTreeMap;

use toml::de::DeTable;

use crate::config::aws;
use crate::config::keys::{Describe, Key, Text, TextMap};
use crate::config::names::{self, PAIR_MAX};
use crate::config::problems::Problems;
use crate::config::section::{Section, tables};

/// AWS allows 50 tags a resource; gatewayq adds up to five of its own (to the function).
const TAGS_MAX: usize = 45;

const NAME: Text = Text {
    name: "name",
    allowed: names::RULE,
    check: names::is_name,
    about: "Required. The application's name; part of the name of everything in AWS. With the stage's name \
            at most 46 characters.",
};

/// Also a key of a stage.
pub(in crate::config) const TAGS: TextMap = TextMap {
    name: "tags",
    allowed: "at most 45; keys of 1 to 128, values of at most 256 letters, digits, spaces or \
              `_ . : / = + - @`; no `aws:` or `gatewayq:` in front",
    check_name: aws::tag_name,
    check_value: aws::tag_value,
    about: "Tags on every resource, besides gatewayq's own.",
};

pub(in crate::config) const KEYS: &[&dyn Describe] = &[&NAME, &TAGS];

/// The name. `stage` is the one it has to fit together with.
pub(in crate::config) fn name(root: &DeTable<'_>, stage: &str, problems: &mut Problems) -> String {
    let layers = tables("app", &[root], problems);
    if !root.contains_key("app") {
        problems.report(
            0..0,
            "the section [app] with the application's `name` is missing",
        );
        return String::new();
    }
    let mut section = Section::open("[app]", KEYS, layers, problems);
    let name = section.require(&NAME).unwrap_or_default();
    let length = name.len() + stage.len();
    if length > PAIR_MAX {
        section.report(
            NAME.name,
            format!(
                "`name` and the stage's name `{stage}` have {length} characters together; \
                 allowed: {PAIR_MAX}, so that the names of roles fit 64"
            ),
        );
    }
    name
}

/// The tags of the app with the stage's over them.
pub(in crate::config) fn tags(
    root: &DeTable<'_>,
    stage: Option<&DeTable<'_>>,
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let app = root.get("app").and_then(|node| node.get_ref().as_table());
    let mut tags = BTreeMap::new();
    for table in app.into_iter().chain(stage) {
        let Some(node) = table.get(TAGS.name) else {
            continue;
        };
        tags.extend(TAGS.accept(node, problems).unwrap_or_default());
        if tags.len() > TAGS_MAX {
            let message = format!("`tags` has {}; allowed: at most {TAGS_MAX}", tags.len());
            problems.report(node.span(), message);
        }
    }
    tags
}
