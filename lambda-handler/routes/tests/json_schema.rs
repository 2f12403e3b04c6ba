//! JSON Schema's own tests (json-schema-org/JSON-Schema-Test-Suite, in `draft2020-12`; those of keywords that are
//! refused as a whole are left out).
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use gatewayq_routes::schema::compile;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A schema, and values that fit it or do not.
#[derive(Deserialize)]
struct Case {
    description: String,
    schema: Box<RawValue>,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    description: String,
    data: Box<RawValue>,
    valid: bool,
}

/// What a schema is refused for that draft 2020-12 allows; each has to be the reason for one at least.
const REFUSED: [&str; 7] = [
    "is not a keyword that gatewayq checks",
    "has no place within a schema",
    "leads out of this file",
    "leads to no schema of this file",
    "does nothing without",
    "Unicode character classes are not supported",
    "allowed: an array of at least one value",
];

#[test]
fn what_is_not_refused_is_checked_as_json_schema_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/draft2020-12");
    let (mut wrong, mut reasons, mut checked) = (Vec::new(), BTreeSet::new(), 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|kind| kind != "json") {
            continue;
        }
        let cases: Vec<Case> =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        for case in cases {
            let name = format!("{file}: {}", case.description);
            let schema = match compile(case.schema.get()) {
                Ok(schema) => schema,
                Err(faults) => {
                    for fault in faults {
                        let reason = REFUSED
                            .iter()
                            .find(|reason| fault.message.contains(**reason));
                        match reason {
                            Some(reason) => _ = reasons.insert(*reason),
                            None => wrong.push(format!("{name}: {fault}")),
                        }
                    }
                    continue;
                }
            };
            for test in case.tests {
                checked += 1;
                if schema.check(test.data.get(), "").is_ok() != test.valid {
                    wrong.push(format!("{name}: {}", test.description));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(reasons.len(), REFUSED.len(), "{reasons:?}");
    assert!(checked > 800, "{checked}");
}
