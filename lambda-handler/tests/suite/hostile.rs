//! Any input at all: an answer or a well-formed message, never a panic.

use crate::support::{envelope, inner, post, run};
use lambda_handler::{ApiRequest, Decision};
use proptest::prelude::*;
use serde_json::Value;

/// JSON text with the dangerous pieces in it more often than chance would have them.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<f64>()
            .prop_filter("JSON has no such number", |x| x.is_finite())
            .prop_map(|x| format!("{x:e}")),
        any::<i128>().prop_map(|x| x.to_string()),
        (any::<i64>(), -400..400).prop_map(|(x, exponent)| format!("{x}e{exponent}")),
        any::<String>().prop_map(|x| Value::from(x).to_string()),
        Just(r#""\ud800""#.to_owned()),
        Just("9".repeat(4301)),
    ];
    let key = prop_oneof![
        Just("\"__type__\"".to_owned()),
        Just(r#""\u005f_value__""#.to_owned()),
        any::<String>().prop_map(|x| Value::from(x).to_string()),
    ];
    leaf.prop_recursive(6, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec((key.clone(), inner), 0..3).prop_map(|items| {
                let items: Vec<_> = items
                    .iter()
                    .map(|(key, value)| format!("{key}: {value}"))
                    .collect();
                format!("{{{}}}", items.join(","))
            }),
        ]
    })
}

fn well_formed(request: &ApiRequest) -> Result<(), TestCaseError> {
    match run(request) {
        Decision::Answer(answer) => {
            prop_assert!((400..500).contains(&answer.status));
            prop_assert!(
                serde_json::from_str::<Value>(&answer.body).unwrap()["reason"].is_string()
            );
        }
        Decision::One(message) => {
            prop_assert!(message.body.len() <= 1_048_576);
            let id = envelope(&message)["headers"]["id"].clone();
            prop_assert_eq!(id, message.task_id.as_str());
            prop_assert!((1..=128).contains(&message.group_id.len()));
            prop_assert!(message.group_id.bytes().all(|byte| byte.is_ascii_graphic()));
        }
        Decision::OneAndWait(..) | Decision::Result(_) => prop_assert!(false, "no such route"),
        Decision::Many(entries) => prop_assert!(!entries.is_empty()),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(body in ".*") {
        well_formed(&post("/add", &body))?;
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), key in ".{0,300}") {
        use base64::Engine;
        let mut request = post("/header", &base64::engine::general_purpose::STANDARD.encode(bytes));
        request.is_base64_encoded = true;
        request.headers.insert("Idempotency-Key".to_owned(), key.clone());
        request.headers.insert("X-Customer".to_owned(), key);
        well_formed(&request)?;
    }

    #[test]
    fn any_json_is_answered(args in json_text(), kwargs in json_text(), option in json_text(), group in json_text()) {
        well_formed(&post("/plain", &format!(r#"{{"args": [{args}], "kwargs": {{"a": {kwargs}}}}}"#)))?;
        well_formed(&post("/plain", &format!(r#"{{"args": {args}, "kwargs": {kwargs}}}"#)))?;
        for name in ["eta", "expires", "countdown", "task_id", "time_limit", "soft_time_limit", "tasks"] {
            well_formed(&post("/add", &format!(r#"{{"{name}": {option}}}"#)))?;
        }
        well_formed(&post("/ordered", &format!(r#"{{"customer": {{"id": {group}}}}}"#)))?;
    }

    #[test]
    fn accepted_text_goes_on_unchanged(args in json_text()) {
        if let Decision::One(message) = run(&post("/plain", &format!(r#"{{"args": [{args}]}}"#))) {
            let wanted = format!("[[{args}], {{}}, ");
            prop_assert!(inner(&message).starts_with(&wanted));
            // serde_json refuses what no f64 can hold, as it does where a worker reads infinity.
            prop_assert!(serde_json::from_str::<Value>(&args).is_ok());
        }
    }
}
