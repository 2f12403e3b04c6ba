//! Showing keys, and the value of one.

use super::StageKeys;
use crate::commands::Failure;
use crate::keys::{self, Consumer, Key, KeyState};
use crate::output::table;
use crate::resources::ListedKey;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::ExposeSecret;
use serde::Serialize;

/// The state of a key that is on the stage's usage plan and not the stage's.
const FOREIGN: &str = "foreign";

/// One key in what `keys list --json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    /// The consumer; of a foreign key its own name.
    name: &'a str,
    id: &'a str,
    /// `active`, `retired`, `disabled` or `foreign`.
    state: &'static str,
    /// Whether the stage's usage plan knows it: without that it opens nothing.
    attached: bool,
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
        let title = ["CONSUMER", "ID", "STATE", "MADE"].map(str::to_owned);
        let ours = keys.ours.iter().map(row);
        let rows: Vec<Vec<String>> = std::iter::once(title.to_vec())
            .chain(ours.chain(keys.foreign.iter().map(foreign_row)))
            .collect();
        let ours = keys.ours.iter().map(listed);
        let all: Vec<Listed> = ours.chain(keys.foreign.iter().map(foreign)).collect();
        let mut text = table(&rows);
        if !keys.foreign.is_empty() {
            text += "\nforeign: on the stage's usage plan, but not made by gatewayq, which leaves it alone";
        }
        self.session.printer.result(&all, &text);
        Ok(())
    }

    /// The one place that prints a value.
    pub(super) async fn show(&self, name: &Consumer) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        let in_use = keys.iter().find(|key| key.state != KeyState::Retired);
        let key = in_use.ok_or_else(|| {
            Failure::failed(format!(
                "{name} has only retired keys: gatewayq keys create {name}{}",
                self.flags
            ))
        })?;
        let value = keys::value(&self.cx, &key.id).await;
        let value =
            value.map_err(|error| Failure::reading(&format!("API key {}", key.id), error))?;
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
    match (key.state, key.attached) {
        (KeyState::Active, false) => "not attached",
        (state, _) => state.as_str(),
    }
}

/// A key as a line of a table.
pub(super) fn row(key: &Key) -> Vec<String> {
    vec![
        key.consumer.clone(),
        key.id.clone(),
        state_of(key).to_owned(),
        made(key.created),
    ]
}

/// A key that somebody made by hand, under its own name.
fn foreign_row(key: &ListedKey) -> Vec<String> {
    vec![
        key.name.clone(),
        key.id.clone(),
        FOREIGN.to_owned(),
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
        attached: key.attached,
        created: made(key.created),
    }
}

fn foreign(key: &ListedKey) -> Listed<'_> {
    Listed {
        name: &key.name,
        id: &key.id,
        state: FOREIGN,
        attached: true,
        created: made(key.created),
    }
}
