//! The schema of gatewayq.toml beside it, for editors: completion and checks work without a network.

use crate::{config, hidden_folder};
use camino::Utf8Path;
use std::fs;
use std::io;

/// What the `#:schema` line of a new gatewayq.toml names.
pub(super) const FILE: &str = ".gatewayq/schema.json";

/// Writes the schema into `project`; false where it was there as it is. Unlike the other files it is
/// gatewayq's own: an older version's is replaced.
pub(super) fn renew(project: &Utf8Path) -> io::Result<bool> {
    let path = project.join(FILE);
    let text = format!("{:#}\n", config::schema());
    if fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(false);
    }
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    hidden_folder::make(project, "").map_err(named)?;
    fs::write(&path, text).map_err(named)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_schema_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        assert!(renew(project).unwrap());
        assert!(!renew(project).unwrap());
        fs::write(project.join(FILE), "{}").unwrap();
        assert!(renew(project).unwrap());
        let text = fs::read_to_string(project.join(FILE)).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema, config::schema());
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(dir.path()).unwrap();
        fs::write(project.join(".gatewayq"), "a file").unwrap();
        let error = renew(project).unwrap_err().to_string();
        assert!(error.contains(FILE), "{error}");
    }
}
