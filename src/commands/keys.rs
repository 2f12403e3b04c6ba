//! `gatewayq keys`

use super::Failure;
use super::confirm::confirm;
use super::converge::{failure, remember};
use super::session::{Session, not_deployed};
use crate::cli::{Global, Keys};
use crate::endpoint;
use crate::engine::{Action, Cx, Error, Goal, Plan, apply, observe};
use crate::keys::{self, Consumer, Key, KeyState};
use crate::output::{Printer, table};
use crate::resources::DEFAULT_KEY;
use crate::stack::Stack;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rounds after which a key that others keep changing is given up.
const MAX_ROUNDS: u32 = 5;

pub async fn run(global: &Global, printer: &Printer, action: &Keys) -> Result<(), Failure> {
    let desk = Desk::open(global, printer).await?;
    match action {
        Keys::List => desk.show_list().await,
        Keys::Create { name } => desk.create(name).await,
        Keys::Rotate { name } => desk.rotate(name).await,
        Keys::Disable { name } => desk.disable(name).await,
        Keys::Enable { name } => desk.enable(name).await,
        Keys::Delete { name, retired, yes } => desk.delete(name, *retired, *yes).await,
        Keys::Show { name } => desk.show(name).await,
    }
}

/// A stage's keys, with what is needed to work on them.
struct Desk {
    session: Session,
    stack: Stack,
    plan_id: String,
    cx: Cx,
    flags: String,
}

impl Desk {
    async fn open(global: &Global, printer: &Printer) -> Result<Self, Failure> {
        let session = Session::open(global, printer).await?;
        let stack = session.look(|stack| vec![stack.plan.id()]).await?;
        let plan = stack.plan.current();
        let plan_id = plan.ok_or_else(|| not_deployed(&stack, global))?.id;
        let cx = session.runtime.at(stack.key.id(), "API keys".to_owned());
        let flags = endpoint::flags(global);
        Ok(Self {
            session,
            stack,
            plan_id,
            cx,
            flags,
        })
    }

    async fn list(&self) -> Result<Vec<Key>, Failure> {
        let (names, tags) = (&self.stack.names, &self.stack.tags);
        let keys = keys::list(&self.cx, names, tags, Some(&self.plan_id)).await;
        keys.map_err(|error| Failure::reading("the stage's API keys", error))
    }

    /// The keys of one consumer.
    async fn of(&self, name: &Consumer) -> Result<Vec<Key>, Failure> {
        let mut keys = self.list().await?;
        keys.retain(|key| key.consumer == name.as_ref());
        if keys.is_empty() {
            return Err(Failure::failed(format!(
                "{} has no key of a consumer {name}: gatewayq keys create {name}{}",
                self.stack.names.base(),
                self.flags
            )));
        }
        Ok(keys)
    }

    async fn show_list(&self) -> Result<(), Failure> {
        let keys = self.list().await?;
        let title = ["CONSUMER", "ID", "STATE", "MADE"].map(str::to_owned);
        let rows: Vec<Vec<String>> = std::iter::once(title.to_vec())
            .chain(keys.iter().map(row))
            .collect();
        let all: Vec<Value> = keys.iter().map(json_of).collect();
        self.session.printer.result(&all, &table(&rows));
        Ok(())
    }

    async fn create(&self, name: &Consumer) -> Result<(), Failure> {
        let made = self.ensure(name).await?;
        self.tell(name, made).await
    }

    /// The old key is marked first: cut off in between, the consumer has a valid key, and the
    /// next run makes the new one.
    async fn rotate(&self, name: &Consumer) -> Result<(), Failure> {
        for key in self.of(name).await? {
            // A key in use that is not attached is one that an earlier run did not finish.
            let finished = key.state == KeyState::Disabled || key.attached;
            if key.state != KeyState::Retired && finished {
                self.mark(&key, KeyState::Retired).await?;
            }
        }
        let made = self.ensure(name).await?;
        self.tell(name, made).await
    }

