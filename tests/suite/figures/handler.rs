//! The function beside Chalice's with Celery, by lambda-handler/bench.
use std::fmt::Write as _;
use std::process::Command;

use serde_json::Value;

use super::measured::spread;
use crate::support::{handler, workspace};

const WHAT: [(&str, &str); 6] = [
    ("zip_mb", "zip, MB"),
    ("cold_cpu_ms", "cold, CPU ms"),
    ("cold_wall_ms", "cold, ms"),
    ("warm_cpu_ms", "warm, CPU ms"),
    ("warm_p50_ms", "warm, ms"),
    ("rss_mb", "peak memory, MiB"),
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
