//! Where in a JSON text a value stands.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The place of `part` below another, as a JSON pointer.
pub(super) fn below(at: &str, part: &str) -> String {
    format!("{at}/{}", part.replace('~', "~0").replace('/', "~1"))
}

/// Line and column, from 1, of the value that a JSON pointer leads to.
pub(super) fn of(text: &str, pointer: &str) -> (usize, usize) {
    let before = &text[..offset(text, pointer).unwrap_or_default()];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

/// The first byte of the value.
fn offset(text: &str, pointer: &str) -> Option<usize> {
    let mut value: &RawValue = serde_json::from_str(text).ok()?;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let raw = value.get();
        value = match raw.starts_with('[') {
            true => {
                let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
                items.get(part.parse::<usize>().ok()?).copied()?
            }
            false => {
                let entries: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
                entries.get(&part).copied()?
            }
        };
    }
    // It was read out of the text, and lies within it.
    (value.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)
}
