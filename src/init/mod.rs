//! The files of a new project.

mod schema;

use crate::handler;
use crate::scaffold::{self, Written};
use crate::worker_kit;
use camino::Utf8Path;
use std::io;

/// What stands in the templates for the app's name.
const APP: &str = "APP";

/// Characters; a test holds it against the rule.
const NAME_MAX: usize = 40;

const FILES: [(&str, &str); 3] = [
    ("gatewayq.toml", include_str!("gatewayq.toml")),
    ("README.md", include_str!("README.md")),
    (".gitignore", include_str!("gitignore")),
];

/// Writes what `folder` lacks of a project called `app`.
///
/// # Errors
/// A folder or file that cannot be written; what was written before stays.
pub(crate) fn project(folder: &Utf8Path, app: &str) -> io::Result<Written> {
    let files = FILES.map(|(path, text)| (path, text.replace(APP, app)));
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes()))
        .collect();
    let mut outcome = scaffold::write(folder, &files)?;
    outcome.extend(worker_kit::write(&folder.join("worker"))?.inside("worker"));
    match schema::renew(folder)? {
        true => outcome.written.push(schema::FILE.to_owned()),
        false => outcome.kept.push(schema::FILE.to_owned()),
    }
    Ok(outcome)
}

/// Writes the handler's crate into `crate_dir` of the project, unless one is there: the files of a
/// crate belong together, and those of another version would not fit between.
///
/// # Errors
/// A folder or file that cannot be written; what was written before stays.
pub(crate) fn handler(project: &Utf8Path, crate_dir: &Utf8Path) -> io::Result<Written> {
    let folder = project.join(crate_dir);
    if folder.join("Cargo.toml").symlink_metadata().is_ok() {
        return Ok(Written {
            written: Vec::new(),
            kept: vec![crate_dir.to_string()],
        });
    }
    // The manifest comes last: with it the crate counts as written.
    let mut files = handler::FILES.to_vec();
    files.sort_by_key(|(path, _)| *path == "Cargo.toml");
    Ok(scaffold::write(&folder, &files)?.inside(crate_dir.as_str()))
}

/// A folder's name as an app's name: what is not allowed becomes a hyphen or goes.
pub(crate) fn app_name(folder: &str) -> String {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let lower = folder.to_lowercase();
    let parts: Vec<&str> = lower
        .split(|c| !word(c))
        .filter(|part| !part.is_empty())
        .collect();
    let joined = parts.join("-");
    let from_letter = joined.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let name: String = from_letter.chars().take(NAME_MAX).collect();
    match name.trim_end_matches('-') {
        "" => "app".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use std::fs;

    #[test]
    fn a_folders_name_becomes_a_valid_one() {
        for (folder, name) in [
            ("demo", "demo"),
            ("My Orders_2", "my-orders-2"),
            ("2024-orders", "orders"),
            ("--a--b--", "a-b"),
            ("Bücher", "b-cher"),
            ("42", "app"),
            ("注文", "app"),
            ("", "app"),
        ] {
            assert_eq!(app_name(folder), name, "{folder}");
        }
        let long = app_name(&"abcdefghi-".repeat(9));
        assert_eq!(long, "abcdefghi-abcdefghi-abcdefghi-abcdefghi");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_folder_the_name_is_valid(folder in ".*") {
            assert!(config::is_name(&app_name(&folder)));
        }
    }

    #[test]
    fn the_written_file_is_the_walkthrough() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        project(folder, "orders").unwrap();
        let settings = config::load(&folder.join("gatewayq.toml"), "dev").unwrap();
        let first = fs::read_to_string(folder.join("gatewayq.toml")).unwrap();
        assert!(
            first.starts_with(&format!("#:schema ./{}\n", schema::FILE)),
            "editors read the line only at the top: {first}"
        );
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/gatewayq.toml");
        let example = config::load(example.into(), "dev").unwrap();
        assert_eq!(settings.app, "orders");
        let routes = |settings: &config::Settings| serde_json::json!(settings.routes);
        assert_eq!(routes(&settings), routes(&example));
    }

    /// What is commented out is ready for use.
    #[test]
    fn the_files_suggestions_are_valid_too() {
        let text = FILES[0].1.replace(APP, "orders");
        let setting = |line: &str| line.starts_with('[') || line.contains(" = ");
        let lines = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if setting(rest) && !rest.contains('`') => rest,
            _ => line,
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let settings = config::parse("gatewayq.toml".into(), &text, "prod").unwrap();
        assert_eq!(settings.routes.len(), 3, "{text}");
        assert_eq!(
            (settings.queue.visibility_timeout, settings.usage_plan.rate),
            (600, 100.0)
        );
    }

    #[test]
    fn a_second_time_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        let first = project(folder, "orders").unwrap();
        let crate_files = handler(folder, "lambda-handler".into()).unwrap();
        assert_eq!(crate_files.written.len(), handler::FILES.len());
        fs::write(folder.join("gatewayq.toml"), "mine").unwrap();
        fs::remove_file(folder.join(".gitignore")).unwrap();
        let second = project(folder, "other").unwrap();
        assert_eq!(second.written, [".gitignore"]);
        assert_eq!(second.kept.len(), first.written.len() - 1);
        assert_eq!(
            fs::read_to_string(folder.join("gatewayq.toml")).unwrap(),
            "mine"
        );
        assert_eq!(
            handler(folder, "lambda-handler".into()).unwrap().kept,
            ["lambda-handler"]
        );
    }
}
