//! Write, read, compare: everything made, and each setting changed to something else and back.

use super::bench::{Bench, FULL, work};
use std::collections::BTreeSet;

#[tokio::test(start_paused = true)]
async fn what_is_made_is_read_back_as_it_was_wanted() {
    let minimal = "[app]\nname = \"shop\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = 1\n";
    for file in [FULL, minimal] {
        let bench = Bench::new();
        bench.deploy_and_agree(file, file).await;
        let writes = bench.account().writes.len();
        bench.deploy(file).await;
        let now = bench.account().writes.len();
        assert_eq!(now, writes, "the second deploy writes nothing");
    }
}

/// A piece of the full file, what stands in its place, and the lines of the plan.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("memory = 256", "memory = 512", &["function MemorySize"]),
    ("timeout = 10", "timeout = 20", &["function Timeout"]),
    (
        "ephemeral_storage = 1024",
        "",
        &["function EphemeralStorage"],
    ),
    (
        "[function]",
        "[function]\narchitecture = \"arm64\"",
        &["function Architectures"],
    ),
    (
        "environment = { MODE = \"quick\" }",
        "environment = { OTHER = \"it\" }",
        &["function Environment MODE", "function Environment OTHER"],
    ),
    (
        "[function]",
        "[function]\nlog_retention = 1",
        &["log group RetentionInDays"],
    ),
    (
        "[api]",
        "[api]\nlog_retention = 1",
        &["execution log group RetentionInDays"],
    ),
    (
        "rate = 10\nburst = 20\nquota",
        "rate = 10.5\nburst = 20\nquota",
        &["usage plan throttle.rateLimit"],
    ),
    (
        "burst = 20\nquota",
        "burst = 30\nquota",
        &["usage plan throttle.burstLimit"],
    ),
    ("limit = 1000", "limit = 2000", &["usage plan quota.limit"]),
    ("\"day\"", "\"month\"", &["usage plan quota.period"]),
    (
        "quota = { limit = 1000, period = \"day\" }",
        "",
        &["usage plan quota.limit", "usage plan quota.period"],
    ),
    ("\"ERROR\"", "\"INFO\"", &["stage logging/loglevel"]),
    ("\"ERROR\"", "\"OFF\"", &["stage logging/loglevel"]),
    (
        "metrics = true",
        "metrics = false",
        &["stage metrics/enabled"],
    ),
    ("rate = 100", "rate = 50.5", &["stage throttling/rateLimit"]),
    (
        "burst = 200",
        "burst = 300",
        &["stage throttling/burstLimit"],
    ),
    ("policy/org", "policy/other", &["role PermissionsBoundary"]),
    (
        "arn:aws:iam::111122223333:policy/org",
        "",
        &["role PermissionsBoundary"],
    ),
];

/// And back: a setting that was taken away is one that is given.
#[tokio::test(start_paused = true)]
async fn every_setting_that_changes_is_told_and_read_back() {
    let world = Bench::deployed(FULL).await.account().world.clone();
    for (piece, becomes, told) in CASES {
        assert!(FULL.contains(piece), "{piece}");
        let (file, case) = (
            FULL.replacen(piece, becomes, 1),
            format!("{piece} to {becomes}"),
        );
        let bench = Bench::new();
        bench.account().world = world.clone();
        let told: BTreeSet<String> = told.iter().map(|&line| line.to_owned()).collect();
        assert_eq!(work(&bench.plan(&file).await), told, "{case}");
        bench.deploy_and_agree(&file, &case).await;
        bench
            .deploy_and_agree(FULL, &format!("back from {case}"))
            .await;
    }
}
