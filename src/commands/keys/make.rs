//! Making keys: a consumer's first, and the one that takes an older one's place.

use super::StageKeys;
use crate::commands::Failure;
use crate::commands::converge;
use crate::config::DEFAULT_PLAN;
use crate::engine::{Converged, Goal, Plan, retry};
use crate::keys::{
    self, Consumer, Key, KeyGraph, KeyState, KeyValue, Marks, Outcome, VALUE_RULE, Wanted,
};
use crate::resources::{KeyList, ListedKey, Whose};
use serde::Serialize;
use std::cell::Cell;

/// What `keys create --json` and `keys rotate --json` print.
#[derive(Serialize)]
struct Made<'a> {
    name: &'a str,
    /// The key in use.
    id: &'a str,
    /// The usage plan that it belongs on.
    plan: &'a str,
    /// False where it was there already.
    created: bool,
    /// Ids of the consumer's older keys that stay valid until they are deleted.
    retired: &'a [&'a str],
}

/// The value on standard input, for which `-` stands. Arguments are there for other users of the machine to
/// see, so that one which may be a value is not taken, nor repeated.
pub(super) fn value(argument: &str) -> Result<KeyValue, Failure> {
    if argument != "-" {
        return Err(Failure::usage(
            "--value takes `-` alone: the value itself is read from standard input",
        ));
    }
    let value = KeyValue::read();
    let value = value
        .map_err(|error| Failure::usage(format!("standard input could not be read: {error}")))?;
    value.ok_or_else(|| {
        Failure::usage(format!(
            "what is on standard input cannot be a key; allowed: {VALUE_RULE}"
        ))
    })
}

impl StageKeys {
    /// A key that is there stays where it is: `keys move` is for that.
    pub(super) async fn create(
        &self,
        name: &Consumer,
        plan: Option<&str>,
        value: Option<KeyValue>,
    ) -> Result<(), Failure> {
        let asked = plan.map(|plan| self.plan(plan)).transpose()?;
        let listed = self.listed().await?;
        let home = self.home(listed, name);
        if let (Some(home), Some(asked)) = (home, asked)
            && home != asked.name
        {
            return Err(Failure::failed(format!(
                "{name} has a key already, on the usage plan {home}: gatewayq keys move {name} --plan {}{}",
                asked.name, self.flags
            )));
        }
        let wanted = Wanted {
            consumer: name.clone(),
            plan: home
                .or(asked.map(|plan| plan.name.as_str()))
                .or_else(|| self.former_home(listed, name))
                .unwrap_or(DEFAULT_PLAN)
                .to_owned(),
            value,
            marked: Marks::new(),
        };
        let consumers = listed.iter().filter(|key| key.is_of(&self.stack.tags));
        let consumers = consumers.filter_map(ListedKey::consumer);
        self.remember(consumers.map(String::as_str).chain([name.as_ref()]));
        let has_value = wanted.value.is_some();
        let made = self.ensure(&[wanted], self.list.clone()).await?;
        let mut outcomes = made.stack.outcomes(&made.done);
        let older = match outcomes.any(|outcome| !outcome.retired.is_empty()) {
            true => self.of(name).await?,
            false => Vec::new(),
        };
        self.tell(name, &made, has_value, &older)
    }

