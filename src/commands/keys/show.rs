//! Showing keys, and the value of one.

use super::StageKeys;
use crate::commands::Failure;
use crate::config::DEFAULT_PLAN;
use crate::keys::{self, Consumer, ForeignKey, Key, KeyState};
use crate::output::table;
use crate::resources::DEFAULT_KEY;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::ExposeSecret;
use serde::Serialize;

/// The state of a key that is on one of the stage's usage plans and not the stage's.
const FOREIGN: &str = "foreign";

/// One key in what `keys list --json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    /// The consumer; of a foreign key its own name.
    name: &'a str,
    id: &'a str,
    /// `active`, `retired`, `disabled` or `foreign`.
    state: &'static str,
    /// Whether it is on one of the stage's usage plans: without that it opens nothing.
    attached: bool,
    /// The usage plan that it is on, or belongs on.
    plan: &'a str,
    /// RFC 3339.
    created: String,
}

/// What `keys show --json` prints.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    id: &'a str,
    /// The secret itself.
    value: &'a str,
}

impl StageKeys {
    pub(super) async fn show_list(&self) -> Result<(), Failure> {
        let keys = self.all().await?;
        let title = ["CONSUMER", "ID", "STATE", "PLAN", "MADE"].map(str::to_owned);
        let ours = keys.ours.iter().map(row);
        let rows: Vec<Vec<String>> = std::iter::once(title.to_vec())
            .chain(ours.chain(keys.foreign.iter().map(foreign_row)))
            .collect();
        let ours = keys.ours.iter().map(listed);
        let all: Vec<Listed> = ours.chain(keys.foreign.iter().map(foreign)).collect();
        let mut text = table(&rows);
        if !keys.foreign.is_empty() {
            text += "\nforeign: on a usage plan of the stage, but not made by gatewayq, which leaves it alone";
        }
        for key in &keys.ours {
            text += &self
                .help(key)
                .map(|help| format!("\n{help}"))
                .unwrap_or_default();
        }
        self.session.printer.result(&all, &text);
        Ok(())
    }

    /// What to do where a key is not where it belongs: a command was cut off, or somebody else took it off its plan or
    /// put it back.
    fn help(&self, key: &Key) -> Option<String> {
        let Key {
            consumer,
            home,
            plan,
            ..
        } = key;
        let flags = &self.flags;
        if let (KeyState::Disabled, Some(plan)) = (key.state, plan) {
            return Some(format!(
                "the key of {consumer} is disabled and still on the usage plan {plan}, so that it opens the stage: \
                 gatewayq keys disable {consumer}{flags}"
            ));
        }
        if key.state != KeyState::Active || plan.as_ref() == Some(home) {
            return None;
        }
        let is = plan.as_ref().map_or_else(
            || "is on no usage plan, so that it opens nothing".to_owned(),
            |plan| format!("is on the usage plan {plan} and belongs on {home}"),
        );
        let command = match consumer.as_str() {
            DEFAULT_KEY => format!("gatewayq deploy{flags}"),
            // A plan that gatewayq.toml does not have takes no more keys.
            _ if self.plans.listed(home).is_err() => {
                format!("gatewayq keys move {consumer} --plan {DEFAULT_PLAN}{flags}")
            }
            _ => format!("gatewayq keys move {consumer} --plan {home}{flags}"),
        };
        Some(format!("the key of {consumer} {is}: {command}"))
    }

    pub(super) fn only_retired(&self, name: &Consumer) -> Failure {
        Failure::failed(format!(
            "{name} has only retired keys: gatewayq keys create {name}{}",
            self.flags
        ))
    }

    /// The one place that prints a value.
    pub(super) async fn show(&self, name: &Consumer) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        let in_use = keys.iter().find(|key| key.state != KeyState::Retired);
        let key = in_use.ok_or_else(|| self.only_retired(name))?;
        let value = keys::value(&self.cx, &key.id).await;
        let value = value.map_err(|error| {
            Failure::reading(&format!("API key {}", key.id), error, &self.flags)
        })?;
        let value = value.expose_secret();
        let report = Shown {
            name: name.as_ref(),
            id: &key.id,
            value,
        };
        self.session.printer.result(&report, value);
        Ok(())
    }
}

fn state_of(key: &Key) -> &'static str {
    match (key.state, &key.plan) {
        (KeyState::Active, None) => "not attached",
        (KeyState::Disabled, Some(_)) => "disabled, still attached",
        (state, _) => state.as_str(),
    }
}

/// The plan that a key is on, or belongs on.
fn plan_of(key: &Key) -> &str {
    key.plan.as_ref().unwrap_or(&key.home)
}

/// A key as a line of a table.
pub(super) fn row(key: &Key) -> Vec<String> {
    vec![
        key.consumer.clone(),
        key.id.clone(),
        state_of(key).to_owned(),
        plan_of(key).to_owned(),
        made(key.created),
    ]
}

/// A key that somebody made by hand, under its own name.
fn foreign_row(foreign: &ForeignKey) -> Vec<String> {
    let key = &foreign.key;
    vec![
        key.name.clone(),
        key.id.clone(),
        FOREIGN.to_owned(),
        foreign.plan.clone(),
        made(key.created),
    ]
}

fn made(created: i64) -> String {
    let time = DateTime::from_secs(created).fmt(Format::DateTime);
    time.unwrap_or_default()
}

fn listed(key: &Key) -> Listed<'_> {
    Listed {
        name: &key.consumer,
        id: &key.id,
        state: key.state.as_str(),
        attached: key.plan.is_some(),
        plan: plan_of(key),
        created: made(key.created),
    }
}

fn foreign(foreign: &ForeignKey) -> Listed<'_> {
    let key = &foreign.key;
    Listed {
        name: &key.name,
        id: &key.id,
        state: FOREIGN,
        attached: true,
        plan: &foreign.plan,
        created: made(key.created),
    }
}
