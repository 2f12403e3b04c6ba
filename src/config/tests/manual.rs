//! docs/configuration.md: its tables are made of the fields that read the file.

use serde_json::json;

use super::{good, read};
use crate::config::cors;
use crate::config::field::Row;
use crate::config::resolve::{PLANS, SECTIONS};
use crate::config::section::rows;
use crate::config::sections::vpc;

/// The required keys of [domain].
const DOMAIN: &str = "\nname = \"api.example.com\"\n\
    certificate_arn = \"arn:aws:acm:eu-west-1:123456789012:certificate/1\"";
/// Those of [function.vpc].
const VPC: &str = "\nsubnets = [\"subnet-1\"]\nsecurity_groups = [\"sg-1\"]";
const MANUAL: &str = include_str!("../../../docs/configuration.md");

/// The sections' names as they are written, with their keys.
pub(super) fn sections() -> Vec<(String, Vec<Row>)> {
    let label = |name| match name {
        "route" => "[[route]]".to_owned(),
        "authorizers" => "[authorizers.NAME]".to_owned(),
        name => format!("[{name}]"),
    };
    // A plan of [usage_plans] has the keys of [usage_plan].
    let sections = SECTIONS.iter().filter(|(name, _)| *name != PLANS);
    let sections = sections.map(|(name, read)| (label(*name), rows(*read)));
    let vpc = rows(|section| drop(vpc(section)));
    let cors = rows(|section| drop(cors::read(section)));
    sections
        .chain([
            ("[function.vpc]".to_owned(), vpc),
            ("[api.cors]".to_owned(), cors),
        ])
        .collect()
}

fn table(rows: &[Row]) -> String {
    let head = "| key | type | default | allowed | what it does |\n|---|---|---|---|---|\n";
    let line = |row: &Row| {
        let default = match (&row.default, row.required) {
            (_, true) => "required".to_owned(),
            (serde_json::Value::Null, _) => "–".to_owned(),
            (default, _) => format!("`{default}`"),
        };
        let Row {
            name,
            kind,
            allowed,
            about,
            ..
        } = row;
        format!("| `{name}` | {kind} | {default} | {allowed} | {about} |\n")
    };
    head.to_owned() + &rows.iter().map(line).collect::<String>()
}

/// The manual with its tables as the fields are now.
fn renewed() -> String {
    let mut text = MANUAL.to_owned();
    for (section, rows) in sections() {
        let open = format!("<!-- keys of {section} -->\n");
        let start = text.find(&open).expect(&section) + open.len();
        let end = start + text[start..].find("<!-- end -->").expect(&section);
        text.replace_range(start..end, &table(&rows));
    }
    text
}

#[test]
fn the_manual_has_the_keys_as_they_are() {
    let renewed = renewed();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
        std::fs::write(path, &renewed).unwrap();
        return;
    }
    assert!(
        renewed == MANUAL,
        "run UPDATE_DOCS=1 cargo test --lib config"
    );
}

#[test]
fn the_manual_has_an_example_that_works() {
    let example = MANUAL.split("```toml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    assert_eq!(good(example).function.configuration.memory, 512);
    let prod = read(example, "prod").unwrap();
    assert_eq!(
        (prod.function.configuration.memory, prod.usage_plan.burst),
        (1024, 100)
    );
    assert_eq!(prod.function.configuration.environment["GREETING"], "hello");
    let tags = (
        prod.tags["team"].as_str(),
        prod.tags["cost-centre"].as_str(),
    );
    assert_eq!(tags, ("orders", "4711"));
}

/// No key takes a date, so one that is in the manual and is never read would go unnoticed only here.
#[test]
fn each_key_of_the_manual_is_read() {
    for (section, rows) in sections() {
        for Row { name, .. } in rows {
            let text = format!("{section}\n{name} = 1979-05-27\n");
            let error = read(&text, "dev").unwrap_err();
            let mut problems = error.problems().iter();
            let found = problems.any(|p| p.line == 2 && p.message.contains("1979"));
            assert!(found, "{section} {name}: {error}");
        }
    }
}

#[test]
fn a_default_can_be_written_out() {
    let mut text = String::new();
    for (section, rows) in sections() {
        text += &section.replace("NAME", "own");
        text += match section.as_str() {
            "[app]" => "\nname = \"shop\"",
            "[[route]]" => "\nmethod = \"GET\"\npath = \"/\"\nreply = 1",
            "[api.cors]" => "\norigins = [\"*\"]",
            "[authorizers.NAME]" => OWN,
            "[domain]" => DOMAIN,
            "[function.vpc]" => VPC,
            _ => "",
        };
        for row in rows.iter().filter(|row| !row.default.is_null()) {
            text += &format!("\n{} = {}", row.name, row.default);
        }
        text += "\n";
    }
    let least = format!(
        "{}[function.vpc]{VPC}\n[domain]{DOMAIN}\n[api.cors]\norigins = [\"*\"]\n[alarms]\n[results]\n[authorizers.own]{OWN}\n",
        super::BASE
    );
    let [text, least] = [text, least].map(|text| text + USED);
    assert_eq!(json!(good(&text)), json!(good(&least)));
}

/// The least that an authorizer has to have, and a route that names it.
const OWN: &str = "\ntype = \"lambda\"\nfunction = \"judge\"\nkind = \"token\"";
const USED: &str = "[[route]]\nmethod = \"PUT\"\npath = \"/\"\nauth = \"own\"\nreply = 1\n";
