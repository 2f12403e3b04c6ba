//! The manual's tables, made from the keys themselves.

use super::keys::{Describe, Row};
use super::routes::route;
use super::sections::{api, app, function, queue, role, usage_plan};

/// A Markdown table of the keys of each section: its name as in the file, then the table.
pub fn reference() -> Vec<(&'static str, String)> {
    sections()
        .map(|(section, keys)| (section, table(keys)))
        .to_vec()
}

/// All keys that the file can have, by section.
pub(super) fn sections() -> [(&'static str, &'static [&'static dyn Describe]); 7] {
    [
        ("[app]", app::KEYS),
        ("[[route]]", route::KEYS),
        ("[function]", function::KEYS),
        ("[queue]", queue::KEYS),
        ("[usage_plan]", usage_plan::KEYS),
        ("[api]", api::KEYS),
        ("[role]", role::KEYS),
    ]
}

fn table(keys: &[&dyn Describe]) -> String {
    let head = "| key | type | default | allowed | what it does |\n|---|---|---|---|---|\n";
    let rows: Vec<String> = keys.iter().map(|key| line(&key.row())).collect();
    format!("{head}{}", rows.concat())
}

fn line(row: &Row) -> String {
    let default = match row.default.as_str() {
        "" => "–".to_owned(),
        default => format!("`{default}`"),
    };
    format!(
        "| `{}` | {} | {default} | {} | {} |\n",
        row.name, row.kind, row.allowed, row.about
    )
}
