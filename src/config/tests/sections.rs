use super::{messages, with, wrong};
use crate::config::settings::{Architecture, LogLevel, Period, Quota};

#[test]
fn all_of_it_can_be_said() {
    let settings = with(
        "[function]\nmemory = 10240\ntimeout = 29\narchitecture = \"arm64\"\nlog_retention = 3653\n\
         target = \"aarch64-unknown-linux-gnu\"\ncrate_dir = \"../handler\"\nenvironment = { LOG = \"x\" }\n\
         [queue]\nvisibility_timeout = 0\nretention = 60\nmax_receives = 1000\ndead_letter_retention = 60\n\
         kms_key = \"alias/aws/sqs\"\nsenders = [\"arn:aws:iam::123456789012:user/a\"]\n\
         [usage_plan]\nrate = 0.5\nburst = 1\nquota = { limit = 1000, period = \"week\" }\n\
         [api]\nlog_level = \"INFO\"\nmetrics = false\nrate = 3\nburst = 0x10\nlog_retention = 1\n\
         [role]\nboundary = \"arn:aws-cn:iam::123456789012:policy/a/b\"\n",
    );
    assert_eq!(settings.function.architecture, Architecture::Arm64);
    assert_eq!(settings.function.crate_dir, Some("../handler".into()));
    assert_eq!(settings.function.environment["LOG"], "x");
    assert_eq!(settings.queue.kms_key.as_deref(), Some("alias/aws/sqs"));
    let quota = Quota {
        limit: 1000,
        period: Period::Week,
    };
    assert_eq!(
        (settings.usage_plan.rate, settings.usage_plan.quota),
        (0.5, Some(quota))
    );
    assert_eq!(
        (
            settings.api.log_level,
            settings.api.rate,
            settings.api.burst
        ),
        (LogLevel::Info, 3.0, 16)
    );
    assert!(settings.role.boundary.is_some());
}

#[test]
fn numbers_have_limits() {
    let table = [
        (
            "[function]\nmemory = 127",
            "`memory` is 127; allowed: 128 to 10240 (MB)",
        ),
        (
            "[function]\nmemory = 1e3",
            "`memory` is 1e3; allowed: an integer, 128 to 10240 (MB)",
        ),
        (
            "[function]\ntimeout = 30",
            "`timeout` is 30; allowed: 1 to 29 (seconds; API Gateway waits no longer than 29)",
        ),
        (
            "[queue]\nmax_receives = 0",
            "`max_receives` is 0; allowed: 1 to 1000 (receives)",
        ),
        (
            "[queue]\nvisibility_timeout = 99999999999999999999",
            "`visibility_timeout` is 99999999999999999999; allowed: 0 to 43200 (seconds)",
        ),
        (
            "[usage_plan]\nrate = 0",
            "`rate` is 0; allowed: a number above 0, at most 1000000 (requests a second)",
        ),
        (
            "[api]\nrate = nan",
            "`rate` is nan; allowed: a number above 0, at most 1000000 (requests a second)",
        ),
        (
            "[api]\nburst = \"5\"",
            "`burst` is \"5\"; allowed: an integer, 1 to 1000000 (requests)",
        ),
    ];
    for (more, message) in table {
        assert_eq!(wrong(more), message);
    }
    assert!(
        wrong("[api]\nlog_retention = 13")
            .starts_with("`log_retention` is 13; allowed: 1, 3, 5, 7, 14, 30,")
    );
}

#[test]
fn words_are_of_a_list() {
    let table = [
        (
            "[function]\narchitecture = \"x86\"",
            "`architecture` is \"x86\"; allowed: \"x86_64\", \"arm64\"",
        ),
        (
            "[api]\nlog_level = \"info\"",
            "`log_level` is \"info\"; allowed: \"OFF\", \"ERROR\", \"INFO\"",
        ),
        ("[api]\nmetrics = 1", "`metrics` is 1; allowed: true, false"),
        (
            "[usage_plan]\nquota = { limit = 1, period = \"year\" }",
            "`period` is \"year\"; allowed: \"day\", \"week\", \"month\"",
        ),
        (
            "[usage_plan]\nquota = { limit = 1 }",
            "`period` is missing in `quota`",
        ),
        (
            "[usage_plan]\nquota = 5",
            "`quota` is 5; allowed: { limit = 1000, period = \"day\" }",
        ),
    ];
    for (more, message) in table {
        assert_eq!(wrong(more), message);
    }
}

