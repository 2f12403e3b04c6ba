//! docs/benchmarks.md, and README's rows that come from it.
use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::account::{self, Growth};
use super::peers::{self, Row};
use super::plot;

/// What the peers' rows say, by the words that stand for it in the document.
pub(super) fn of_peers(rows: &[Row]) -> Value {
    json!({
        "tools": names(rows, |row| row.tool),
        "rule": "---|".repeat(1 + rows_of_two(rows)),
        "summary": lines(&peers::rows(rows)),
        "two": peers::table(rows, 2),
        "hundred": peers::table(rows, 100),
        "versions": names(rows, |row| &row.version).replace(" |", ",").trim_matches([' ', ',']),
        "picture": plot::svg(rows),
    })
}

pub(super) fn of_growth(growth: &Growth) -> Value {
    json!({"others": growth.others(), "growth": account::table(growth)})
}

/// The text, with the words filled in.
pub(super) fn document(rounds: usize, words: &BTreeMap<String, String>) -> String {
    let mut text = include_str!("document.txt").to_owned();
    for (word, value) in words {
        text = text.replace(&format!("{{{word}}}"), value);
    }
    let text = text.replace("{rounds}", &rounds.to_string());
    text.replace("{machine}", &machine())
}

fn rows_of_two(peers: &[Row]) -> usize {
    peers.iter().filter(|row| row.routes == 2).count()
}

fn names<'a>(peers: &'a [Row], name: impl Fn(&'a Row) -> &'a str) -> String {
    let rows = peers.iter().filter(|row| row.routes == 2);
    rows.map(|row| format!(" {} |", name(row))).collect()
}

fn lines(rows: &[Vec<String>]) -> String {
    rows.iter()
        .map(|cells| format!("| {} |\n", cells.join(" | ")))
        .collect()
}

fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = processor.lines();
    let model = lines.find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().unwrap();
    let system = std::process::Command::new("uname").arg("-sr").output();
    let system = system.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!("{cores} cores of {model}, {}", system.unwrap_or_default())
}

/// README with the rows of the document's first table, label for label. README's further columns stay.
pub(super) fn into_readme(readme: &str, document: &str) -> String {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| |");
    let rows: Vec<Vec<&str>> = document
        .lines()
        .skip_while(|line| !is_row(line))
        .take_while(is_row)
        .map(cells)
        .collect();
    let renewed = |line: &str| -> String {
        let old = cells(line);
        let row = rows
            .iter()
            .find(|row| row[0] == old[0] && line.starts_with('|'));
        let Some(row) = row else {
            return format!("{line}\n");
        };
        let rest = &old[row.len()..];
        lines(&[row.iter().chain(rest).map(ToString::to_string).collect()])
    };
    readme.lines().map(renewed).collect()
}

fn cells(line: &str) -> Vec<&str> {
    let inner = line.trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(str::trim).collect()
}
