//! The resource that wants one thing in the world.

use super::world::{Inner, Thing, World, thing};
use crate::engine::{Call, Cx, Error, Field, Owner, Ref, Resource, Retained, Set, make_calls};
use futures::FutureExt;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A resource that wants one thing in the world.
pub(crate) struct Fake {
    pub world: Arc<World>,
    pub name: String,
    pub size: u32,
    pub shape: u32,
    pub depends_on: Vec<Ref<Fake>>,
    pub duplicates: bool,
    pub is_wanted: bool,
    /// Whether it looks, after a change, at what came of it.
    pub reads_back: bool,
    pub retained: Option<Left>,
    /// Whether a delete was refused.
    pub refused: AtomicBool,
}

/// What a delete does to a thing that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    AsItIs,
    /// Without this stage's part in it.
    Smaller,
    /// After the world refused to let go of it.
    Refused,
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub id: u64,
    pub size: u32,
    shape: u32,
    health: u32,
    ours: bool,
    duplicates: BTreeSet<String>,
}

const RESIZE: Call<Fake> = Call {
    operation: "Resize",
    run: |fake, _, found, wanted| {
        async { fake.change("resize", found.id, |thing| thing.size = wanted.size) }.boxed()
    },
};
const DELETE_DUPLICATES: Call<Fake> = Call {
    operation: "DeleteDuplicates",
    run: |fake, _, found, _| async { fake.delete_duplicates(found) }.boxed(),
};

impl Fake {
    fn change(&self, verb: &str, id: u64, change: impl FnOnce(&mut Thing)) -> Result<(), Error> {
        self.world.call(&format!("{verb} {}", self.name), |inner| {
            if let Some(thing) = inner.things.get_mut(&id) {
                change(thing);
            }
        })
    }

    fn delete_duplicates(&self, found: &State) -> Result<(), Error> {
        for id in &found.duplicates {
            let id: u64 = id.parse().unwrap();
            self.world.call(&format!("delete {}", self.name), |inner| {
                inner.things.remove(&id);
            })?;
        }
        Ok(())
    }

    fn look(&self, inner: &mut Inner) -> Option<State> {
        let mut found = Vec::new();
        for (id, thing) in &inner.things {
            if thing.name != self.name {
                continue;
            }
            match inner.unseen.get_mut(id) {
                Some(reads) if *reads > 0 => *reads -= 1,
                _ => found.push((*id, thing.clone())),
            }
        }
        let mut found = found.into_iter();
        let (id, thing) = found.next()?;
        Some(State {
            id,
            size: thing.size,
            shape: thing.shape,
            health: thing.health,
            ours: thing.ours,
            duplicates: found.map(|(id, _)| id.to_string()).collect(),
        })
    }
}

impl Resource for Fake {
    type State = State;

    const FIELDS: &'static [Field<Self>] = &[
        Field::text("size", |s| Some(s.size.to_string()), Set::By(&RESIZE)),
        Field::text("shape", |s| Some(s.shape.to_string()), Set::Replace),
        Field::text(
            "health",
            |s| Some(s.health.to_string()),
            Set::ReplaceLossless,
        ),
        Field::items("duplicate", |s| &s.duplicates, Set::By(&DELETE_DUPLICATES)),
    ];

    fn kind(&self) -> &'static str {
        "thing"
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn can_have_duplicates(&self) -> bool {
        self.duplicates
    }

    fn id(&self, found: &State) -> Option<String> {
        Some(found.id.to_string())
    }

    async fn exists(&self, _cx: &Cx, id: &str) -> Result<bool, Error> {
        Ok(self.world.has(id.parse().unwrap()))
    }

    async fn read(&self, _cx: &Cx) -> Result<Option<State>, Error> {
        for dependency in &self.depends_on {
            dependency.observed().await?;
        }
        tokio::task::yield_now().await;
        self.world
            .call(&format!("read {}", self.name), |inner| self.look(inner))
    }

    fn owner(&self, found: &State) -> Owner {
        match found.ours {
            true => Owner::Ours,
            false => Owner::Foreign("it has no tags".to_owned()),
        }
    }

    fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    fn wanted(&self, found: Option<&State>) -> State {
        State {
            id: found.map_or(0, |found| found.id),
            size: self.size,
            shape: self.shape,
            health: 1,
            ours: true,
            duplicates: BTreeSet::new(),
        }
    }

    async fn create(&self, _cx: &Cx, wanted: State) -> Result<State, Error> {
        // As long as others may start beside it.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let made = Thing {
            size: self.size,
            shape: self.shape,
            ..thing(&self.name)
        };
        let create = format!("create {}", self.name);
        let id = self.world.call(&create, |inner| inner.add(made))?;
        Ok(State { id, ..wanted })
    }

    async fn update(&self, cx: &Cx, found: State, wanted: State) -> Result<State, Error> {
        make_calls(self, cx, &found, &wanted).await?;
        match self.reads_back {
            true => Ok(self.read(cx).await?.unwrap_or(wanted)),
            false => Ok(wanted),
        }
    }

    async fn delete(&self, _cx: &Cx, found: State) -> Result<(), Error> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if self.retained == Some(Left::Refused) {
            self.refused.store(true, Ordering::SeqCst);
            return Ok(());
        }
        self.world.call(&format!("delete {}", self.name), |inner| {
            inner.things.remove(&found.id);
        })
    }

    fn retained(&self, found: &State) -> Option<Retained<State>> {
        let left = self.retained?;
        if left == Left::Refused && !self.refused.load(Ordering::SeqCst) {
            return None;
        }
        let mut state = found.clone();
        if left == Left::Smaller {
            state.size = 0;
        }
        let reason = "others use it".to_owned();
        Some(Retained { reason, state })
    }
}
