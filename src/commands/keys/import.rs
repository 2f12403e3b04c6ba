//! Keys that are brought along in a file.

use super::StageKeys;
use crate::commands::Failure;
use crate::config::DEFAULT_PLAN;
use crate::keys::{self, Entry, Marks, Wanted};
use crate::resources::DEFAULT_KEY;
use anyhow::Context;
use camino::Utf8Path;
use serde::Serialize;
use std::io::Read;

/// Keys that are made together. The pace of API Gateway, five a second, counts for each key from the
/// beginning, and no key is to wait longer than a resource may.
const TOGETHER: usize = 100;

/// Mistakes reported at once. A file with more has one cause many times.
const REPORTED: usize = 20;

/// What `keys import --json` prints.
#[derive(Default, Serialize)]
struct Imported {
    /// The consumers whose keys were made.
    created: Vec<String>,
    /// Those that had a key, which keeps its value and its plan.
    present: Vec<String>,
}

/// The keys of a file; `-` is standard input.
pub(super) fn entries(file: &Utf8Path) -> Result<Vec<Entry>, Failure> {
    let read = || match file.as_str() {
        "-" => {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            Ok::<_, std::io::Error>(text)
        }
        _ => std::fs::read_to_string(file),
    };
    let text = read().with_context(|| format!("{file} could not be read"));
    let entries = keys::parse(&text.map_err(Failure::Usage)?);
    let entries = entries.map_err(|wrong| mistakes(file, &wrong))?;
    let own = entries
        .iter()
        .find(|entry| entry.consumer.as_ref() == DEFAULT_KEY);
    match own {
        Some(own) => Err(mistakes(
            file,
            &[(
                own.line,
                "the default key is the stage's own, which deploy makes".to_owned(),
            )],
        )),
        None => Ok(entries),
    }
}

fn mistakes(file: &Utf8Path, wrong: &[(usize, String)]) -> Failure {
    let told = wrong.iter().take(REPORTED);
    let mut lines: Vec<String> = told
        .map(|(line, wrong)| format!("{file}:{line}: {wrong}"))
        .collect();
    if wrong.len() > REPORTED {
        lines.push(format!("and {} more", wrong.len() - REPORTED));
    }
    Failure::usage(format!("{}\n  Nothing was changed", lines.join("\n  ")))
}

impl StageKeys {
    /// Makes those that are not there: run again, it goes on.
    pub(super) async fn import(&self, entries: Vec<Entry>) -> Result<(), Failure> {
        let wanted = self.wanted(entries).await?;
        let mut report = Imported::default();
        for some in wanted.chunks(TOGETHER) {
            let done = self.ensure(some, self.list.clone()).await?;
            for outcome in done.stack.outcomes(&done.done) {
                let list = match outcome.made {
                    true => &mut report.created,
                    false => &mut report.present,
                };
                list.push(outcome.consumer.to_string());
            }
        }
        let text = format!(
            "keys made: {}; there already, and left as they are: {}",
            report.created.len(),
            report.present.len()
        );
        self.session.printer.result(&report, &text);
        Ok(())
    }

    /// Whoever has a key stays on the plan of that one; the plans of all lines have to be there.
    async fn wanted(&self, entries: Vec<Entry>) -> Result<Vec<Wanted>, Failure> {
        let listed = self.listed().await?;
        let plans = entries.iter().map(|entry| {
            let plan = entry.plan.as_deref().unwrap_or(DEFAULT_PLAN);
            self.plan(plan).map_err(|failure| (entry.line, failure))
        });
        plans
            .collect::<Result<Vec<_>, _>>()
            .map_err(|(line, failure)| {
                let told = failure.message().unwrap_or_default();
                Failure::usage(format!("line {line}: {told}\n  Nothing was changed"))
            })?;
        let wanted = entries.into_iter().map(|entry| {
            let home = self.home(listed, &entry.consumer);
            Wanted {
                plan: home
                    .or(entry.plan.as_deref())
                    .or_else(|| self.former_home(listed, &entry.consumer))
                    .unwrap_or(DEFAULT_PLAN)
                    .to_owned(),
                consumer: entry.consumer,
                value: Some(entry.value),
                marked: Marks::new(),
            }
        });
        Ok(wanted.collect())
    }
}
