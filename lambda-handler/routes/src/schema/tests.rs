#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use super::{BodySchema, SIZE_LIMIT, compile};

/// What is said of a body by a schema; nothing where it fits.
fn said(schema: &str, body: &str) -> String {
    let schema = compile(schema).unwrap();
    schema.check(body, "").err().unwrap_or_default()
}

/// What is wrong with a schema.
fn faults(schema: &str) -> Vec<String> {
    let faults = compile(schema).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_misfit_is_named_with_its_place() {
    let schema = r##"{
        "type": "object", "required": ["kwargs"],
        "properties": {"kwargs": {"$ref": "#/$defs/order"}, "args": {"maxItems": 0}},
        "$defs": {"order": {
            "required": ["amount"], "additionalProperties": false,
            "properties": {
                "amount": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01},
                "size": {"enum": ["s", "m", null]},
                "lines": {"minItems": 1, "uniqueItems": true, "items": {"type": ["integer", "null"]}},
                "a/b~c": {"pattern": "^[a-z]+$", "maxLength": 3},
                "extra": {"anyOf": [{"const": 1}, {"type": "string", "minLength": 1}]}
            }
        }}
    }"##;
    for (kwargs, wanted) in [
        (
            r#"{"amount": 19.99, "size": "m", "lines": [1, null, 2.0], "a/b~c": "abc", "extra": 1.0}"#,
            "",
        ),
        ("{}", "`/kwargs` must have the property `amount`"),
        (r#"{"amount": "1"}"#, "`/kwargs/amount` must be a number"),
        (r#"{"amount": 0}"#, "`/kwargs/amount` must be more than 0"),
        (
            r#"{"amount": 0.001}"#,
            "`/kwargs/amount` must be a multiple of 0.01",
        ),
        (
            r#"{"amount": 1, "size": "l"}"#,
            r#"`/kwargs/size` must be one of "s", "m", null"#,
        ),
        (
            r#"{"amount": 1, "lines": []}"#,
            "`/kwargs/lines` must have at least 1 item",
        ),
        (
            r#"{"amount": 1, "lines": [1, 2, 1.0]}"#,
            "`/kwargs/lines` must have no item twice",
        ),
        (
            r#"{"amount": 1, "lines": [1, 2.5]}"#,
            "`/kwargs/lines/1` must be an integer or null",
        ),
        (
            r#"{"amount": 1, "a/b~c": "Abc"}"#,
            "`/kwargs/a~1b~0c` must match `^[a-z]+$`",
        ),
        (
            r#"{"amount": 1, "a/b~c": "abcd"}"#,
            "`/kwargs/a~1b~0c` must have at most 3 characters",
        ),
        (
            r#"{"amount": 1, "extra": ""}"#,
            "`/kwargs/extra` must fit at least one schema of `anyOf`",
        ),
        (
            r#"{"amount": 1, "color": 1}"#,
            "`/kwargs/color` must not be there",
        ),
        (
            r#"{"amount": 1, "amount": "last"}"#,
            "`/kwargs/amount` must be a number",
        ),
    ] {
        let wanted = match wanted {
            "" => String::new(),
            wanted => format!("the body does not fit: {wanted}"),
        };
        assert_eq!(said(schema, &format!(r#"{{"kwargs": {kwargs}}}"#)), wanted);
    }
    assert_eq!(
        said(schema, "{}"),
        "the body does not fit: it must have the property `kwargs`"
    );
}

#[test]
fn a_schema_is_refused_with_the_places_of_all_that_is_wrong_in_it() {
    let schema = r##"{
  "type": "strnig",
  "unevaluatedProperties": false,
  "required": "a",
  "properties": {
    "a": {"pattern": "(?=a)", "minLength": -1, "$ref": "#/$defs/none"},
    "b": {"$ref": "other.json"}, "c": 5, "d": {"items": [{}], "$id": "d"},
    "é": {"const": 1, "then": {}}
  }
}"##;
    assert_eq!(
        faults(schema),
        [
            "2:11: `/type` is \"strnig\"; allowed: null, boolean, integer, number, string, array, object, or an array of these",
            "3:28: `/unevaluatedProperties` is not a keyword that gatewayq checks (docs/how-to/body-check.md)",
            "4:15: `/required` is \"a\"; allowed: an array of names",
            "6:22: `/properties/a/pattern` is not an expression that is read: look-around is not supported",
            "6:44: `/properties/a/minLength` is -1; allowed: a whole number, 0 or more",
            "6:56: `/properties/a/$ref` leads to no schema of this file",
            "7:19: `/properties/b/$ref` leads out of this file; allowed: `#`, or `#/` and the way to a schema",
            "7:39: `/properties/c` is 5; allowed: an object, true or false",
            "7:57: `/properties/d/items` is [{}]; allowed: an object, true or false",
            "7:70: `/properties/d/$id` has no place within a schema; allowed: at its root",
            "8:31: `/properties/é/then` does nothing without `if`",
        ]
    );
    assert_eq!(faults("{\n\"type\": }"), ["2:9: not JSON: expected value"]);
    assert_eq!(
        faults(r#"{"type": "null", "type": "string"}"#),
        ["1:23: `type` comes twice"]
    );
}

#[test]
fn references_that_never_end_are_refused() {
    for schema in [
        r##"{"$ref": "#"}"##,
        r##"{"properties": {"a": {"allOf": [{"$ref": "#/properties/a"}]}}}"##,
        r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}}"##,
    ] {
        assert!(
            faults(schema)[0].contains("goes round in a circle"),
            "{schema}"
        );
    }
    assert_eq!(
        said(
            r##"{"properties": {"a": {"$ref": "#"}}}"##,
            r#"{"a": {"a": {}}}"#
        ),
        ""
    );
}

#[test]
fn a_schema_has_a_size() {
    let filled = |size: usize| format!(r#"{{"title": "{}"}}"#, "x".repeat(size - 13));
    assert_eq!(faults(&filled(SIZE_LIMIT)), [""; 0]);
    assert!(faults(&filled(SIZE_LIMIT + 1))[0].contains("65537 bytes; allowed: 65536"));
}

#[test]
fn a_hostile_body_does_not_keep_the_function_busy() {
    let nested = |depth: usize| r#"{"a":"#.repeat(depth) + "1" + &"}".repeat(depth);
    let doubling =
        r##"{"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}}}"##;
    let same = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
    let distinct = (0..50_000)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let doubling_unique = r##"{"uniqueItems": true, "anyOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}],
        "type": "array"}"##;
    let deep = format!("{}{distinct}{}", "[".repeat(100), "]".repeat(100));
    let cases = [
        (doubling, nested(120), "takes too long"),
        (doubling_unique, deep, "takes too long"),
        (r##"{"properties": {"a": {"$ref": "#"}}}"##, nested(127), ""),
        (
            r##"{"properties": {"a": {"$ref": "#"}}}"##,
            nested(128),
            "recursion limit exceeded",
        ),
        ("true", "[".repeat(1_000_000), "recursion limit exceeded"),
        (
            r#"{"pattern": "^(a+)+$"}"#,
            format!("\"{}b\"", "a".repeat(500_000)),
            "must match",
        ),
        (r#"{"uniqueItems": true}"#, format!("[{distinct}]"), ""),
        (
            r#"{"uniqueItems": true}"#,
            same(r#"{"":0}"#, 150_000),
            "no item twice",
        ),
        (
            r#"{"contains": {"const": 1}}"#,
            same("0", 500_000),
            "at least 1",
        ),
        ("true", "1e400".to_owned(), "number out of range"),
        (r#"{"type": "integer"}"#, "9".repeat(300), ""),
        (
            r#"{"type": "integer"}"#,
            "9".repeat(500),
            "number out of range",
        ),
    ];
    for (schema, body, wanted) in cases {
        let before = Instant::now();
        let said = said(schema, &body);
        assert!(
            said.contains(wanted) && (said.is_empty() == wanted.is_empty()),
            "{schema}: {said}"
        );
        assert!(before.elapsed() < Duration::from_secs(60), "{schema}");
    }
}

#[test]
fn what_a_message_repeats_of_a_body_is_short() {
    let body = format!(r#"{{"{}": 1}}"#, "x".repeat(100_000));
    assert!(said(r#"{"additionalProperties": false}"#, &body).len() < 300);
}

#[test]
fn a_schema_is_kept_as_it_is_written_and_compiled_when_it_is_used() {
    let text = "{ \"maximum\": 1.0,\n \"title\": \"é\" }";
    let written = serde_json::to_string(&BodySchema::new(text).unwrap()).unwrap();
    assert_eq!(written, text);
    let read: BodySchema = serde_json::from_str(&written).unwrap();
    assert!(
        read.schema()
            .unwrap()
            .check("2", "/a")
            .unwrap_err()
            .ends_with("`/a` must be at most 1")
    );
    let newer: BodySchema = serde_json::from_str(r#"{"newer": 1}"#).unwrap();
    assert!(newer.schema().unwrap_err().message.contains("newer"));
}
