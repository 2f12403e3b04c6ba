//! The peers' figures as tables.
use std::fmt::Write as _;

use super::super::measured::{median, spread};
use super::{Row, STEPS};

/// Every step of every tool with so many routes.
pub(in super::super) fn table(rows: &[Row], routes: usize) -> String {
    let mut table =
        "| | tool | calls | writes | deep | MB sent | CPU s | peak MB | s at 0 ms | s at 50 ms |\n\
                     |---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
            .to_owned();
    for (nth, step) in STEPS.iter().enumerate() {
        for row in rows.iter().filter(|row| row.routes == routes) {
            let figures = &row.steps[nth];
            writeln!(
                table,
                "| {step} | {} | {} | {} | {:.2} | {:.0} | {} | {} |",
                row.tool,
                figures.counts(),
                megabytes(figures.sent()),
                median(&figures.cpu),
                median(&figures.memory),
                spread(&figures.wall[0]),
                spread(&figures.wall[1]),
            )
            .unwrap();
        }
    }
    table
}

/// To the second digit, upwards: what is sent is not nothing.
fn megabytes(bytes: usize) -> String {
    format!(
        "{}.{:02}",
        bytes / 1_000_000,
        (bytes % 1_000_000).div_ceil(10_000).min(99)
    )
}

/// README's rows: a label and a cell for each tool, with two routes at 50 ms.
pub(in super::super) fn rows(rows: &[Row]) -> Vec<Vec<String>> {
    let of_two = || rows.iter().filter(|row| row.routes == 2);
    let line = |label: &str, cell: &dyn Fn(&Row) -> String| {
        std::iter::once(label.to_owned())
            .chain(of_two().map(cell))
            .collect::<Vec<_>>()
    };
    let step = |nth: usize| {
        move |row: &Row| {
            let figures = &row.steps[nth];
            let record = &figures.record;
            format!(
                "{} calls, {} writes, {:.1} s",
                record.len(),
                record.writes().len(),
                median(&figures.wall[1])
            )
        }
    };
    vec![
        line("first deploy, calls and time", &step(0)),
        line("nothing changed", &step(1)),
        line("code changed", &step(2)),
        line("delete", &step(4)),
        line("after delete there is left", &|row| {
            if row.left.is_empty() {
                "nothing".to_owned()
            } else {
                row.left.join(", ")
            }
        }),
    ]
}