#[test]
fn keys_that_do_not_belong_are_told_with_the_likely_one() {
    assert_eq!(
        wrong("[queue]\nvisiblity_timeout = 1"),
        "unknown key `visiblity_timeout` in [queue]; did you mean `visibility_timeout`? allowed: \
         visibility_timeout, retention, max_receives, dead_letter_retention, kms_key, senders"
    );
    assert_eq!(
        wrong("[lambda]\nx = 1"),
        "unknown key `lambda` in the file; allowed: app, route, function, queue, usage_plan, api, \
         role, stages"
    );
    assert_eq!(
        messages(&format!("function = 3\n{}", super::BASE)),
        "`function` is 3; allowed: a section: [function]"
    );
}

#[test]
fn what_excludes_each_other() {
    assert_eq!(
        wrong("[queue]\nretention = 1209600\ndead_letter_retention = 600"),
        "`dead_letter_retention` is 600; allowed: `retention` (1209600) or more, as a message's \
         age goes on counting in the dead-letter queue"
    );
    assert_eq!(
        wrong("[function]\narchitecture = \"arm64\"\ntarget = \"x86_64-unknown-linux-gnu\""),
        "`target` is \"x86_64-unknown-linux-gnu\", which is not for `architecture`"
    );
    assert_eq!(
        wrong(
            "[role]\nboundary = \"arn:aws:iam::123456789012:policy/p\"\narn = \"arn:aws:iam::123456789012:role/r\""
        ),
        "`boundary` is for the role that gatewayq makes, and `arn` says to make none; allowed: \
         one of the two"
    );
}

#[test]
fn the_names_fit_together() {
    let text = super::BASE.replace("shop", &"a".repeat(40));
    let error = super::read(&text, "pre-prod").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("have 48 characters together; allowed: 46"),
        "{error}"
    );
    super::read(&text, "pprod1").unwrap();
}

#[test]
fn the_environment_is_lambdas() {
    let set = |name: &str| {
        wrong(&format!(
            "[function.environment]\n{name} = \"secret-value\""
        ))
    };
    assert!(set("QUEUE_URL").ends_with("; gatewayq sets this one itself"));
    for name in [
        "AWS_REGION",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "X",
        "A-B",
        "\"\"",
        "9A",
        "\"ü1\"",
    ] {
        assert!(
            set(name).starts_with("`environment` has the name "),
            "{name}"
        );
        assert!(!set(name).contains("secret-value"));
    }
    assert_eq!(
        wrong("[function.environment]\nTOKEN = 5"),
        "the value of `TOKEN` in `environment`; allowed: a string"
    );
    let most = |length| format!("[function.environment]\nAA = \"{}\"", "x".repeat(length));
    with(&most(3582));
    assert_eq!(
        wrong(&most(3583)),
        "`environment` has 3585 bytes; allowed: at most 3584"
    );
}

#[test]
fn tags_are_aws_s() {
    let tag = |key: &str, value: &str| {
        messages(&super::BASE.replace("\n[[", &format!("\n[app.tags]\n'{key}' = '{value}'\n[[")))
    };
    assert_eq!(
        tag("AWS:x", ""),
        "`tags` has the name `AWS:x`; `aws:` and `gatewayq:` are reserved"
    );
    assert_eq!(
        tag("gatewayq:app", ""),
        "`tags` has the name `gatewayq:app`; `aws:` and `gatewayq:` are reserved"
    );
    assert_eq!(
        tag("", ""),
        "`tags` has the name ``; allowed: 1 to 128 characters"
    );
    assert_eq!(
        tag("a", &"x".repeat(257)),
        "the value of `a` in `tags`; allowed: at most 256 characters"
    );
    assert_eq!(
        tag("a#b", ""),
        "`tags` has the name `a#b`; allowed: letters, digits, spaces and _ . : / = + - @"
    );
    let many: String = (0..48).map(|n| format!("t{n} = ''\n")).collect();
    let text = super::BASE.replace("\n[[", &format!("\n[app.tags]\n{many}[["));
    assert_eq!(messages(&text), "`tags` has 48; allowed: at most 45");
}
