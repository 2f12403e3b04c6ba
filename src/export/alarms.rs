//! The alarms, out of the lines that a plan shows of them.

use super::piece::{OWN_TAGS, Piece, scalar};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The alarms, each with its fields by CloudWatch's names.
pub(super) fn of(piece: &mut Piece) -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut alarms: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (line, text) in piece.entries("alarm") {
        let Some((name, field)) = line.rsplit_once(' ') else {
            continue;
        };
        // A list is shown as the JSON that it is.
        let list = serde_json::from_str(&text).ok().filter(Value::is_array);
        let value = list.unwrap_or_else(|| scalar(json!(text)));
        let fields = alarms.entry(name.to_owned()).or_default();
        fields.insert(field.to_owned(), value);
    }
    alarms
}

/// The user's own tags, which all alarms have alike.
pub(super) fn tags(piece: &mut Piece) -> BTreeMap<String, String> {
    let all = piece.entries("tag").into_iter();
    let all = all.filter_map(|(line, value)| {
        let (_, key) = line.split_once(' ')?;
        (!key.starts_with(OWN_TAGS)).then(|| (key.to_owned(), value))
    });
    all.collect()
}
