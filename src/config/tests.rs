#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! The reader's tests. What is refused, and in what words, is in `tests/cases.txt`.

mod cases;
mod files;
mod manual;
mod property;
mod reports;
mod settings;
mod shapes;

use camino::Utf8Path;

use super::settings::Settings;
use super::{Error, parse};

/// A file to which the tests add; it ends inside no section of interest.
const BASE: &str = "[app]\nname = \"shop\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n";

fn read(text: &str, stage: &str) -> Result<Settings, Error> {
    parse(Utf8Path::new("gatewayq.toml"), text, stage)
}

/// The settings of stage dev.
fn good(text: &str) -> Settings {
    read(text, "dev").unwrap_or_else(|error| panic!("{error}"))
}

/// The settings of a stage of the case with this name.
fn case(name: &str, stage: &str) -> Settings {
    let cases = cases::cases();
    let case = cases.iter().find(|case| case.name == name).expect(name);
    read(&case.text, stage).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_file_is_taken_or_refused_as_its_case_says() {
    for case in cases::cases() {
        let found = match read(&case.text, "dev") {
            Ok(_) => Vec::new(),
            Err(error) => error.problems().iter().map(|p| p.message.clone()).collect(),
        };
        assert_eq!(found, case.messages, "{}", case.text);
        assert!(!found.concat().contains("secret"), "{found:?}");
    }
}