    /// The old key is marked first: cut off in between, the consumer has a valid key, and the
    /// next run makes the new one, on the same usage plan. One in use that is on no plan is retired as well: it may be
    /// there because somebody took its value for known to others.
    pub(super) async fn rotate(&self, name: &Consumer) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        let in_use = keys.iter().find(|key| key.state != KeyState::Retired);
        if in_use.is_some_and(|key| key.state == KeyState::Disabled) {
            return Err(Failure::failed(format!(
                "the key of {name} is disabled, and a new one would be on. Nothing was changed; to switch it on and then \
                 rotate it: gatewayq keys enable {name}{}",
                self.flags
            )));
        }
        let home = in_use.or(keys.last()).map(|key| key.home.clone());
        let mut marked = Marks::new();
        for key in keys.iter().filter(|key| key.state != KeyState::Retired) {
            self.mark(key, KeyState::Retired, &mut marked).await?;
        }
        let made = self.ensure_on(name, home, marked).await?;
        self.tell(name, &made, false, &keys)
    }

    /// The account's keys as they were at the first look.
    pub(super) async fn listed(&self) -> Result<&[ListedKey], Failure> {
        let list = retry(&self.cx, async || self.list.get(&self.cx).await).await;
        list.map_err(|error| self.unread(error))
    }

    /// The usage plan that the consumer's key in use belongs on; `None` where there is no such key.
    pub(super) fn home<'a>(&self, listed: &'a [ListedKey], name: &Consumer) -> Option<&'a str> {
        let keys = self.theirs(listed, name).filter(|key| !key.is_retired());
        let oldest = keys.min_by_key(|key| (key.created, &key.id));
        oldest.map(ListedKey::plan)
    }

    /// The usage plan of a consumer whose keys are all retired, as a rotation that was cut off leaves them; `None`
    /// where that plan is gone.
    pub(super) fn former_home<'a>(
        &self,
        listed: &'a [ListedKey],
        name: &Consumer,
    ) -> Option<&'a str> {
        let newest = self
            .theirs(listed, name)
            .max_by_key(|key| (key.created, &key.id));
        let home = newest.map(ListedKey::plan);
        home.filter(|home| self.plans.named(home).is_some())
    }

    fn theirs<'a>(
        &self,
        listed: &'a [ListedKey],
        name: &Consumer,
    ) -> impl Iterator<Item = &'a ListedKey> {
        let is_theirs = |key: &&ListedKey| {
            let consumer = key.consumer();
            consumer.is_some_and(|of| of == name.as_ref()) && key.is_of(&self.stack.tags)
        };
        listed.iter().filter(is_theirs)
    }

    /// Makes the consumer's key and puts it on its usage plan, as far as that is not done.
    pub(super) async fn ensure_on(
        &self,
        name: &Consumer,
        plan: Option<String>,
        marked: Marks,
    ) -> Result<Converged<KeyGraph>, Failure> {
        let wanted = Wanted {
            consumer: name.clone(),
            plan: plan.unwrap_or_else(|| DEFAULT_PLAN.to_owned()),
            value: None,
            marked,
        };
        self.ensure(&[wanted], self.fresh_list()).await
    }

    /// A list that nobody has looked at.
    pub(super) fn fresh_list(&self) -> KeyList {
        KeyList::new(&Whose::Stage(self.stack.names.clone()))
    }

    /// Makes keys and puts them on their usage plans, as far as that is not done. `list` is what the
    /// first look goes by.
    pub(super) async fn ensure(
        &self,
        wanted: &[Wanted],
        list: KeyList,
    ) -> Result<Converged<KeyGraph>, Failure> {
        self.ensure_if(wanted, list, async |_| Ok(())).await
    }

    /// The same, where `permit` lets it go ahead.
    pub(super) async fn ensure_if(
        &self,
        wanted: &[Wanted],
        list: KeyList,
        permit: impl AsyncFn(&Plan) -> Result<(), Failure>,
    ) -> Result<Converged<KeyGraph>, Failure> {
        for one in wanted {
            if self.plans.named(&one.plan).is_none() {
                let (name, plan) = (&one.consumer, &one.plan);
                return Err(Failure::failed(format!(
                    "the usage plan {plan}, which {name} belongs on, is gone: gatewayq keys move {name} --plan \
                     {DEFAULT_PLAN}{}",
                    self.flags
                )));
            }
        }
        // What others changed meanwhile, a list from before it does not show.
        let first = Cell::new(Some(list));
        let build = || {
            let (runtime, names) = (&self.session.runtime, &self.stack.names);
            let list = first.take().unwrap_or_else(|| self.fresh_list());
            let (tags, plans) = (&self.stack.tags, &self.plans);
            Ok(keys::graph(runtime, names, tags, plans, &list, wanted))
        };
        let whose = match wanted {
            [one] => one.consumer.to_string(),
            several => format!("{} consumers", several.len()),
        };
        let contended = format!(
            "somebody else keeps changing the keys of {whose}; run the command again when that is over"
        );
        let goal = Goal::Present { replace: false };
        converge::run(
            goal,
            build,
            async { Ok(()) },
            permit,
            &contended,
            &self.flags,
        )
        .await
    }

    /// `older` tells which of the older keys are on a plan: the others open nothing.
    fn tell(
        &self,
        name: &Consumer,
        made: &Converged<KeyGraph>,
        has_value: bool,
        older: &[Key],
    ) -> Result<(), Failure> {
        let outcome = made.stack.outcomes(&made.done).next();
        let outcome = outcome.ok_or_else(|| gone(name))?;
        let Outcome {
            id,
            plan,
            disabled,
            retired,
            made,
            ..
        } = &outcome;
        let word = match disabled {
            _ if *made => "made".to_owned(),
            true => format!(
                "there, and disabled (gatewayq keys enable {name}{})",
                self.flags
            ),
            false => "there already".to_owned(),
        };
        let mut text = format!("the key of {name} is {word}: {id}, on the usage plan {plan}");
        text += &match (has_value, made) {
            (true, true) => String::new(),
            (true, false) => {
                "\nIt keeps its value: what was on standard input is not used".to_owned()
            }
            (false, _) => format!("\nIts value: gatewayq keys show {name}{}", self.flags),
        };
        let valid = older
            .iter()
            .filter(|key| key.plan.is_some() && retired.contains(&key.id));
        let valid: Vec<&str> = valid.map(|key| key.id.as_str()).collect();
        if !valid.is_empty() {
            text += &format!(
                "\nStill valid: {}, until gatewayq keys delete {name} --retired{}",
                valid.join(", "),
                self.flags
            );
        }
        let report = Made {
            name: name.as_ref(),
            id,
            plan,
            created: *made,
            retired: &valid,
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }
}

/// The failure where there is no key after it was made.
pub(super) fn gone(name: &Consumer) -> Failure {
    Failure::failed(format!(
        "the key of {name} was deleted meanwhile; run the command again"
    ))
}
