use proptest::prelude::*;

use super::manual::sections;
use super::{BASE, read};

/// Bits that a file is made of, right and wrong, so that much of what is generated gets past the
/// parser and into the checks.
fn piece() -> impl Strategy<Value = String> {
    let rows = sections().into_iter().flat_map(|(_, rows)| rows);
    let keys: Vec<String> = rows.map(|row| row.name).collect();
    let headers = vec![
        "[app]",
        "[[route]]",
        "[function]",
        "[queue]",
        "[usage_plan]",
        "[usage_plan.routes]",
        "[usage_plans.gold]",
        "[usage_plans]",
        "[stages.prod.usage_plans.gold]",
        "[api]",
        "[api.cors]",
        "[authorizers.own]",
        "[domain]",
        "[function.vpc]",
        "[role]",
        "[stages.prod]",
        "[[stages.prod.route]]",
        "[stages.prod.queue]",
        "[stages.dev.role]",
        "[stages.prod.authorizers.own]",
    ];
    prop_oneof![
        1 => prop::sample::select(headers).prop_map(|header| format!("{header}\n")),
        4 => (prop::sample::select(keys), value()).prop_map(|(key, value)| format!("{key} = {value}\n")),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let fixed = vec![
        "1979-05-27",
        "[]",
        "{}",
        "nan",
        "-1",
        "0x80",
        "1e999",
        "99999999999999999999",
        "\"GET\"",
        "\"/a/{x}\"",
        "\"/{a+}\"",
        "\"tasks.add\"",
        "[\"a\", \"b\"]",
        "\"body.x\"",
        "\"body.task_id\"",
        "{ __type__ = 1, __value__ = 2 }",
        "\"arn:aws:iam::123456789012:role/x\"",
        "true",
        "'shop'",
        "'own'",
        "'lambda'",
        "{ limit = 3, period = 'day' }",
        "{ 'GET /' = { rate = 1, burst = 2 } }",
        "[1, { a = [nan] }]",
        "\"alias/x\"",
        "[\"https://*.a.test\"]",
        "\"\\u0000\"",
    ];
    prop_oneof![
        4 => prop::sample::select(fixed).prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<String>().prop_map(|text| toml::Value::from(text).to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_does_harm(text in any::<String>(), stage in any::<String>()) {
        let _ = read(&text, &stage).map_err(|error| error.report(false));
    }

    #[test]
    fn no_almost_right_file_does_harm(pieces in prop::collection::vec(piece(), 0..30)) {
        let text = pieces.concat();
        if let Err(error) = read(&text, "dev") {
            prop_assert!(!error.problems().is_empty());
            prop_assert!(error.problems().is_sorted_by_key(|p| (p.line, p.column)));
            let escapes = error.report(false).contains('\u{1b}');
            prop_assert!(!escapes);
        }
    }

    /// What is loaded keeps the limits that are written at the settings.
    #[test]
    fn what_is_loaded_keeps_its_limits(key in "[a-z_]{1,8}", value in value(), number in any::<i32>()) {
        let text = format!("{BASE}[function]\nmemory = {number}\n[api]\n{key} = {value}\n");
        if let Ok(settings) = read(&text, "dev") {
            prop_assert!((128..=10240).contains(&settings.function.configuration.memory));
            prop_assert!(settings.api.rate > 0.0 && settings.api.burst > 0);
        }
    }
}
