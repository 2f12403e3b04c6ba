//! The files that gatewayq.toml names, as far as a text that may be wrong tells: who waits for a mistake to be corrected has to know where
//! that may happen.

use camino::{Utf8Path, Utf8PathBuf};
use toml::de::{DeTable, DeValue};

/// Each text in the file that is a path below `folder` with a file, or has the ending of those that gatewayq reads and that may be missing.
pub(crate) fn files(text: &str, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let (document, _) = DeTable::parse_recoverable(text);
    let mut texts = Vec::new();
    document
        .get_ref()
        .values()
        .for_each(|value| collect(value.get_ref(), &mut texts));
    let relative = texts
        .iter()
        .filter(|text| !text.is_empty() && !text.starts_with('/'));
    let paths = relative.map(|text| folder.join(text));
    let mut files: Vec<Utf8PathBuf> = paths
        .filter(|path| path.extension() == Some("json") || path.is_file())
        .collect();
    files.sort();
    files.dedup();
    files
}

fn collect(value: &DeValue<'_>, texts: &mut Vec<String>) {
    match value {
        DeValue::String(text) => texts.push(text.to_string()),
        DeValue::Array(items) => items.iter().for_each(|item| collect(item.get_ref(), texts)),
        DeValue::Table(table) => table
            .values()
            .for_each(|value| collect(value.get_ref(), texts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_in_a_text_that_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        std::fs::write(folder.join("rules.txt"), "").unwrap();
        let text = "[[route]]\nbody = \"schemas/order.json\"\nno = \"/abs.json\"\n[api.access]\npolicy = [\"rules.txt\", \"other\"]\n\
            broken = \n[stages.prod]\nx = { y = \"p.json\" }\n";
        let wanted = ["p.json", "rules.txt", "schemas/order.json"].map(|name| folder.join(name));
        assert_eq!(files(text, folder), wanted);
    }
}
