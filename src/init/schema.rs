//! The schema of gatewayq.toml, where its first line tells editors to look for it.

use crate::config;
use crate::scaffold::{self, Written};
use camino::Utf8Path;
use std::{fs, io};

const PATH: &str = ".gatewayq/schema.json";

/// Writes the schema as this gatewayq has it. It is nobody's to edit: one of another version is
/// replaced.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write(folder: &Utf8Path) -> io::Result<Written> {
    let text = format!("{:#}\n", config::schema());
    let path = folder.join(PATH);
    let mut outcome = scaffold::write(folder, &[(PATH, text.as_bytes())])?;
    scaffold::write(folder, &[(".gatewayq/.gitignore", b"*\n")])?;
    if fs::read_to_string(&path).is_ok_and(|found| found != text) {
        fs::write(&path, text)?;
        outcome.written.append(&mut outcome.kept);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init;

    #[test]
    fn the_file_names_it_and_another_versions_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        init::project(folder, "orders").unwrap();
        let file = fs::read_to_string(folder.join("gatewayq.toml")).unwrap();
        let named = file.lines().next().unwrap().strip_prefix("#:schema ");
        let schema = folder.join(named.unwrap());
        let whole = fs::read_to_string(&schema).unwrap();
        assert!(whole.contains("json-schema.org"), "{whole}");
        assert_eq!(write(folder).unwrap().kept, [PATH]);
        fs::write(&schema, "{}").unwrap();
        assert_eq!(write(folder).unwrap().written, [PATH]);
        assert_eq!(fs::read_to_string(&schema).unwrap(), whole);
    }
}
