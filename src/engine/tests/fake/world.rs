//! The world that the fake resources act on: its things, its record of calls, and what goes wrong.

use super::fault::Fault;
use crate::engine::Error;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

/// What AWS would be.
#[derive(Default)]
pub(crate) struct World {
    inner: Mutex<Inner>,
}

#[derive(Default)]
pub(super) struct Inner {
    pub(super) things: BTreeMap<u64, Thing>,
    next: u64,
    /// Each call as `verb name`, in order.
    calls: Vec<String>,
    /// What happens at the next calls of `verb name`.
    faults: BTreeMap<String, VecDeque<Fault>>,
    /// Lists leave out what was made by the last calls, this many looks long.
    pub(super) unseen: BTreeMap<u64, u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thing {
    pub name: String,
    pub size: u32,
    pub shape: u32,
    pub health: u32,
    pub ours: bool,
}

pub(crate) fn thing(name: &str) -> Thing {
    Thing {
        name: name.to_owned(),
        size: 1,
        shape: 1,
        health: 1,
        ours: true,
    }
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Lets `fault` happen at the next call `verb name`; several happen one after another.
    pub(crate) fn fault(&self, call: &str, fault: Fault) {
        let mut inner = self.inner.lock().unwrap();
        inner
            .faults
            .entry(call.to_owned())
            .or_default()
            .push_back(fault);
    }

    pub(crate) fn put(&self, thing: Thing) -> u64 {
        self.inner.lock().unwrap().add(thing)
    }

    pub(super) fn has(&self, id: u64) -> bool {
        self.inner.lock().unwrap().things.contains_key(&id)
    }

    /// Makes all things of this name useless.
    pub(crate) fn spoil(&self, name: &str) {
        let mut inner = self.inner.lock().unwrap();
        let named = inner.things.values_mut().filter(|thing| thing.name == name);
        named.for_each(|thing| thing.health = 0);
    }

    pub(crate) fn remove(&self, name: &str) {
        let mut inner = self.inner.lock().unwrap();
        inner.things.retain(|_, thing| thing.name != name);
    }

    pub(crate) fn things(&self) -> Vec<Thing> {
        self.inner
            .lock()
            .unwrap()
            .things
            .values()
            .cloned()
            .collect()
    }

    /// The names of all things, in the order in which they were made.
    pub(crate) fn names(&self) -> Vec<String> {
        self.things().into_iter().map(|thing| thing.name).collect()
    }

    /// The calls so far that are not reads.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.inner.lock().unwrap().calls.clone();
        calls
            .into_iter()
            .filter(|call| !call.starts_with("read"))
            .collect()
    }

    pub(crate) fn calls(&self, call: &str) -> usize {
        let inner = self.inner.lock().unwrap();
        inner.calls.iter().filter(|made| *made == call).count()
    }

    /// Hides a thing from this many reads.
    pub(crate) fn hide(&self, id: u64, reads: u32) {
        self.inner.lock().unwrap().unseen.insert(id, reads);
    }

    /// Makes the call `verb name`, with the fault that was planned for it.
    pub(super) fn call<T>(&self, call: &str, work: impl FnOnce(&mut Inner) -> T) -> Result<T, Error>
    where
        T: Default,
    {
        let fault = {
            let mut inner = self.inner.lock().unwrap();
            inner.calls.push(call.to_owned());
            inner.faults.get_mut(call).and_then(VecDeque::pop_front)
        };
        let result = match fault {
            Some(Fault::Before(error)) => return Err(error),
            Some(Fault::Meanwhile(error, act)) => {
                act(self);
                return Err(error);
            }
            Some(Fault::Ignored) => return Ok(T::default()),
            _ => work(&mut self.inner.lock().unwrap()),
        };
        match fault {
            Some(Fault::After(error)) => Err(error),
            Some(Fault::Then(act)) => {
                act(self);
                Ok(result)
            }
            _ => Ok(result),
        }
    }
}

impl Inner {
    /// Gives the new thing's id.
    pub(super) fn add(&mut self, thing: Thing) -> u64 {
        self.next += 1;
        self.things.insert(self.next, thing);
        self.next
    }
}
