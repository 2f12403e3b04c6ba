//! docs/configuration.md against the keys that read the file.

use super::{good, read};
use crate::config::reference::sections;
use crate::config::{parse, reference};

const MANUAL: &str = include_str!("../../../docs/configuration.md");

/// The manual with its tables made anew.
fn renewed() -> String {
    let mut text = MANUAL.to_owned();
    for (section, table) in reference() {
        let open = format!("<!-- keys of {section} -->\n");
        let start = text.find(&open).expect(section) + open.len();
        let end = start + text[start..].find("<!-- end -->").expect(section);
        text.replace_range(start..end, &table);
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
    assert_eq!(good(example).function.memory, 512);
    let prod = parse("gatewayq.toml".into(), example, "prod").unwrap();
    assert_eq!((prod.function.memory, prod.usage_plan.burst), (1024, 100));
    assert_eq!(prod.function.environment["GREETING"], "hello");
    assert_eq!(
        (
            prod.tags["team"].as_str(),
            prod.tags["cost-centre"].as_str()
        ),
        ("orders", "4711")
    );
}

/// No key takes a date, so one that is in the manual and is never read would go unnoticed only here.
#[test]
fn each_key_of_the_manual_is_read() {
    for (section, keys) in sections() {
        for key in keys {
            let name = key.row().name;
            let rest = if section == "[[route]]" {
                "method='PUT'\npath='/'\ntask='a'\n"
            } else {
                ""
            };
            let rest: String = rest
                .split_inclusive('\n')
                .filter(|l| !l.starts_with(&format!("{name}=")))
                .collect();
            // Two kinds of action exclude each other before either is read.
            let rest = if ["reply", "tasks"].contains(&name) {
                rest.replace("task='a'\n", "")
            } else {
                rest
            };
            let text = format!("{section}\n{name} = 1979-05-27\n{rest}");
            let error = read(&text, "dev").unwrap_err();
            let found = error
                .problems()
                .iter()
                .any(|p| p.line == 2 && p.message.contains("1979"));
            assert!(found, "{section} {name}: {error}");
        }
    }
}

#[test]
fn a_default_can_be_written_out() {
    let mut text = String::new();
    for (section, keys) in sections() {
        text += section;
        if section == "[app]" {
            text += "\nname = \"shop\"";
        }
        if section == "[[route]]" {
            text += "\nmethod = \"GET\"\npath = \"/\"\nreply = 1";
        }
        for row in keys
            .iter()
            .map(|key| key.row())
            .filter(|row| !row.default.is_empty())
        {
            text += &format!("\n{} = {}", row.name, row.default);
        }
        text += "\n";
    }
    assert_eq!(good(&text), good(super::BASE));
}
