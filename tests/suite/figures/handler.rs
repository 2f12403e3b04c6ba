//! The function beside Chalice's with Celery, by lambda-handler/bench.
use std::fmt::Write as _;
use std::process::Command;

use serde_json::Value;

use super::measured::spread;
use crate::support::{handler, workspace};

const WHAT: [(&str, &str); 16] = [
    ("zip_mb", "zip, MB"),
    ("cold_cpu_ms", "cold, CPU ms"),
    ("cold_wall_ms", "cold, ms"),
    ("warm_cpu_ms", "warm, CPU ms"),
    ("warm_k_instructions", "warm, thousand instructions"),
    ("warm_p50_ms", "warm, ms"),
    ("rss_mb", "peak memory, MiB"),
    ("1_per_s", "1 at once, requests a second"),
    ("1_p99_ms", "1 at once, 99th percentile, ms"),
    ("10_per_s", "10 at once, requests a second"),
    ("10_p99_ms", "10 at once, 99th percentile, ms"),
    ("10_rss_mb", "10 at once, peak memory of all, MiB"),
    ("100_per_s", "100 at once, requests a second"),
    ("100_p99_ms", "100 at once, 99th percentile, ms"),
    ("100_cpu_ms", "100 at once, CPU ms a request"),
    ("100_rss_mb", "100 at once, peak memory of all, MiB"),
];

/// The table; the bench makes its own Python environment.
pub(super) fn table() -> String {
    let mut bench = Command::new("python3");
    bench
        .arg(workspace().join("lambda-handler/bench/bench.py"))
        .arg("--json")
        .arg("--bootstrap")
        .arg(handler::bootstrap());
    let output = bench.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let found: Value = serde_json::from_slice(&output.stdout).expect(&told);
    let mut table = "| | gatewayq | Chalice and Celery |\n|---|---:|---:|\n".to_owned();
    for (key, what) in WHAT {
        let of = |tool: &str| {
            let values = found[tool][key].as_array().into_iter().flatten();
            let values: Vec<f64> = values.filter_map(Value::as_f64).collect();
            if values.is_empty() {
                "–".to_owned()
            } else {
                spread(&values)
            }
        };
        writeln!(table, "| {what} | {} | {} |", of("gatewayq"), of("chalice")).unwrap();
    }
    table
}
