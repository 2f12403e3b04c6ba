//! Switching keys off and on, and deleting them.

use super::StageKeys;
use super::make::gone;
use super::show::row;
use crate::commands::Failure;
use crate::commands::confirm::confirm;
use crate::keys::{self, Consumer, Key, KeyState, Marks};
use crate::resources::DEFAULT_KEY;
use serde::Serialize;

/// What `keys enable --json` and `keys disable --json` print.
#[derive(Serialize)]
struct Switched<'a> {
    name: &'a str,
    enabled: bool,
    /// Those that were switched.
    ids: Vec<&'a str>,
}

/// What `keys delete --json` prints.
#[derive(Serialize)]
struct Deleted<'a> {
    name: &'a str,
    /// Their ids; empty where there was none.
    deleted: Vec<&'a str>,
}

impl StageKeys {
    /// The mark comes first: it is what a deploy goes by.
    pub(super) async fn disable(&self, name: &Consumer) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        for key in &keys {
            if key.state == KeyState::Active {
                self.mark(key, KeyState::Disabled, &mut Marks::new())
                    .await?;
            }
            // One that the list did not show on a plan may just have come to its own.
            let plan = key.plan.as_ref().unwrap_or(&key.home);
            if let Some(plan) = self.plans.named(plan) {
                let off = keys::take_off(&self.cx, &plan.id, &key.id).await;
                off.map_err(|error| self.changing(key, error))?;
            }
        }
        let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        let text = format!(
            "the keys of {name} are off the usage plan: {}\nBack on: gatewayq keys enable {name}{}",
            ids.join(", "),
            self.flags
        );
        let report = Switched {
            name: name.as_ref(),
            enabled: false,
            ids,
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }

    /// The key in use alone comes back: nobody is to go on with a retired one.
    pub(super) async fn enable(&self, name: &Consumer) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        let in_use = keys.iter().find(|key| key.state != KeyState::Retired);
        let in_use = in_use.ok_or_else(|| self.only_retired(name))?;
        let home = Some(in_use.home.clone());
        let mut marked = Marks::new();
        for key in &keys {
            if key.state == KeyState::Disabled {
                self.mark(key, KeyState::Active, &mut marked).await?;
            }
        }
        let made = self.ensure_on(name, home, marked).await?;
        let outcome = made.stack.outcomes(&made.done).next();
        let outcome = outcome.ok_or_else(|| gone(name))?;
        let ids = vec![outcome.id.as_str()];
        let text = format!("the key of {name} is on: {}", ids.join(", "));
        let report = Switched {
            name: name.as_ref(),
            enabled: true,
            ids,
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }

    /// Writes what becomes of a key, and keeps it in `marked`, for looks at lists that do not show it yet.
    pub(super) async fn mark(
        &self,
        key: &Key,
        state: KeyState,
        marked: &mut Marks,
    ) -> Result<(), Failure> {
        let done = keys::set_state(&self.cx, &key.id, state).await;
        done.map_err(|error| self.changing(key, error))?;
        marked.insert(key.id.clone(), state);
        Ok(())
    }

    pub(super) async fn delete(
        &self,
        name: &Consumer,
        retired: bool,
        yes: bool,
    ) -> Result<(), Failure> {
        if name.as_ref() == DEFAULT_KEY && !retired {
            return Err(Failure::usage(
                "the default key is the stage's own: the next deploy would make it again. `keys rotate default` \
                 replaces it, `keys disable default` switches it off, `keys delete default --retired` deletes what \
                 a rotation left",
            ));
        }
        let goes = |key: &Key| {
            key.consumer == name.as_ref() && (!retired || key.state == KeyState::Retired)
        };
        let (keys, others): (Vec<Key>, Vec<Key>) =
            self.list().await?.into_iter().partition(|key| goes(key));
        if !keys.is_empty() && !yes {
            let lines: Vec<String> = keys.iter().map(|key| row(key).join("  ")).collect();
            let question =
                format!("Delete these keys of {name}? Whoever still uses one is shut out.");
            confirm(&self.session.printer, &lines.join("\n"), &question)?;
        }
        for key in &keys {
            let deleted = keys::delete(&self.cx, &key.id).await;
            deleted.map_err(|error| self.changing(key, error))?;
        }
        self.remember(others.iter().map(|key| key.consumer.as_str()));
        let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        let text = match ids.as_slice() {
            [] => format!("{name} has no such key: nothing to delete"),
            ids => format!("deleted: {}", ids.join(", ")),
        };
        let report = Deleted {
            name: name.as_ref(),
            deleted: ids,
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }
}
