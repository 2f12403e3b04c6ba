//! The tables in the manual are those that the documents make.

use super::boundary_reference::boundary;
use super::reference::*;
use std::collections::BTreeSet;

#[test]
fn every_statement_has_a_reason_and_every_reason_a_statement() {
    for entry in &ENTRIES {
        let statements = entry.statements();
        let sids: BTreeSet<&str> = statements
            .iter()
            .filter_map(|statement| statement["Sid"].as_str())
            .collect();
        let reasons: BTreeSet<&str> = entry.why.iter().map(|(sid, _)| *sid).collect();
        assert_eq!(sids, reasons, "{}", entry.name);
        assert_eq!(sids.len(), statements.len(), "{}", entry.name);
    }
}

/// `text` with what stands between the two marks replaced; as it is where there are none.
fn renewed(text: &str, mark: &str, table: &str) -> String {
    let open = format!("<!-- {mark} -->\n");
    let Some(start) = text.find(&open).map(|at| at + open.len()) else {
        return text.to_owned();
    };
    let end = start + text[start..].find("<!-- end -->").expect("an end");
    format!("{}{table}{}", &text[..start], &text[end..])
}

#[test]
fn the_manuals_tables_are_the_documents() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, mark, table) in [
        ("docs/permissions.md", "statements", reference()),
        ("docs/permissions.md", "summary", summary()),
        ("docs/permissions.md", "boundary", boundary()),
        ("README.md", "permissions", summary()),
    ] {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let renewed = renewed(&text, mark, &table);
        if std::env::var_os("UPDATE_DOCS").is_some() && renewed != text {
            std::fs::write(&path, &renewed).unwrap();
            continue;
        }
        assert!(
            renewed == text,
            "{file} is stale: UPDATE_DOCS=1 cargo test --lib policies"
        );
    }
}
