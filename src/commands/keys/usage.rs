//! What consumers asked for.

use super::StageKeys;
use crate::commands::Failure;
use crate::keys::{self, Consumer, Day, Key, Use};
use crate::output::table;
use futures::future::try_join_all;
use serde::Serialize;
use std::collections::BTreeMap;

/// One key on one usage plan in what `keys usage --json` prints.
#[derive(Serialize)]
struct Used {
    /// The consumer; of a key that is not the stage's its own name, null for one that is gone.
    name: Option<String>,
    id: String,
    /// The usage plan that counted.
    plan: String,
    /// Requests of all days together.
    used: i64,
    days: Vec<OnDay>,
}

#[derive(Serialize)]
struct OnDay {
    /// `2026-11-29`, in UTC.
    date: String,
    used: i64,
    /// What is left of the period's quota after it; null for a plan without one.
    remaining: Option<i64>,
}

impl StageKeys {
    pub(super) async fn show_usage(
        &self,
        name: Option<&Consumer>,
        days: (Day, Day),
    ) -> Result<(), Failure> {
        let (ours, names) = self.whose(name).await?;
        let only: Vec<Option<&str>> = match name {
            Some(_) => ours.iter().map(|key| Some(key.id.as_str())).collect(),
            None => vec![None],
        };
        let asked = self
            .plans
            .iter()
            .flat_map(|plan| only.iter().map(move |key| (plan, *key)));
        let answers = asked.map(async |(plan, key)| {
            let answer = keys::usage(&self.cx, plan, key, days).await;
            answer.map(|uses| {
                uses.into_iter()
                    .map(|(id, uses)| (id, plan.name.clone(), uses))
            })
        });
        let answers = try_join_all(answers).await;
        let answers = answers.map_err(|error| {
            Failure::reading("the usage of the stage's API keys", error, &self.flags)
        })?;
        let mut all: BTreeMap<(String, String), Vec<Use>> = BTreeMap::new();
        for (id, plan, uses) in answers.into_iter().flatten() {
            all.entry((id, plan)).or_default().extend(uses);
        }
        // A key without a request is in the report all the same, on the plan that it is on.
        for key in ours {
            if let Some(plan) = key.plan {
                all.entry((key.id, plan)).or_default();
            }
        }
        let all = all.into_iter();
        let mut all: Vec<Used> = all
            .map(|((id, plan), uses)| used(names.get(&id).cloned(), id, plan, uses))
            .collect();
        all.sort_by(|one, other| {
            (&one.name, &one.id, &one.plan).cmp(&(&other.name, &other.id, &other.plan))
        });
        self.session.printer.result(&all, &text(&all, days));
        Ok(())
    }

    /// The keys of one consumer, or of all, and the names of all keys by their ids.
    async fn whose(
        &self,
        name: Option<&Consumer>,
    ) -> Result<(Vec<Key>, BTreeMap<String, String>), Failure> {
        if let Some(name) = name {
            let keys = self.of(name).await?;
            let names = keys.iter().map(|key| (key.id.clone(), name.to_string()));
            let names = names.collect();
            return Ok((keys, names));
        }
        let keys = self.all().await?;
        let ours = keys
            .ours
            .iter()
            .map(|key| (key.id.clone(), key.consumer.clone()));
        let foreign = keys.foreign.iter();
        let foreign = foreign.map(|one| (one.key.id.clone(), one.key.name.clone()));
        let names = ours.chain(foreign).collect();
        Ok((keys.ours, names))
    }
}

fn used(name: Option<String>, id: String, plan: String, mut uses: Vec<Use>) -> Used {
    uses.sort_by_key(|one| one.day);
    let days = uses.iter().map(|one| OnDay {
        date: one.day.to_string(),
        used: one.used,
        remaining: one.remaining,
    });
    Used {
        name,
        id,
        plan,
        used: uses.iter().map(|one| one.used).sum(),
        days: days.collect(),
    }
}

/// The days on which there was a request, and a line for each key without one.
fn text(all: &[Used], (from, to): (Day, Day)) -> String {
    let title = ["CONSUMER", "ID", "PLAN", "DAY", "USED", "REMAINING"].map(str::to_owned);
    let mut rows = vec![title.to_vec()];
    for one in all {
        let line = |day: &str, used: i64, remaining: Option<i64>| {
            let remaining = remaining.map_or_else(|| "–".to_owned(), |left| left.to_string());
            let name = one.name.clone().unwrap_or_else(|| "(deleted)".to_owned());
            let (id, plan) = (one.id.clone(), one.plan.clone());
            vec![name, id, plan, day.to_owned(), used.to_string(), remaining]
        };
        let busy = one.days.iter().filter(|day| day.used > 0);
        let busy: Vec<_> = busy
            .map(|day| line(&day.date, day.used, day.remaining))
            .collect();
        if busy.is_empty() {
            let last = one.days.last().and_then(|day| day.remaining);
            rows.push(line("–", 0, last));
        }
        rows.extend(busy);
    }
    format!(
        "{}\nrequests from {from} to {to}, by day in UTC",
        table(&rows)
    )
}
