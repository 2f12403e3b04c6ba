//! docs/benchmarks.md, and README's rows that come from it.
use std::fs;

use super::account::{self, Growth};
use super::commands::{self, Project};
use super::faults::{self, Outcome};
use super::peers::{self, Row};

/// All that the document says.
pub(super) struct Content {
    pub rounds: usize,
    pub peers: Vec<Row>,
    pub commands: Vec<Project>,
    pub growth: Growth,
    pub faults: Vec<Outcome>,
    pub handler: String,
}

/// The text.
pub(super) fn document(content: &Content) -> String {
    let Content {
        rounds,
        peers,
        commands,
        growth,
        faults,
        handler,
    } = content;
    format!(
        include_str!("document.txt"),
        rounds = rounds,
        tools = names(peers, |row| row.tool),
        rule = "---|".repeat(1 + rows_of_two(peers)),
        summary = lines(&peers::rows(peers)),
        two = peers::table(peers, 2),
        hundred = peers::table(peers, 100),
        commands = commands::table(commands),
        others = growth.others(),
        growth = account::table(growth),
        faults = faults::table(faults),
        handler = handler,
        versions = names(peers, |row| &row.version)
            .replace(" |", ",")
            .trim_matches([' ', ',']),
        machine = machine(),
    )
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
