#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! The loader's tests. Each module takes one side of it.

mod example;
mod excerpts;
mod files;
mod manual;
mod property;
mod routes;
mod sections;
mod shapes;
mod stages;

use camino::Utf8Path;

use super::settings::{Route, Settings};
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

/// [`BASE`] and more, which has to be fine.
fn with(more: &str) -> Settings {
    good(&format!("{BASE}{more}"))
}

/// What is told about a file, a line a problem.
fn told(text: &str) -> String {
    match read(text, "dev") {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// What is told about [`BASE`] and more, without the places.
fn wrong(more: &str) -> String {
    messages(&format!("{BASE}{more}"))
}

/// What is told about a file, without the places.
fn messages(text: &str) -> String {
    let error = read(text, "dev").expect_err(text);
    let messages: Vec<&str> = error
        .problems()
        .iter()
        .map(|p| p.message.as_str())
        .collect();
    messages.join("\n")
}

/// The one route of a file that has nothing else.
fn route(text: &str) -> Route {
    let settings = good(&format!("[app]\nname = \"shop\"\n[[route]]\n{text}"));
    settings.routes.into_iter().next().unwrap()
}

/// What is told about one route.
fn wrong_route(text: &str) -> String {
    messages(&format!("[app]\nname = \"shop\"\n[[route]]\n{text}"))
}
