//! Making keys: a consumer's first, and the one that takes an older one's place.

use super::StageKeys;
use crate::commands::Failure;
use crate::commands::converge;
use crate::engine::{Action, Goal};
use crate::keys::{self, Consumer, Key, KeyState};
use serde::Serialize;

/// What `keys create --json` and `keys rotate --json` print.
#[derive(Serialize)]
struct Made<'a> {
    name: &'a str,
    /// The key in use.
    id: &'a str,
    /// False where it was there already.
    created: bool,
    /// Ids of the consumer's older keys, which stay valid until they are deleted.
    retired: Vec<&'a str>,
}

impl StageKeys {
    pub(super) async fn create(&self, name: &Consumer) -> Result<(), Failure> {
        let made = self.ensure(name).await?;
        self.tell(name, made).await
    }

    /// The old key is marked first: cut off in between, the consumer has a valid key, and the
    /// next run makes the new one.
    pub(super) async fn rotate(&self, name: &Consumer) -> Result<(), Failure> {
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

    /// Makes the consumer's key and attaches it, as far as that is not done.
    pub(super) async fn ensure(&self, name: &Consumer) -> Result<bool, Failure> {
        let (names, tags) = (&self.stack.names, &self.stack.tags);
        let build = || {
            let runtime = &self.session.runtime;
            Ok(keys::graph(runtime, names, tags, name, &self.plan_id))
        };
        let contended = format!(
            "somebody else keeps changing the keys of {name}; run the command again when that is over"
        );
        let goal = Goal::Present { replace: false };
        let made =
            converge::run(goal, build, async { Ok(()) }, async |_| Ok(()), &contended).await?;
        Ok(made.done.values().any(|action| *action == Action::Create))
    }

    async fn tell(&self, name: &Consumer, made: bool) -> Result<(), Failure> {
        let keys = self.of(name).await?;
        let retired: Vec<&str> = keys
            .iter()
            .filter(|key| key.state == KeyState::Retired)
            .map(|key| key.id.as_str())
            .collect();
        let mut in_use = keys.iter().filter(|key| key.state != KeyState::Retired);
        let Some(Key { id, state, .. }) = in_use.next() else {
            return Err(Failure::failed(format!(
                "the key of {name} was deleted meanwhile; run the command again"
            )));
        };
        let word = match state {
            _ if made => "made",
            KeyState::Disabled => "there, and disabled (gatewayq keys enable)",
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
        let report = Made {
            name: name.as_ref(),
            id,
            created: made,
            retired,
        };
        self.session.printer.result(&report, &text);
        Ok(())
    }
}