    /// The mark comes first: it is what a deploy goes by.
    async fn disable(&self, name: &Consumer) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        for key in &keys {
            if key.state == KeyState::Active {
                self.mark(key, KeyState::Disabled).await?;
            }
            let off = keys::take_off(&self.cx, &self.plan_id, &key.id).await;
            off.map_err(|error| changing(key, error))?;
        }
        let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        let text = format!(
            "the keys of {name} are off the usage plan: {}\nBack on: gatewayq keys enable {name}{}",
            ids.join(", "),
            self.flags
        );
        let json = json!({"name": name.as_ref(), "enabled": false, "ids": ids});
        self.session.printer.result(&json, &text);
        Ok(())
    }

    /// The key in use alone comes back: nobody is to go on with a retired one.
    async fn enable(&self, name: &Consumer) -> Result<(), Failure> {
        for key in self.of(name).await? {
            if key.state == KeyState::Disabled {
                self.mark(&key, KeyState::Active).await?;
            }
        }
        self.ensure(name).await?;
        let keys = self.of(name).await?;
        let in_use = keys.iter().filter(|key| key.state == KeyState::Active);
        let ids: Vec<&str> = in_use.map(|key| key.id.as_str()).collect();
        let text = format!("the key of {name} is on: {}", ids.join(", "));
        let json = json!({"name": name.as_ref(), "enabled": true, "ids": ids});
        self.session.printer.result(&json, &text);
        Ok(())
    }

    async fn mark(&self, key: &Key, state: KeyState) -> Result<(), Failure> {
        let marked = keys::set_state(&self.cx, &key.id, state).await;
        marked.map_err(|error| changing(key, error))
    }

    async fn delete(&self, name: &Consumer, retired: bool, yes: bool) -> Result<(), Failure> {
        if name.as_ref() == DEFAULT_KEY && !retired {
            return Err(Failure::usage(
                "the default key is the stage's own: the next deploy would make it again. `keys rotate default` \
                 replaces it, `keys disable default` switches it off, `keys delete default --retired` deletes what \
                 a rotation left",
            ));
        }
        let mut keys = self.list().await?;
        keys.retain(|key| {
            key.consumer == name.as_ref() && (!retired || key.state == KeyState::Retired)
        });
        if !keys.is_empty() && !yes {
            let lines: Vec<String> = keys.iter().map(|key| row(key).join("  ")).collect();
            let question =
                format!("Delete these keys of {name}? Whoever still uses one is shut out.");
            confirm(&self.session.printer, &lines.join("\n"), &question)?;
        }
        for key in &keys {
            let deleted = keys::delete(&self.cx, &key.id).await;
            deleted.map_err(|error| changing(key, error))?;
        }
        let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        let text = match ids.as_slice() {
            [] => format!("{name} has no such key: nothing to delete"),
            ids => format!("deleted: {}", ids.join(", ")),
        };
        let json = json!({"name": name.as_ref(), "deleted": ids});
        self.session.printer.result(&json, &text);
        Ok(())
    }

    /// The one place that prints a value.
    async fn show(&self, name: &Consumer) -> Result<(), Failure> {
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
        let json = json!({"name": name.as_ref(), "id": key.id, "value": value});
        self.session.printer.result(&json, value);
        Ok(())
    }

    /// Makes the consumer's key and attaches it, as far as that is not done.
    async fn ensure(&self, name: &Consumer) -> Result<bool, Failure> {
        let (mut done, mut first) = (BTreeMap::new(), None);
        let goal = Goal::Present { replace: false };
        for _ in 0..MAX_ROUNDS {
            let (names, tags) = (&self.stack.names, &self.stack.tags);
            let (graph, _) = keys::graph(&self.session.runtime, names, tags, name, &self.plan_id);
            let read = observe(&graph).await;
            read.map_err(|(what, error)| Failure::reading(&what, error))?;
            let plan = Plan::new(&graph, goal);
            if plan.is_empty() {
                return Ok(done.values().any(|action| *action == Action::Create));
            }
            let outcome = apply(&graph, &plan, goal).await;
            remember(&mut done, &outcome);
            if !outcome.failed.is_empty() {
                return Err(failure(&outcome, first.get_or_insert(plan), &done));
            }
            first.get_or_insert(plan);
        }
        Err(Failure::failed(format!(
            "somebody else keeps changing the keys of {name}; run the command again when that is over"
        )))
    }

    async fn tell(&self, name: &Consumer, made: bool) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        let retired: Vec<&str> = keys
            .iter()
            .filter(|key| key.state == KeyState::Retired)
            .map(|key| key.id.as_str())
            .collect();
        let in_use = keys.iter().find(|key| key.state != KeyState::Retired);
        let id = in_use.map(|key| key.id.clone()).unwrap_or_default();
        let word = match in_use.map(|key| key.state) {
            _ if made => "made",
            Some(KeyState::Disabled) => "there, and disabled (gatewayq keys enable)",
            _ => "there already",
        };
        let mut text = format!(
            "the key of {name} is {word}: {id}\nIts value: gatewayq keys show {name}{}",
            self.flags
        );
        if !retired.is_empty() {
            text += &format!(
                "\nStill valid: {}, until gatewayq keys delete {name} --retired{}",
                retired.join(", "),
                self.flags
            );
        }
        let json = json!({"name": name.as_ref(), "id": id, "created": made, "retired": retired});
        self.session.printer.result(&json, &text);
        Ok(())
    }
}

fn changing(key: &Key, error: Error) -> Failure {
    match error {
        Error::Cancelled => Failure::Interrupted(format!(
            "API key {} may be left as it was. Run the command again to finish",
            key.id
        )),
        error => Failure::failed(format!(
            "API key {} of {} could not be changed: {error}{}\n  The other consumers' keys are as they were; the \
             same command goes on from there",
            key.id,
            key.consumer,
            super::denied::mend(&error)
        )),
    }
}

fn state_of(key: &Key) -> &'static str {
    match (key.state, key.attached) {
        (KeyState::Active, false) => "not attached",
        (state, _) => state.as_str(),
    }
}

fn row(key: &Key) -> Vec<String> {
    vec![
        key.consumer.clone(),
        key.id.clone(),
        state_of(key).to_owned(),
        made(key),
    ]
}

fn made(key: &Key) -> String {
    let time = DateTime::from_secs(key.created).fmt(Format::DateTime);
    time.unwrap_or_default()
}

fn json_of(key: &Key) -> Value {
    json!({
        "name": key.consumer,
        "id": key.id,
        "state": key.state.as_str(),
        "attached": key.attached,
        "created": made(key),
    })
}
