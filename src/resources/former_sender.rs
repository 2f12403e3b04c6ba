//! The role that the live version runs as while a deploy gives the function another one: it may send until the switch.

use super::queue::{Queue, set_policy};
use crate::engine::{Cx, Error, Field, Ref, Resource};
use crate::policies::SendPolicy;
use std::time::Duration;

/// The sender that the queue admits beside the wanted ones, as long as requests reach a version that runs as it. Nobody
/// wants it: it goes after the switch.
pub(crate) struct FormerSender {
    pub queue: Ref<Queue>,
    pub policy: SendPolicy,
}

/// The role in the queue's policy.
#[derive(Clone, Debug)]
pub(crate) struct State {
    queue_url: String,
}

/// For some seconds after UpdateAlias, requests still reach the version before, and what runs there goes on as long as API
/// Gateway waits for it.
const LIVE_SPREADS: Duration = Duration::from_secs(30);
const SPREADS: &str = "Lambda to run the new version everywhere";

impl Resource for FormerSender {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[];

    fn kind(&self) -> &'static str {
        "former sender"
    }

    fn name(&self) -> String {
        let queue = self.queue.current();
        let role = queue.and_then(|queue| queue.former_sender);
        role.unwrap_or_default()
    }

    async fn read(&self, _cx: &Cx) -> Result<Option<State>, Error> {
        let queue = self.queue.observed().await?;
        let queue = queue.filter(|queue| queue.former_sender.is_some());
        Ok(queue.map(|queue| State {
            queue_url: queue.url,
        }))
    }

    fn is_wanted(&self) -> bool {
        false
    }

    fn wanted(&self, _found: Option<&State>) -> State {
        State {
            queue_url: String::new(),
        }
    }

    /// It is in a graph only to be deleted.
    async fn create(&self, _cx: &Cx, wanted: State) -> Result<State, Error> {
        Ok(wanted)
    }

    async fn delete(&self, cx: &Cx, found: State) -> Result<(), Error> {
        cx.wait_for_spreading(SPREADS, LIVE_SPREADS).await?;
        set_policy(cx, &found.queue_url, self.policy.document()).await
    }
}
