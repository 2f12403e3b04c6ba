use super::{BASE, read};

/// A line a problem.
fn told(text: &str) -> String {
    read(text, "dev").unwrap_err().to_string()
}

#[test]
fn an_error_has_file_line_column_and_what_is_allowed() {
    let text = format!("{BASE}[function]\nmemory = 64\n");
    assert_eq!(
        told(&text),
        "gatewayq.toml:8:10: `memory` is 64; allowed: 128 to 10240 (MB)"
    );
}

#[test]
fn all_errors_are_told_in_the_order_of_the_file() {
    let text = "[queue]\nretention = 1\n[function]\nmemory = 64\n[app]\nname = \"X\"\n";
    insta::assert_snapshot!(told(text), @r#"
    gatewayq.toml:1:1: there is no route; write at least one [[route]]
    gatewayq.toml:2:13: `retention` is 1; allowed: 60 to 1209600 (seconds)
    gatewayq.toml:4:10: `memory` is 64; allowed: 128 to 10240 (MB)
    gatewayq.toml:6:8: `name` is "X"; allowed: lower-case letters, digits and single hyphens, a letter first, at most 40 characters
    "#);
}

#[test]
fn the_line_can_be_shown_with_a_mark_below() {
    let text = format!("{BASE}[function]\n\tmemroy = 64 # ü\n");
    let error = read(&text, "dev").unwrap_err();
    insta::assert_snapshot!(error.report(false), @r#"
    error: unknown key `memroy` in [function]; did you mean `memory`? allowed: memory, timeout, ephemeral_storage, environment, vpc, reserved_concurrency, keep_versions, architecture, log_retention, target, crate_dir
     --> gatewayq.toml:8:2
      |
    8 |  memroy = 64 # ü
      |  ^^^^^^
    "#);
}

#[test]
fn columns_count_characters() {
    assert!(told("[app]\nname = 'shop'\ntags = { 'ü' = 'ü', b = 1 }").contains("3:25: "));
}

#[test]
fn what_is_repeated_is_short_and_without_control_characters() {
    let long = "x".repeat(5000);
    let text = format!("{BASE}[function]\narchitecture = \"\u{202e}{long}\"\n");
    let error = read(&text, "dev").unwrap_err();
    assert!(error.to_string().len() < 300, "{error}");
    assert!(error.report(false).len() < 600);
    assert!(!error.report(false).contains(['\u{202e}', '\u{1b}']));
}

#[test]
fn a_flood_of_errors_is_cut() {
    let keys: String = (0..500).map(|n| format!("nonsense{n} = 1\n")).collect();
    let error = read(&format!("{keys}{BASE}"), "dev").unwrap_err();
    assert_eq!(error.problems().len(), 20);
    assert!(error.to_string().ends_with("\nand 480 more"));
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    insta::assert_snapshot!(told("[app\nname = \n[x]\nx=1\nx=2\n"), @"
    gatewayq.toml:1:5: not TOML: unclosed table, expected `]`
    gatewayq.toml:5:1: not TOML: duplicate key
    ");
}
