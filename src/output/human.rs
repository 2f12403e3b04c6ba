//! Text for people: tables, diffs, durations.

use crate::engine::{Action, Change, Plan, Step};
use console::{measure_text_width, style};
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// `0.3 s`, `12.0 s`, `2 min 5 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 60.. => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// Rows in columns, two spaces apart.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| measure_text_width(cell))
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", pad(cell, *width)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn pad(cell: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(measure_text_width(cell)))
}

/// A plan as a diff.
pub(crate) fn plan_text(plan: &Plan) -> String {
    let steps = plan.steps.iter().filter(|step| step.action != Action::Keep);
    steps.map(step_text).collect::<Vec<_>>().join("\n")
}

fn step_text(step: &Step) -> String {
    let what = format!("{} {}", step.kind, step.name);
    match &step.action {
        Action::Create => style(format!("+ {what}")).green().to_string(),
        Action::Delete => style(format!("- {what}")).red().to_string(),
        Action::Update { changes } => {
            with_changes(&style(format!("~ {what}")).yellow().to_string(), changes)
        }
        Action::Replace { changes, .. } => with_changes(
            &style(format!("± {what} (deleted and created again)"))
                .red()
                .to_string(),
            changes,
        ),
        Action::Foreign { reason, .. } => style(format!("! {what}: not this stage's, {reason}"))
            .red()
            .to_string(),
        Action::Retain { reason, .. } => format!("  {what} stays: {reason}"),
        Action::Keep => format!("  {what}"),
    }
}

fn with_changes(head: &str, changes: &[Change]) -> String {
    let lines = changes
        .iter()
        .map(|change| format!("    {}", change_text(change)));
    std::iter::once(head.to_owned())
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

fn change_text(change: &Change) -> String {
    let field = &change.field;
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if before.contains('\n') || after.contains('\n') => {
            format!("{field}:\n{}", document_diff(before, after))
        }
        (Some(before), Some(after)) => format!(
            "{field}: {} → {}",
            style(before).red(),
            style(after).green()
        ),
        (None, Some(after)) => format!("{} {field}: {}", style("+").green(), one_line(after)),
        (Some(before), None) => format!("{} {field}: {}", style("-").red(), one_line(before)),
        (None, None) => field.clone(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn document_diff(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let line = |change: similar::Change<&str>| {
        let text = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Delete => style(format!("      - {text}")).red().to_string(),
            ChangeTag::Insert => style(format!("      + {text}")).green().to_string(),
            ChangeTag::Equal => format!("        {text}"),
        }
    };
    diff.iter_all_changes()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["a".to_owned(), "b".to_owned()],
            vec!["long".to_owned(), "c".to_owned()],
        ];
        assert_eq!(table(&rows), "a     b\nlong  c");
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(elapsed(Duration::from_millis(340)), "0.3 s");
        assert_eq!(elapsed(Duration::from_secs(125)), "2 min 5 s");
    }
}
